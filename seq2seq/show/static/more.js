// What is below a translation: the n-best list, the beam tree, the worked numbers; each is asked for when it is opened.

import { Asker } from "./asking.js";
import { signed } from "./choices.js";
import { make } from "./dom.js";
import { numbersOf } from "./numbers.js";
import { Tree } from "./tree.js";

const TABS = [["nbest", "n-best"], ["tree", "Beam tree"], ["numbers", "Worked numbers"]];
let tabGroups = 0;

export class More {
  /**
   * @param {{name: string}} run
   * @param {{onAdopt: (pieces: string[]) => void}} events
   */
  constructor(run, { onAdopt }) {
    this.run = run;
    [this.opened, this.stale] = ["nbest", new Set()];
    this.asker = new Asker();
    this.list = make("ol", { class: "nbest" });
    this.list.addEventListener("click", (event) => {
      const at = event.target.closest("[data-rank]")?.dataset.rank;
      if (at !== undefined) onAdopt(this.answer.completions[at].pieces);
    });
    this.tree = new Tree(onAdopt);
    this.numbers = make("div", { class: "numbers" });
    this.fault = make("p", { class: "fault", role: "status" });
    const panels = { nbest: this.list, tree: this.tree.element, numbers: this.numbers };
    this.build(panels);
  }

  build(panels) {
    const group = (tabGroups += 1);
    this.tabs = new Map(TABS.map(([name, label]) => [name, make("button", {
      type: "button", role: "tab", id: `tab-${group}-${name}`, "aria-controls": `panel-${group}-${name}`,
    }, label)]));
    this.panels = new Map(TABS.map(([name]) => [name, make("div", {
      role: "tabpanel", id: `panel-${group}-${name}`, "aria-labelledby": `tab-${group}-${name}`,
    }, panels[name])]));
    const bar = make("div", { class: "tabs", role: "tablist", "aria-label": "more of this translation" });
    bar.append(...this.tabs.values());
    for (const [name, tab] of this.tabs) tab.addEventListener("click", () => this.open(name));
    bar.addEventListener("keydown", (event) => this.key(event));
    this.element = make("section", { class: "card more" }, bar, this.fault, ...this.panels.values());
    this.open(this.opened);
  }

  /**
   * Show a translation.
   * @param {import("./steps.js").Answer} answer
   * @param {object} question that the tree is of
   * @param {number} chosen piece
   */
  show(answer, question, chosen) {
    [this.answer, this.question, this.chosen] = [answer, question, chosen];
    this.stale = new Set(["tree", "numbers"]);
    this.showList();
    this.fill();
  }

  choose(piece) {
    this.chosen = piece;
    this.stale.add("numbers");
    if (this.opened === "numbers") this.fill();
  }

  open(name) {
    this.opened = name;
    for (const [other, tab] of this.tabs) {
      tab.setAttribute("aria-selected", String(other === name));
      tab.setAttribute("tabindex", other === name ? "0" : "-1");
      this.panels.get(other).hidden = other !== name;
    }
    this.fill();
  }

  key(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (!(event.key in steps)) return;
    const names = [...this.tabs.keys()];
    const next = names[(names.indexOf(this.opened) + steps[event.key] + names.length) % names.length];
    this.open(next);
    this.tabs.get(next).focus();
  }

  async fill() {
    if (!this.stale.has(this.opened)) return;
    this.stale.delete(this.opened);
    this.fault.textContent = "";
    try {
      await (this.opened === "tree" ? this.showTree() : this.showNumbers());
    } catch (error) {
      this.fault.textContent = error.message;
    }
  }

  showList() {
    this.list.lang = this.run.target;
    this.list.replaceChildren(...this.answer.completions.map((one, rank) => make("li", {}, this.rival(one, rank))));
  }

  rival({ text, pieces, score, finished }, rank) {
    const told = `${signed(score)}${finished ? "" : " (cut off)"}`;
    return make("button", { type: "button", "data-rank": rank, "aria-pressed": isSame(pieces, this.answer) },
      make("bdi", {}, text || "nothing"),
      make("span", { class: "number", title: "log-probability divided by length" }, told));
  }

  async showTree() {
    const found = await this.asker.ask("/api/tree", this.question);
    if (found) this.tree.draw(found.tree);
  }

  async showNumbers() {
    if (this.question.steps.length) {
      this.numbers.replaceChildren(make("p", { class: "quiet" },
        "The numbers are of the model’s own translation. Undo your changes to see them."));
      return;
    }
    const { sentence, run } = this.question;
    const found = await this.asker.ask("/api/explain", { sentence, run, step: this.chosen + 1 });
    if (found) this.numbers.replaceChildren(...numbersOf(found.blocks));
  }
}

function isSame(pieces, { trace }) {
  return pieces.length === trace.length && pieces.every((piece, at) => piece === trace[at].piece);
}
