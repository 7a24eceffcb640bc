// The map as a heatmap: a table with a row for each target unit and a column for each source unit.

import { shadeIn } from "./colours.js";
import { labelOf, make } from "./dom.js";
import { spelt, sumsOf } from "./shown.js";

/** From so many columns on, cells are small. */
const MANY = 40;

/** Words that are written downwards where there is no room across. */
const EAST_ASIAN = "\\p{Script=Han}\\p{Script=Hangul}\\p{Script=Hiragana}\\p{Script=Katakana}";
const UPRIGHT = new RegExp(`^[\\p{P}\u2581]*[${EAST_ASIAN}]\\P{Script=Latin}*$`, "u");

/**
 * A place of a map: a cell, or, where one of both is null, the target unit of a row or the source unit of a column.
 * @typedef {{row: number | null, column: number | null}} Place
 */

export class Heatmap {
  constructor() {
    this.element = make("div", { class: "viewer-scroll" });
    this.labels = "";
    this.marked = [];
    this.observer = new ResizeObserver(() => this.keepClear());
  }

  /**
   * Show this; where the labels are those of before, cells only change their weights.
   * @param {import("./shown.js").Shown} shown
   * @param {number} threshold lighter weights are left blank
   * @param {import("./colours.js").Look} look
   */
  draw(shown, threshold, look) {
    const labels = JSON.stringify([shown.rows, shown.columns]);
    if (labels !== this.labels) this.build(shown);
    this.labels = labels;
    this.axes.forEach((axis, index) => write(axis, axisName(shown, index)));
    this.table.setAttribute("aria-label", `${shown.name}: target ${shown.units} by source ${shown.units}`);
    const sums = sumsOf(shown, threshold);
    this.cells.forEach((row, i) => row.forEach((cell, j) => fill(cell, shown, threshold, look, i, j)));
    this.rowSums.forEach((cell, i) => write(cell, sums.rows[i].toFixed(2)));
    this.columnSums.forEach((cell, j) => write(cell, sums.columns[j].toFixed(2)));
  }

  build(shown) {
    this.marked = [];
    this.sources = shown.columns.map((unit, j) => header(unit, "source", j, "col"));
    this.targets = shown.rows.map((unit, i) => header(unit, "target", i, "row"));
    this.cells = shown.rows.map((_, i) =>
      shown.columns.map((_, j) => make("td", { class: "viewer-cell", "data-row": i, "data-column": j })));
    this.rowSums = shown.rows.map(() => make("td", { class: "viewer-sum" }));
    this.columnSums = shown.columns.map(() => make("td", { class: "viewer-sum" }));
    this.axes = [make("span", {}), make("span", {})];
    this.corner = make("td", { class: "viewer-corner" }, make("div", {}, ...this.axes));
    const sum = (scope) => make("th", { class: "viewer-sum", scope }, "sum");
    this.table = make("table", { class: "viewer-heatmap", role: "grid" },
      make("thead", {}, make("tr", {}, this.corner, ...this.sources, sum("col"))),
      make("tbody", {}, ...this.cells.map((row, i) => make("tr", {}, this.targets[i], ...row, this.rowSums[i]))),
      make("tfoot", {}, make("tr", {}, sum("row"), ...this.columnSums, make("td", { class: "viewer-sum" }))));
    this.table.style.setProperty("--viewer-columns", shown.columns.length);
    this.table.classList.toggle("viewer-many", shown.columns.length > MANY);
    this.element.replaceChildren(this.table);
    this.observer.disconnect();
    this.observer.observe(this.corner);
  }

  /** A cell that gets the focus is scrolled out from under the labels, which stay where they are. */
  keepClear() {
    this.element.style.scrollPadding = `${this.corner.offsetHeight}px 0 0 ${this.corner.offsetWidth}px`;
  }

  /**
   * The element of a place.
   * @param {Place} place
   * @returns {HTMLElement | undefined}
   */
  elementOf({ row, column }) {
    if (row === null) return this.sources[column];
    return column === null ? this.targets[row] : this.cells[row]?.[column];
  }

  /**
   * Where a key leads from a place; the same place at the edge and for a key that moves nothing.
   * @param {Place} place
   * @param {KeyboardEvent} event
   * @returns {Place}
   */
  next({ row, column }, { key, ctrlKey }) {
    let [i, j] = [row ?? -1, column ?? -1];
    const [bottom, right] = [this.targets.length - 1, this.sources.length - 1];
    if (key === "ArrowUp") i -= 1;
    if (key === "ArrowDown") i += 1;
    if (key === "ArrowLeft") j -= 1;
    if (key === "ArrowRight") j += 1;
    if (key === "Home") [i, j] = [ctrlKey ? 0 : i, 0];
    if (key === "End") [i, j] = [ctrlKey ? bottom : i, right];
    if (i < -1 || j < -1 || i > bottom || j > right || (i === -1 && j === -1)) return { row, column };
    return { row: i === -1 ? null : i, column: j === -1 ? null : j };
  }

  /**
   * Bring out a place that is pointed at, and one that is pinned.
   * @param {Place | null} place
   * @param {Place | null} pin
   */
  mark(place, pin) {
    for (const [element, name] of this.marked) element.classList.remove(name);
    this.marked = [];
    const add = (element, name) => {
      if (!element) return;
      element.classList.add(name);
      this.marked.push([element, name]);
    };
    const line = place !== null && (place.row === null || place.column === null);
    this.table.classList.toggle("viewer-dimmed", line);
    for (const [one, name] of [[place, "viewer-marked"], [pin, "viewer-pinned"]]) {
      if (one?.row != null) add(this.targets[one.row], name);
      if (one?.column != null) add(this.sources[one.column], name);
      for (const cell of this.cellsOf(one)) add(cell, name);
    }
    for (const word of [...this.sources, ...this.targets]) {
      word.setAttribute("aria-selected", String(word.classList.contains("viewer-pinned")));
    }
  }

  cellsOf(place) {
    if (place === null) return [];
    if (place.row === null) return this.cells.map((row) => row[place.column]);
    return place.column === null ? this.cells[place.row] ?? [] : [this.cells[place.row]?.[place.column]];
  }
}

/** Columns are source units; so are rows, where a sentence looks at itself. */
function axisName(shown, axis) {
  if (axis === 0) return "source \u2192";
  return shown.kind === "self-attention" ? "source \u2193" : "target \u2193";
}

/** A text that is there already costs no layout. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function header(unit, side, index, scope) {
  const name = `viewer-word viewer-${side}${unit.end ? " viewer-end" : ""}`;
  const label = make("span", { class: `viewer-label${UPRIGHT.test(unit.label) ? " viewer-upright" : ""}`, dir: "auto" },
    ...labelOf(unit));
  return make("th", { class: name, scope, "data-side": side, "data-index": index }, label);
}

function fill(cell, shown, threshold, look, i, j) {
  const weight = shown.weights[i][j];
  const gold = shown.gold.get(`${i} ${j}`);
  cell.setAttribute("data-weight", weight);
  cell.style.backgroundColor = shadeIn(look, weight >= threshold ? weight : 0);
  const goldText = gold ? `, ${gold} gold link` : "";
  cell.setAttribute("aria-label", `${shown.rows[i].label}, ${shown.columns[j].label}: ${spelt(weight)}${goldText}`);
  if (gold) cell.setAttribute("data-gold", gold);
  else cell.removeAttribute("data-gold");
}
