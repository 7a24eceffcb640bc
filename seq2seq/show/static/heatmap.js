// The map as a heatmap: a table with a row for each target unit and a column for each source unit. The shades of its
// cells are a picture that lies under the table, with one pixel a cell: thousands of cells that each change their colour
// would take a browser longer than a frame of a film.

import { shadeIn } from "./colours.js";
import { labelOf, make, putAt } from "./dom.js";
import { spelt, sumsOf } from "./shown.js";
import { Sums } from "./sums.js";

/** From so many columns on, cells are small. */
const MANY = 40;

/** In milliseconds: a film that plays is faster, or has the time. */
const MOMENT = 100;

/** Words that are written downwards where there is no room across. */
const EAST_ASIAN = "\\p{Script=Han}\\p{Script=Hangul}\\p{Script=Hiragana}\\p{Script=Katakana}";
const UPRIGHT = new RegExp(`^[\\p{P}\u2581]*[${EAST_ASIAN}]\\P{Script=Latin}*$`, "u");

/**
 * A place of a map: a cell, or, where one of both is null, the target unit of a row or the source unit of a column.
 * @typedef {{row: number | null, column: number | null}} Place
 */

export class Heatmap {
  constructor() {
    this.shades = make("canvas", { class: "viewer-shades", "aria-hidden": "true" });
    this.pixels = this.shades.getContext("2d", { willReadFrequently: true });
    this.sums = new Sums();
    this.plane = make("div", { class: "viewer-plane" });
    this.element = make("div", { class: "viewer-scroll" }, this.plane);
    this.labels = "";
    this.marked = [];
    this.observer = new ResizeObserver(() => this.fit());
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
    this.paint(shown, threshold, look);
    this.outline(shown);
    this.tell(shown);
    const { rows, columns } = sumsOf(shown, threshold);
    this.rowSums.forEach((cell, i) => write(cell, rows[i].toFixed(2)));
    this.columnSums.forEach((cell, j) => cell.setAttribute("aria-label", columns[j].toFixed(2)));
    this.sums.draw(columns.map((sum) => sum.toFixed(2)), look.quiet);
  }

  paint({ weights }, threshold, look) {
    weights.forEach((row, y) => row.forEach((weight, x) => {
      this.pixels.fillStyle = shadeIn(look, weight >= threshold ? weight : 0);
      this.pixels.fillRect(x, y, 1, 1);
    }));
  }

  outline({ gold }) {
    for (const cell of this.outlined) cell.removeAttribute("data-gold");
    this.outlined = [...gold].map(([place, kind]) => {
      const [row, column] = place.split(" ");
      this.cells[row][column].setAttribute("data-gold", kind);
      return this.cells[row][column];
    });
  }

  /** Each cell's weight and label, for a screen reader: when what was drawn has stood for a moment. */
  tell(shown) {
    clearTimeout(this.telling);
    this.table.setAttribute("aria-busy", "true");
    this.telling = setTimeout(() => {
      this.cells.forEach((row, i) => row.forEach((cell, j) => describe(cell, shown, i, j)));
      this.table.setAttribute("aria-busy", "false");
    }, MOMENT);
  }

  build(shown) {
    [this.marked, this.outlined] = [[], []];
    this.sources = shown.columns.map((unit, j) => header(unit, "source", j, "col"));
    this.targets = shown.rows.map((unit, i) => header(unit, "target", i, "row"));
    this.cells = shown.rows.map((_, i) =>
      shown.columns.map((_, j) => make("td", { class: "viewer-cell", "data-row": i, "data-column": j })));
    const sumCell = () => make("td", { class: "viewer-sum" });
    [this.rowSums, this.columnSums] = [shown.rows.map(sumCell), shown.columns.map(sumCell)];
    this.axes = [make("span", {}), make("span", {})];
    this.corner = make("td", { class: "viewer-corner" }, make("div", {}, ...this.axes));
    const sum = (scope) => make("th", { class: "viewer-sum", scope }, "sum");
    this.table = make("table", { class: "viewer-heatmap", role: "grid" },
      make("thead", {}, make("tr", {}, this.corner, ...this.sources, sum("col"))),
      make("tbody", {}, ...this.cells.map((row, i) => make("tr", {}, this.targets[i], ...row, this.rowSums[i]))),
      make("tfoot", {}, make("tr", {}, sum("row"), ...this.columnSums, sumCell())));
    this.table.style.setProperty("--viewer-columns", shown.columns.length);
    this.table.classList.toggle("viewer-many", shown.columns.length > MANY);
    [this.shades.width, this.shades.height] = [shown.columns.length, shown.rows.length];
    this.plane.replaceChildren(this.shades, this.sums.element, this.table);
    this.observer.disconnect();
    for (const sized of [this.corner, this.sources.at(-1), this.targets.at(-1)]) this.observer.observe(sized);
  }

  /**
   * Lay the pictures under their cells. A cell that gets the focus is scrolled out from under the labels, which stay
   * where they are.
   */
  fit() {
    const plane = this.plane.getBoundingClientRect();
    const under = (from, to) => {
      const [first, last] = [from, to].map((cell) => cell.getBoundingClientRect());
      const [left, top] = [first.left - plane.left, first.top - plane.top];
      return { left, top, width: last.right - first.left, height: last.bottom - first.top };
    };
    const place = under(this.cells[0][0], this.cells.at(-1).at(-1));
    putAt(this.shades, place);
    this.sums.lie(under(this.columnSums[0], this.columnSums.at(-1)));
    this.element.style.scrollPadding = `${place.top}px 0 0 ${place.left}px`;
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

function describe(cell, shown, i, j) {
  const weight = shown.weights[i][j];
  const gold = shown.gold.get(`${i} ${j}`);
  cell.setAttribute("data-weight", weight);
  const goldText = gold ? `, ${gold} gold link` : "";
  cell.setAttribute("aria-label", `${shown.rows[i].label}, ${shown.columns[j].label}: ${spelt(weight)}${goldText}`);
}
