// The colours of a viewer as they are now, light or dark: the style sheet has them, and here they are read from it.

import { make } from "./dom.js";

const STEPS = 100; // of the colour scale
const NAMES = ["ink", "paper", "accent", "gold", "quiet"];

/**
 * Colours as #rrggbb, which any program understands; scale: from no weight to weight 1.
 * @typedef {{ink: string, paper: string, accent: string, gold: string, quiet: string, scale: string[]}} Look
 */

/**
 * What the colours depend on: they are the same while this is.
 * @param {HTMLElement} root the element of class "viewer"
 * @returns {string} empty while the element is not on the page
 */
export function themeOf(root) {
  return getComputedStyle(root).color;
}

/**
 * The colours of a viewer that is on the page.
 * @param {HTMLElement} root the element of class "viewer"
 * @returns {Look}
 */
export function lookOf(root) {
  const colours = NAMES.map((name) => `var(--viewer-${name})`);
  for (let step = 0; step <= STEPS; step += 1) colours.push(onScale((2 * step) / STEPS));
  const swatches = colours.map((colour) => swatch(colour));
  const probe = make("div", { hidden: "" }, ...swatches);
  root.append(probe);
  const plain = hexOf(swatches.map((one) => getComputedStyle(one).backgroundColor));
  probe.remove();
  return { ...Object.fromEntries(NAMES.map((name, index) => [name, plain[index]])), scale: plain.slice(NAMES.length) };
}

/**
 * The colour of a weight. It stands on the scale at its root, so that weak weights can be seen.
 * @param {Look} look
 * @param {number} weight
 * @returns {string}
 */
export function shadeIn({ scale }, weight) {
  return scale[Math.round(shadeOf(weight) * STEPS)];
}

/**
 * Where a weight stands on the scale, from 0 to 1.
 * @param {number} weight
 * @returns {number}
 */
export function shadeOf(weight) {
  return Math.sqrt(Math.min(Math.max(weight, 0), 1));
}

/** From no weight (0) over the middle (1) to weight 1 (2). */
function onScale(place) {
  const [from, to, part] = place < 1 ? ["none", "half", place] : ["half", "full", place - 1];
  return `color-mix(in oklch, var(--viewer-${from}), var(--viewer-${to}) ${(100 * part).toFixed(1)}%)`;
}

function swatch(colour) {
  const made = make("i");
  made.style.backgroundColor = colour;
  return made;
}

/** CSS colours as #rrggbb, by painting with them. */
function hexOf(colours) {
  const canvas = document.createElement("canvas");
  canvas.width = colours.length;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  colours.forEach((colour, x) => {
    context.fillStyle = colour;
    context.fillRect(x, 0, 1, 1);
  });
  const { data } = context.getImageData(0, 0, colours.length, 1);
  const hex = (value) => value.toString(16).padStart(2, "0");
  return colours.map((_, x) => `#${[0, 1, 2].map((part) => hex(data[4 * x + part])).join("")}`);
}
