// The table of a report's sentences. Only the rows in sight are in the document, so that a long one scrolls as a short.

import { make } from "./dom.js";
import { numeral, verdictOf } from "./report-rows.js";

const BEYOND = 8; // rows kept ready above and below what is in sight
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

export class ReportTable {
  /**
   * @param {import("./report-rows.js").ReportRows} rows
   * @param {{sort: (measure: string | null) => void, open: (position: number) => void}} events
   *   sort: a head was pressed; open: a row was, by its place in the table
   */
  constructor(rows, events) {
    [this.rows, this.events, this.data] = [rows, events, rows.data];
    this.made = new Map();
    this.shown = [];
    this.active = 0;
    this.above = spacer();
    this.below = spacer();
    this.body = make("tbody", {}, this.above, this.below);
    this.heads = this.makeHeads();
    this.element = make("table", { class: "report-table", role: "grid", tabindex: 0, "aria-label": "Sentences" },
      make("thead", {}, make("tr", { "aria-rowindex": 1 }, ...this.heads.values())), this.body);
    this.listen();
  }

  /**
   * Show these sentences in this order.
   * @param {number[]} shown by their places in the file
   * @param {import("./report-rows.js").Choice} choice
   */
  show(shown, choice) {
    [this.shown, this.active] = [shown, 0];
    this.bounds = new Map(this.data.measures.map(({ name }) => [name, boundsOf(this.rows.valuesOf(name, 0))]));
    this.element.setAttribute("aria-rowcount", shown.length + 1);
    for (const [measure, head] of this.heads) {
      const sorted = measure === choice.measure;
      head.setAttribute("aria-sort", !sorted ? "none" : choice.descending ? "descending" : "ascending");
    }
    this.measureRow();
    this.draw();
  }

  /**
   * Bring a row into sight and make it that of the keyboard.
   * @param {number} position
   */
  activate(position) {
    if (!this.shown.length) return;
    const chosen = Math.min(Math.max(position, 0), this.shown.length - 1);
    const top = this.body.getBoundingClientRect().top + chosen * this.rowHeight;
    const head = this.element.tHead.offsetHeight;
    const beyond = Math.min(top - head, 0) || Math.max(top + this.rowHeight - innerHeight, 0);
    if (beyond) window.scrollBy({ top: beyond, behavior: "instant" });
    this.draw();
    this.mark(chosen);
  }

  makeHeads() {
    const head = (name, label, meaning) => {
      const button = make("button", { type: "button", title: meaning }, label);
      button.addEventListener("click", () => this.events.sort(name));
      return [name, make("th", { scope: "col", "data-measure": name ?? "number" }, button)];
    };
    const [number, ...measures] = [
      head(null, "#", "The order of the file"), ...this.data.measures.map((one) => head(one.name, one.label, one.meaning)),
    ];
    return new Map([number, ["", make("th", { scope: "col", class: "report-texts" }, "sentence")], ...measures]);
  }

