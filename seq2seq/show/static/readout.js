// The line that tells of what is pointed at or pinned: both words, weight, rank; of a word its heaviest weights.

import { make } from "./dom.js";
import { rankIn, spelt } from "./shown.js";

const HEAVIEST = 3;

/**
 * What there is to say of a place, as nodes.
 * @param {import("./shown.js").Shown} shown
 * @param {import("./heatmap.js").Place} place
 * @returns {Node[]}
 */
export function readout(shown, { row, column }) {
  if (row !== null && column !== null) return ofCell(shown, row, column);
  if (row !== null) {
    return [word(shown.rows[row].label), " ← ", ...heaviest(shown.weights[row], shown.columns)];
  }
  const weights = shown.weights.map((weightsOfRow) => weightsOfRow[column]);
  return [word(shown.columns[column].label), " → ", ...heaviest(weights, shown.rows)];
}

function ofCell(shown, row, column) {
  const weights = shown.weights[row];
  const gold = shown.gold.get(`${row} ${column}`);
  return [
    word(shown.rows[row].label), " ← ", word(shown.columns[column].label), " ",
    make("strong", {}, spelt(weights[column])),
    make("span", { class: "viewer-aside" }, ` rank ${rankIn(weights, column)} of ${weights.length}`),
    ...(gold ? [make("span", { class: "viewer-aside" }, ` · ${gold} gold link`)] : []),
  ];
}

function heaviest(weights, units) {
  const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a]).slice(0, HEAVIEST);
  return order.flatMap((index, rank) => [
    ...(rank ? [" · "] : []), word(units[index].label), " ", make("strong", {}, spelt(weights[index])),
  ]);
}

function word(label) {
  return make("bdi", { class: "viewer-told" }, label);
}
