// The map as a picture of its own: an SVG with no style sheet, in the colours of the moment, or a PNG made of it.

import { shadeIn } from "./colours.js";
import { makeSvg } from "./dom.js";

const FONT = 'system-ui, "Noto Sans", "Noto Sans KR", "Noto Sans CJK KR", "Noto Sans Arabic", sans-serif';
const SIZE = 14; // pixels, of letters
const CELL = 26;
const MARGIN = 16;
const SHARPNESS = 2; // dots of a PNG for each pixel
const LARGEST = 8192; // dots; browsers refuse much larger pictures

/** What an XML file cannot hold. */
const UNFIT = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 * The heatmap as an SVG.
 * @param {import("./shown.js").Shown} shown
 * @param {number} threshold lighter weights are left blank
 * @param {import("./colours.js").Look} look
 * @returns {SVGElement}
 */
export function heatmapPicture(shown, threshold, look) {
  const left = MARGIN + Math.max(...shown.rows.map(({ label }) => widthOfText(label))) + 8;
  const top = MARGIN + Math.max(...shown.columns.map(({ label }) => widthOfText(label))) + 8;
  const parts = [];
  shown.columns.forEach(({ label }, j) => {
    const [x, y] = [left + (j + 0.5) * CELL, top - 8];
    parts.push(word(label, look, { x, y, transform: `rotate(-90 ${x} ${y})`, "dominant-baseline": "central" }));
  });
  shown.rows.forEach(({ label }, i) => {
    const place = { x: left - 8, y: top + (i + 0.5) * CELL, "text-anchor": "end", "dominant-baseline": "central" };
    parts.push(word(label, look, place));
    shown.columns.forEach((_, j) => parts.push(cell(shown, threshold, look, i, j, left, top)));
  });
  for (const [place, kind] of shown.gold) parts.push(frame(place, kind, look, left, top));
  const [width, height] = [left + shown.columns.length * CELL, top + shown.rows.length * CELL];
  return picture(shown, look, width + MARGIN, height + MARGIN, parts);
}

/**
 * The two rows with links as an SVG, from where they stand on the page.
 * @param {import("./shown.js").Shown} shown
 * @param {import("./links.js").Links} form
 * @param {import("./colours.js").Look} look
 * @returns {SVGElement}
 */
export function linksPicture(shown, form, look) {
  const texts = [...form.sources, ...form.targets].map((element) => word(element.textContent, look, {
    x: element.offsetLeft + element.offsetWidth / 2, y: element.offsetTop + element.offsetHeight / 2,
    "text-anchor": "middle", "dominant-baseline": "central",
  }));
  const lines = [...form.lines.querySelectorAll("path")].map((path) => makeSvg("path", {
    d: path.getAttribute("d"), fill: "none", "stroke-width": path.getAttribute("stroke-width"),
    ...(path.dataset.gold
      ? { stroke: look.gold, "stroke-opacity": 0.5, ...dashes(path.dataset.gold, "4 4") }
      : { stroke: look.accent, "stroke-opacity": path.getAttribute("stroke-opacity") }),
  }));
  const top = form.rows.source.offsetTop + form.rows.source.offsetHeight;
  const all = makeSvg("g", { transform: `translate(${MARGIN} ${MARGIN})` },
    makeSvg("g", { transform: `translate(0 ${top})` }, ...lines), ...texts);
  return picture(shown, look, form.body.offsetWidth + 2 * MARGIN, form.body.offsetHeight + 2 * MARGIN, [all]);
}

/**
 * Have the browser save a picture.
 * @param {SVGElement} svg
 * @param {string} name of the file, without its ending
 * @param {"svg" | "png"} format
 * @returns {Promise<void>}
 */
export async function savePicture(svg, name, format) {
  const text = new XMLSerializer().serializeToString(svg);
  const blob = format === "svg" ? new Blob([text], { type: "image/svg+xml" }) : await pngOf(svg, text);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, "-")}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function pngOf(svg, text) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const [width, height] = ["width", "height"].map((name) => Number(svg.getAttribute(name)));
  const sharpness = Math.min(SHARPNESS, LARGEST / Math.max(width, height));
  [canvas.width, canvas.height] = [width * sharpness, height * sharpness];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function picture(shown, look, width, height, parts) {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return makeSvg("svg", { width: w, height: h, viewBox: `0 0 ${w} ${h}`, "font-family": FONT, "font-size": SIZE },
    makeSvg("title", {}, shown.name.replace(UNFIT, "\ufffd")),
    makeSvg("rect", { width: w, height: h, fill: look.paper }),
    ...parts);
}

function word(label, look, place) {
  const fit = { fill: look.ink, "unicode-bidi": "plaintext", ...place };
  return makeSvg("text", fit, label.replace(UNFIT, "\ufffd"));
}

function cell(shown, threshold, look, i, j, left, top) {
  const weight = shown.weights[i][j];
  const fill = shadeIn(look, weight >= threshold ? weight : 0);
  const place = { x: left + j * CELL + 0.5, y: top + i * CELL + 0.5, width: CELL - 1, height: CELL - 1 };
  const told = `${shown.rows[i].label} \u2190 ${shown.columns[j].label}: ${weight}`.replace(UNFIT, "\ufffd");
  return makeSvg("rect", { ...place, fill }, makeSvg("title", {}, told));
}

function frame(place, kind, look, left, top) {
  const [row, column] = place.split(" ").map(Number);
  return makeSvg("rect", {
    x: left + column * CELL + 1.5, y: top + row * CELL + 1.5, width: CELL - 3, height: CELL - 3,
    fill: "none", stroke: look.gold, "stroke-width": 2, ...dashes(kind, "4 3"),
  });
}

/** Links that are only possible are dashed. */
function dashes(kind, pattern) {
  return kind === "sure" ? {} : { "stroke-dasharray": pattern };
}

function widthOfText(text) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `${SIZE}px ${FONT}`;
  return context.measureText(text).width;
}
