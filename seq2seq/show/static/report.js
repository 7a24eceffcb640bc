// The page of a report: scores, cards of the measures, the table of all sentences, and one of them in full.

import { make } from "./dom.js";
import { ReportCards } from "./report-filters.js";
import { ReportRows } from "./report-rows.js";
import { ReportSentence } from "./report-sentence.js";
import { ReportTable } from "./report-table.js";
import { pageData } from "./viewer.js";

class Report {
  constructor(data) {
    this.data = data;
    this.rows = new ReportRows(data);
    const [measure] = data.runs.length > 1 ? data.measures : [{ name: null }];
    this.choice = { of: data.runs.length > 1 ? "difference" : 0, measure: measure.name, descending: false, query: "", ranges: new Map() };
    this.cards = new ReportCards(this.rows, (name, range) => this.narrow(name, range));
    this.table = new ReportTable(this.rows, { sort: (name) => this.sortBy(name), open: (position) => this.open(position) });
    this.sentence = new ReportSentence(this.rows, { move: (by) => this.open(this.position + by), closed: () => this.closed() });
    this.count = make("p", { class: "report-count", role: "status" });
    this.clear = make("button", { type: "button", class: "report-clear" }, "Show all");
    this.clear.addEventListener("click", () => this.showAll());
  }

  mount(main) {
    main.classList.add("report");
    main.replaceChildren(opening(this.data), this.cards.element, this.tools(), this.table.element, closing(this.data), this.sentence.element);
    this.cards.show(this.choice.of);
    this.draw();
    const number = Number(location.hash.slice(1));
    if (Number.isInteger(number) && number >= 1 && number <= this.rows.count) this.open(this.shown.indexOf(number - 1));
  }

  tools() {
    this.query = make("input", { type: "search", placeholder: "Find in source, translation, reference", "aria-label": "Find text", spellcheck: "false" });
    this.query.addEventListener("input", () => this.change({ query: this.query.value.trim() }));
    this.by = make("select", { "aria-label": "Sort by" }, make("option", { value: "" }, "order of the file"),
      ...this.data.measures.map(({ name, label }) => make("option", { value: name }, label)));
    this.by.addEventListener("change", () => this.change({ measure: this.by.value || null }));
    this.turn = make("button", { type: "button", class: "report-turn" });
    this.turn.addEventListener("click", () => this.change({ descending: !this.choice.descending }));
    const sort = make("label", { class: "report-sort" }, "sort by ", this.by);
    return make("div", { class: "report-tools" }, this.query, ...this.whose(), sort, this.turn, this.count, this.clear);
  }

  /** Whose numbers sort and filter, where there are two runs. */
  whose() {
    if (this.data.runs.length < 2) return [];
    const choices = [["difference", "B − A", "What the second run has more than the first"], ["0", "A", this.data.runs[0].name], ["1", "B", this.data.runs[1].name]];
    return [make("fieldset", { class: "report-segments" }, make("legend", {}, "numbers of"), ...choices.map(([value, label, title]) => {
      const input = make("input", { type: "radio", name: "report-of", value });
      input.checked = value === String(this.choice.of);
      input.addEventListener("change", () => this.setOf(value === "difference" ? value : Number(value)));
      return make("label", { title }, input, make("span", {}, label));
    }))];
  }

  setOf(of) {
    this.cards.show(of);
    this.change({ of, ranges: new Map() });
  }

  sortBy(measure) {
    const again = measure === this.choice.measure;
    this.change({ measure, descending: again && !this.choice.descending });
  }

  narrow(name, range) {
    const ranges = new Map(this.choice.ranges);
    if (range === null) ranges.delete(name);
    else ranges.set(name, range);
    this.change({ ranges });
  }

  showAll() {
    this.query.value = "";
    this.cards.show(this.choice.of);
    this.change({ query: "", ranges: new Map() });
  }

  change(change) {
    Object.assign(this.choice, change);
    this.draw();
  }

  draw() {
    const { measure, descending } = this.choice;
    this.shown = this.rows.chosen(this.choice);
    this.table.show(this.shown, this.choice);
    this.by.value = measure ?? "";
    this.turn.textContent = descending ? "↓" : "↑";
    this.turn.setAttribute("aria-label", descending ? "Largest first" : "Smallest first");
    this.turn.title = this.turn.getAttribute("aria-label");
    const all = this.shown.length === this.rows.count;
    const number = (count) => count.toLocaleString("en");
    this.count.textContent = `${all ? "" : `${number(this.shown.length)} of `}${number(this.rows.count)} sentences`;
    this.clear.hidden = all;
  }

  open(position) {
    if (position < 0 || position >= this.shown.length) return;
    this.position = position;
    const index = this.shown[position];
    history.replaceState(null, "", `#${index + 1}`);
    this.sentence.show(index, `${position + 1} of ${this.shown.length}`);
  }

  closed() {
    history.replaceState(null, "", location.pathname + location.search);
    this.table.activate(this.position);
    this.table.element.focus({ preventScroll: true });
  }
}

function opening({ runs, files, languages, sources }) {
  const names = runs.map((run, i) => make("span", { class: "report-run", title: run.decoding },
    ...(runs.length > 1 ? [make("span", { class: "report-tag" }, "AB"[i])] : []), run.name));
  const given = [files.source, ...files.references, ...(files.gold ? [files.gold] : [])];
  return make("header", { class: "report-opening" }, make("h1", {}, ...names),
    make("p", {}, `${languages.join(" → ")} · ${sources.length.toLocaleString("en")} sentences · ${given.join(", ")}`),
    ...runs.filter((run) => run.scores.translations.warning).map((run) =>
      make("p", { class: "report-warning" }, `${runs.length > 1 ? `${run.name}: ` : ""}${run.scores.translations.warning}`)));
}

/** How the numbers were made: what a paper has to say of them. */
function closing({ runs, command }) {
  const facts = runs.flatMap((run) => {
    const name = runs.length > 1 ? `${run.name}, ` : "";
    const { scores } = run;
    return [
      [`${name}BLEU`, scores.bleu_signature], [`${name}chrF`, scores.chrf_signature],
      [`${name}sentence BLEU`, scores.sentence_bleu_signature],
      [`${name}perplexity of the reference`, scores.perplexity?.toFixed(3)], [`${name}search`, run.decoding],
    ].filter(([, value]) => value);
  });
  const made = command ? [["made by", command]] : [];
  return make("footer", { class: "report-closing" }, make("h2", {}, "How it was measured"),
    make("dl", {}, ...[...facts, ...made].flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, make("code", {}, value))])));
}

new Report(pageData()).mount(document.querySelector("main"));
