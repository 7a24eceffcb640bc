// One sentence of a report in full, over the table: its texts, its numbers, and its maps in the viewer.

import { make } from "./dom.js";
import { measureNumbers, textLine, textLines } from "./report-table.js";
import { unpacked } from "./report-unpack.js";
import { mountViewer } from "./viewer.js";

const SIDES = { translation: "Translation", reference: "Reference" };

export class ReportSentence {
  /**
   * @param {import("./report-rows.js").ReportRows} rows
   * @param {{move: (by: number) => void, closed: () => void}} events
   *   move: the next sentence is wanted (1), or the one before (-1)
   */
  constructor(rows, events) {
    [this.rows, this.data, this.events] = [rows, rows.data, events];
    this.title = make("h2", { id: "report-title" });
    this.place = make("span", { class: "report-place" });
    this.texts = make("div", { class: "report-lines" });
    this.numbers = make("dl", { class: "report-numbers" });
    this.maps = this.data.runs.length > 1 ? new MapsOfTwo(this.data.runs) : new MapsOfOne(this.data.references.length > 0);
    this.element = make("dialog", { class: "report-sentence", "aria-labelledby": "report-title" }, this.bar(),
      make("div", { class: "report-inside" }, this.texts, this.numbers, this.maps.element));
    this.element.addEventListener("close", () => this.events.closed());
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("click", (event) => event.target === this.element && this.element.close());
  }

  /**
   * Show a sentence.
   * @param {number} index its place in the file, from 0
   * @param {string} place where it stands in the table, in words
   */
  async show(index, place) {
    this.index = index;
    this.title.textContent = `Sentence ${index + 1}`;
    this.place.textContent = place;
    const { references, languages: [, target], measures, runs } = this.data;
    const further = references.slice(1).map((texts, i) => textLine("reference", `ref ${i + 2}`, "reference", target, texts[index]));
    this.texts.replaceChildren(...textLines(this.data, index), ...further);
    this.numbers.replaceChildren(...measures.map((measure) => make("div", { "data-measure": measure.name },
      make("dt", { title: measure.meaning }, measure.label), make("dd", {}, ...measureNumbers(this.rows, measure, index, null)))));
    if (!this.element.open) this.element.showModal();
    const views = await Promise.all(runs.map((run) => unpacked(run.packed[index], this.data.parts)));
    if (this.index === index) this.maps.show(views); // else another one is wanted by now
  }

  bar() {
    const button = (label, text, act) => {
      const made = make("button", { type: "button", "aria-label": label, title: label }, text);
      made.addEventListener("click", act);
      return made;
    };
    return make("header", { class: "report-head" }, this.title, this.place,
      button("Sentence before (K)", "↑", () => this.events.move(-1)),
      button("Next sentence (J)", "↓", () => this.events.move(1)),
      button("Close (Esc)", "×", () => this.element.close()));
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (by) this.events.move(by);
  }
}

/** The translation and the reference beside each other. */
class MapsOfOne {
  constructor(hasReference) {
    this.panels = Object.entries(SIDES).slice(0, hasReference ? 2 : 1).map(([side, name]) => [side, new Panel(name)]);
    this.element = make("div", { class: "report-panels" }, ...this.panels.map(([, panel]) => panel.element));
  }

  show([views]) {
    for (const [side, panel] of this.panels) panel.show(views[side]);
  }
}

/** Two runs beside each other, with the maps of their translations, or of how they read the reference. */
class MapsOfTwo {
  constructor(runs) {
    this.side = "translation";
    this.sides = make("fieldset", { class: "report-segments" }, make("legend", {}, "maps of the"),
      ...Object.keys(SIDES).map((side) => this.choiceOf(side)));
    this.panels = runs.map((run, i) => new Panel(run.name, "AB"[i]));
    this.element = make("div", { class: "report-maps" }, this.sides,
      make("div", { class: "report-panels" }, ...this.panels.map((panel) => panel.element)));
  }

  choiceOf(side) {
    const input = make("input", { type: "radio", name: "report-side", value: side });
    input.checked = side === this.side;
    input.addEventListener("change", () => {
      this.side = side;
      this.show(this.views);
    });
    return make("label", {}, input, make("span", {}, SIDES[side]));
  }

  show(views) {
    this.views = views;
    this.sides.hidden = views.every((one) => !one.reference);
    const side = this.sides.hidden ? "translation" : this.side;
    this.panels.forEach((panel, run) => panel.show(views[run][side]));
  }
}

class Panel {
  constructor(name, tag = null) {
    this.place = make("div", {});
    this.nothing = make("p", { class: "report-nothing" }, "No map: there is nothing to align.");
    this.element = make("section", { class: "report-panel" },
      make("h3", {}, ...(tag ? [make("span", { class: "report-tag" }, tag), " "] : []), name), this.place, this.nothing);
  }

  show(view) {
    this.nothing.hidden = Boolean(view);
    this.place.hidden = !view;
    if (!view) return;
    if (this.viewer) this.viewer.update(view);
    else this.viewer = mountViewer(this.place, view);
  }
}
