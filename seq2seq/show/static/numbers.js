// The worked numbers of a step, as the server tells them: headings, paragraphs, lists, lines and tables.

import { make } from "./dom.js";

const BAR = "█";

/**
 * @typedef {{text: string, mark: "" | "code" | "strong"}[]} Marked
 */

/**
 * The blocks as elements.
 * @param {{kind: string}[]} blocks
 * @returns {HTMLElement[]}
 */
export function numbersOf(blocks) {
  return blocks.map((block) => MAKERS[block.kind](block));
}

const MAKERS = {
  heading: ({ level, text }) => make(`h${level + 2}`, {}, ...marked(text)),
  paragraph: ({ text }) => make("p", {}, ...marked(text)),
  bullets: ({ items }) => make("ul", {}, ...items.map((item) => make("li", {}, ...marked(item)))),
  lines: ({ lines }) => make("pre", {}, ...lines.map((line) => make("span", {}, line))),
  table: ({ header, rows, labels }) => tableOf(header, rows, labels),
};

function tableOf(header, rows, labels) {
  const row = (cells, tag) => make("tr", {}, ...cells.map((text, column) => cellOf(tag, text, column >= labels)));
  const head = header.some((text) => text.length) ? [make("thead", {}, row(header, "th"))] : [];
  const table = make("table", {}, ...head, make("tbody", {}, ...rows.map((cells) => row(cells, "td"))));
  return make("div", { class: "scroll" }, table);
}

function cellOf(tag, text, isNumber) {
  const bar = text.length && text.every((part) => !part.text.replaceAll(BAR, ""));
  return make(tag, isNumber ? { class: "number" } : bar ? { class: "bars" } : {}, ...marked(text));
}

function marked(text) {
  return text.map((part) => (part.mark ? make(part.mark, { dir: "auto" }, part.text) : part.text));
}
