// The map as two rows of words, the source above the target, with a line for each weight, as wide as the weight.

import { labelOf, make, makeSvg } from "./dom.js";

/** Lighter weights would be lines too thin to be seen. */
const FAINTEST = 0.01;
const WIDEST = 7; // pixels, of weight 1
const THINNEST = 0.8;

export class Links {
  constructor() {
    this.lines = makeSvg("svg", { class: "viewer-lines", "aria-hidden": "true" });
    this.rows = {
      source: make("div", { class: "viewer-row", role: "group", "aria-label": "source" }),
      target: make("div", { class: "viewer-row", role: "group", "aria-label": "target" }),
    };
    this.body = make("div", { class: "viewer-links" }, this.rows.source, this.lines, this.rows.target);
    this.element = make("div", { class: "viewer-scroll" }, this.body);
    this.labels = "";
    [this.shown, this.place, this.pin] = [null, null, null];
    this.observer = new ResizeObserver(() => this.connect());
    this.observer.observe(this.body);
  }

  /**
   * Show this.
   * @param {import("./shown.js").Shown} shown
   * @param {number} threshold lighter weights have no line
   */
  draw(shown, threshold) {
    const labels = JSON.stringify([shown.rows, shown.columns]);
    if (labels !== this.labels) this.build(shown);
    [this.labels, this.shown, this.threshold] = [labels, shown, threshold];
    this.connect();
  }

  build(shown) {
    this.sources = shown.columns.map((unit, j) => wordButton(unit, "source", j));
    this.targets = shown.rows.map((unit, i) => wordButton(unit, "target", i));
    this.rows.source.replaceChildren(...this.sources);
    this.rows.target.replaceChildren(...this.targets);
    this.rows.source.dir = shown.directions.source;
    this.rows.target.dir = shown.directions.target;
  }

  /** Draw the lines from where the words stand now. */
  connect() {
    if (!this.shown) return;
    const { weights, gold } = this.shown;
    const middle = (word) => word.offsetLeft + word.offsetWidth / 2;
    const [above, below] = [this.sources.map(middle), this.targets.map(middle)];
    const height = this.lines.clientHeight;
    const [outlines, lines] = [[], []];
    weights.forEach((weightsOfRow, row) => weightsOfRow.forEach((weight, column) => {
      const kind = gold.get(`${row} ${column}`);
      const drawn = weight >= Math.max(this.threshold, FAINTEST);
      const d = curve(above[column], below[row], height);
      if (kind) outlines.push({ row, column, path: outline(d, drawn ? widthOf(weight) + 4 : 2, kind) });
      if (drawn) lines.push({ row, column, path: line(d, weight, row, column) });
    }));
    this.paths = [...outlines, ...lines];
    this.lines.replaceChildren(...this.paths.map(({ path }) => path));
    this.mark(this.place, this.pin);
  }

  /** As `Heatmap.elementOf`; of a cell it is the target word. */
  elementOf({ row, column }) {
    return row === null ? this.sources[column] : this.targets[row];
  }

  /** As `Heatmap.next`: left and right along a sentence as it is written, up and down from one to the other. */
  next({ row, column }, { key }) {
    const words = row === null ? this.sources : this.targets;
    const at = row ?? column;
    const forwards = this.shown.directions[row === null ? "source" : "target"] === "rtl" ? -1 : 1;
    const steps = { ArrowLeft: -forwards, ArrowRight: forwards, Home: -words.length, End: words.length };
    if (key in steps) return placeOf(row === null, Math.min(Math.max(at + steps[key], 0), words.length - 1));
    const other = key === "ArrowUp" ? this.sources : key === "ArrowDown" ? this.targets : null;
    if (!other?.length || other === words) return { row, column };
    return placeOf(other === this.sources, nearest(words[at], other));
  }

  /** As `Heatmap.mark`. */
  mark(place, pin) {
    [this.place, this.pin] = [place, pin];
    this.body.classList.toggle("viewer-dimmed", place !== null);
    this.sources.forEach((word, j) => markWord(word, place?.column === j, pin?.column === j));
    this.targets.forEach((word, i) => markWord(word, place?.row === i, pin?.row === i));
    for (const { path, row, column } of this.paths) {
      const on = place !== null && [row, null].includes(place.row) && [column, null].includes(place.column);
      path.classList.toggle("viewer-marked", on);
    }
  }
}

function wordButton(unit, side, index) {
  const name = `viewer-word${unit.end ? " viewer-end" : ""}`;
  return make("button",
    { class: name, type: "button", tabindex: -1, dir: "auto", "data-side": side, "data-index": index },
    ...labelOf(unit));
}

function markWord(word, marked, pinned) {
  word.classList.toggle("viewer-marked", marked);
  word.classList.toggle("viewer-pinned", pinned);
  word.setAttribute("aria-pressed", String(pinned));
}

function placeOf(isSource, index) {
  return isSource ? { row: null, column: index } : { row: index, column: null };
}

function nearest(word, others) {
  const distance = (other) =>
    Math.abs(other.offsetLeft + other.offsetWidth / 2 - word.offsetLeft - word.offsetWidth / 2);
  const distances = others.map(distance);
  return distances.indexOf(Math.min(...distances));
}

function curve(from, to, height) {
  return `M${from},0 C${from},${height / 2} ${to},${height / 2} ${to},${height}`;
}

function widthOf(weight) {
  return Math.max(weight * WIDEST, THINNEST);
}

function line(d, weight, row, column) {
  return makeSvg("path", {
    class: "viewer-line", d, "stroke-width": widthOf(weight), "stroke-opacity": 0.2 + 0.8 * weight,
    "data-row": row, "data-column": column, "data-weight": weight,
  });
}

function outline(d, width, kind) {
  return makeSvg("path", { class: "viewer-gold", d, "stroke-width": width, "data-gold": kind });
}
