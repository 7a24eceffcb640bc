// The measures of a report as cards: the score of all sentences, how those of the sentences spread, and a range of it.

import { make, makeSvg } from "./dom.js";
import { numeral, verdictOf } from "./report-rows.js";

const BINS = 24; // at most

export class ReportCards {
  /**
   * @param {import("./report-rows.js").ReportRows} rows
   * @param {(measure: string, range: [number, number] | null) => void} changed null: every sentence
   */
  constructor(rows, changed) {
    [this.rows, this.changed] = [rows, changed];
    this.cards = rows.data.measures.map((measure) => new Card(rows, measure, (range) => changed(measure.name, range)));
    this.element = make("section", { class: "report-cards", "aria-label": "Measures" },
      ...this.cards.map((card) => card.element));
  }

  /**
   * Show the numbers of a run, or the differences; all ranges are open then.
   * @param {import("./report-rows.js").Of} of
   */
  show(of) {
    for (const card of this.cards) card.show(of);
  }
}

class Card {
  constructor(rows, measure, changed) {
    [this.rows, this.measure, this.changed] = [rows, measure, changed];
    this.bars = makeSvg("svg", { class: "report-bars", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.said = make("output", {});
    this.ends = ["least", "most"].map((name) =>
      make("input", { type: "range", "data-end": name, "aria-label": `${measure.label}, ${name}` }));
    for (const end of this.ends) end.addEventListener("input", () => this.moved(end));
    this.element = make("div", { class: "report-card", "data-measure": measure.name },
      make("h2", { title: measure.meaning }, measure.label), this.totals(),
      make("div", { class: "report-range" }, this.bars, ...this.ends), this.said);
  }

  totals() {
    const { measure: { name, total, total_digits: digits }, rows } = this;
    const runs = rows.isOne(name) ? rows.data.runs.slice(0, 1) : rows.data.runs;
    const totals = runs.map((run) => run.totals[name] ?? null);
    const numbers = totals.map((value, run) => make("strong", { "data-total": run }, numeral(value, digits)));
    const difference = totals.includes(null) || totals.length < 2 ? null : totals[1] - totals[0];
    const verdict = { "data-total": "difference", class: `report-${verdictOf({ ...this.measure, digits }, difference)}` };
    const more = difference === null ? [] : [make("span", verdict, numeral(difference, digits, true)), " "];
    return make("div", { class: "report-totals" }, make("p", {}, ...numbers), make("p", {}, ...more, make("small", {}, total)));
  }

  show(of) {
    this.of = of;
    const known = this.rows.valuesOf(this.measure.name, of).filter((value) => value !== null);
    const step = 10 ** -this.measure.digits;
    const least = Math.floor(Math.min(...known, Infinity) / step) * step;
    const most = Math.ceil(Math.max(...known, -Infinity) / step) * step;
    this.bounds = known.length ? [least, most].map((end) => Number(end.toFixed(this.measure.digits))) : [0, 0];
    this.ends.forEach((end, place) => {
      Object.assign(end, { min: this.bounds[0], max: this.bounds[1], step });
      end.value = this.bounds[place];
      end.disabled = this.bounds[0] === this.bounds[1];
    });
    this.drawBars(known);
    this.tell();
  }

  /** The height of a bar is the root of its count: a rare sentence is worth seeing beside many alike. */
  drawBars(known) {
    const [least, most] = this.bounds;
    const steps = Math.round((most - least) * 10 ** this.measure.digits) + 1; // whole numbers have bars of whole numbers
    const width = Math.ceil(steps / BINS) / 10 ** this.measure.digits;
    const counts = Array(Math.min(BINS, steps)).fill(0);
    for (const value of known) counts[Math.min(Math.floor((value - least) / width + 1e-9), counts.length - 1)] += 1;
    const breadth = Math.min(0.84, 0.09 * counts.length); // few bars are no blocks
    const highest = Math.sqrt(Math.max(...counts, 1));
    this.places = counts.map((_, bin) => [least + bin * width, least + (bin + 1) * width]);
    this.bars.setAttribute("viewBox", `0 0 ${counts.length} 10`);
    this.bars.replaceChildren(...counts.map((count, bin) => {
      const height = (10 * Math.sqrt(count)) / highest;
      return makeSvg("rect", { x: bin + (1 - breadth) / 2, width: breadth, y: 10 - height, height });
    }));
  }

  moved(end) {
    const [low, high] = this.ends.map((one) => Number(one.value));
    if (low > high) end.value = end === this.ends[0] ? high : low;
    this.tell();
    this.changed(this.isOpen() ? null : this.ends.map((one) => Number(one.value)));
  }

  isOpen() {
    return this.ends.every((end, place) => Number(end.value) === this.bounds[place]);
  }

  tell() {
    const [low, high] = this.ends.map((end) => Number(end.value));
    const [from, to] = [low, high].map((end) => numeral(end, this.measure.digits, this.of === "difference" && !this.rows.isOne(this.measure.name)));
    this.element.classList.toggle("report-filtered", !this.isOpen());
    this.said.textContent = from === to ? `all ${from}` : `${from} to ${to}`;
    [...this.bars.children].forEach((bar, bin) =>
      bar.classList.toggle("report-out", this.places[bin][1] <= low || this.places[bin][0] > high));
  }
}