  listen() {
    let waiting = false;
    const soon = (redo) => {
      if (redo) this.measured = false;
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        if (!this.measured) this.measureRow();
        this.draw();
      });
    };
    addEventListener("scroll", () => soon(false), { passive: true });
    addEventListener("resize", () => soon(true));
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-position]");
      if (row && !getSelection().toString()) this.open(Number(row.dataset.position));
    });
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    if (event.target !== this.element || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") this.open(this.active);
    else if (event.key in STEPS) this.activate(this.active + STEPS[event.key]);
    else return;
    event.preventDefault();
  }

  open(position) {
    if (position >= this.shown.length) return;
    this.mark(position);
    this.events.open(position);
  }

  /** All rows have the height of the first; none is there afterwards. */
  measureRow() {
    this.made.clear();
    this.range = null;
    this.measured = true;
    this.body.replaceChildren(this.above, this.below);
    if (!this.shown.length) return;
    const row = this.rowAt(0);
    this.above.before(row);
    this.rowHeight = row.getBoundingClientRect().height || 1;
    row.remove();
  }

  /** Rows that stay in sight stay where they are in the document: only what comes and goes is laid out anew. */
  draw() {
    const count = this.shown.length;
    const { top } = this.body.getBoundingClientRect();
    const within = (row) => Math.min(Math.max(row, 0), count);
    const height = this.rowHeight || 1;
    const first = within(Math.floor(-top / height) - BEYOND);
    const last = within(Math.ceil((innerHeight - top) / height) + BEYOND);
    if (this.range?.[0] === first && this.range[1] === last) return;
    this.range = [first, last];
    for (const [position, row] of this.made) {
      if (position >= first && position < last) continue;
      row.remove();
      this.made.delete(position);
    }
    let next = this.below;
    for (let position = last - 1; position >= first; position--) {
      if (!this.made.has(position)) next.before(this.made.set(position, this.rowAt(position)).get(position));
      next = this.made.get(position);
    }
    this.above.firstChild.style.height = `${first * height}px`;
    this.below.firstChild.style.height = `${(count - last) * height}px`;
    this.mark(this.active);
  }

  /** The row of the keyboard. */
  mark(position) {
    this.made.get(this.active)?.setAttribute("aria-selected", "false");
    this.active = position;
    this.made.get(position)?.setAttribute("aria-selected", "true");
    this.element.setAttribute("aria-activedescendant", this.made.has(position) ? `row-${position}` : "");
  }

  rowAt(position) {
    const index = this.shown[position];
    return make("tr", { id: `row-${position}`, "data-position": position, "data-sentence": index + 1,
      "aria-rowindex": position + 2, "aria-selected": "false" },
      make("th", { scope: "row" }, String(index + 1)),
      make("td", { class: "report-texts" }, ...textLines(this.data, index)),
      ...this.data.measures.map((measure) => this.cell(measure, index)));
  }

  cell(measure, index) {
    const bounds = this.rows.isOne(measure.name) ? this.bounds.get(measure.name) : null;
    return make("td", { "data-measure": measure.name, "data-label": measure.label }, ...measureNumbers(this.rows, measure, index, bounds));
  }
}

/**
 * The number of a sentence, with a bar for its share of the bounds; or the difference of two runs, and what each has.
 * @param {import("./report-rows.js").ReportRows} rows
 * @param {import("./report-rows.js").Measure} measure
 * @param {number} index
 * @param {[number, number] | null} bounds of the numbers of all sentences
 * @returns {HTMLElement[]}
 */
export function measureNumbers(rows, measure, index, bounds) {
  const { name, digits } = measure;
  const values = rows.data.runs.map((_, run) => rows.valuesOf(name, run)[index]);
  const numbers = values.map((value, run) => make("span", { "data-run": run }, numeral(value, digits)));
  if (!rows.isOne(name)) {
    const difference = rows.valuesOf(name, "difference")[index];
    const verdict = `report-${verdictOf(measure, difference)}`;
    return [make("strong", { "data-run": "difference", class: verdict }, numeral(difference, digits, true)), ...numbers];
  }
  if (!bounds) return numbers.slice(0, 1);
  const bar = make("span", { class: "report-bar" });
  bar.style.setProperty("--share", shareOf(values[0], bounds));
  return [numbers[0], bar];
}

/**
 * The texts of a sentence, a line each: source, translations, reference.
 * @param {any} data
 * @param {number} index
 * @returns {HTMLElement[]}
 */
export function textLines({ languages: [source, target], sources, runs, references }, index) {
  const tags = runs.length === 1 ? [target] : ["A", "B"];
  return [
    textLine("source", source, "source", source, sources[index]),
    ...runs.map(({ name, refused, translations }, i) => (refused[index] === null
      ? textLine("translation", tags[i], name, target, translations[index])
      : textLine("refused", tags[i], name, "en", `refused: ${refused[index]}`))),
    ...references.slice(0, 1).map((texts) => textLine("reference", "ref", "reference", target, texts[index])),
  ];
}

/**
 * A text after the tag that says what it is.
 * @param {"source" | "translation" | "refused" | "reference"} kind
 * @param {string} tag
 * @param {string} title
 * @param {string} language
 * @param {string} text
 * @returns {HTMLElement}
 */
export function textLine(kind, tag, title, language, text) {
  return make("span", { class: `report-line report-${kind}`, "data-text": kind },
    make("span", { class: "report-tag", title }, tag), make("bdi", { lang: language }, text));
}

function spacer() {
  return make("tr", { class: "report-spacer", "aria-hidden": "true" }, make("td", {}));
}

function boundsOf(values) {
  const known = values.filter((value) => value !== null);
  return [Math.min(...known, 0), Math.max(...known)];
}

function shareOf(value, [least, most]) {
  return value === null || most <= least ? 0 : (value - least) / (most - least);
}
