// The page of `seq2seq serve`: a sentence, and a pane for each run that translates it.

import { answerOf } from "./asking.js";
import { make } from "./dom.js";
import { Pane } from "./pane.js";

const PAUSE_IN_TYPING = 250; // milliseconds

class Page {
  constructor(runs) {
    this.runs = runs;
    this.panes = [];
    this.input = make("textarea", { class: "source-text", rows: 2, dir: "auto", spellcheck: "false", maxlength: 5000 });
    this.first = select(runs.map(({ name }) => [name, name]));
    this.second = select([]);
    this.language = make("label", { class: "language", for: "source-text" });
    this.examples = make("div", { class: "examples" });
    this.stage = make("div", { class: "panes" });
    this.build();
    this.follow();
  }

  build() {
    this.input.id = "source-text";
    const pickers = make("div", { class: "pickers" }, ...(this.runs.length > 1
      ? [labelled("run", this.first), labelled("beside", this.second)]
      : [make("span", { class: "quiet" }, this.runs[0].name)]));
    const header = make("header", { class: "top" },
      make("h1", {}, "seq2seq"), pickers, make("a", { class: "quiet", href: "/docs" }, "API"));
    const ask = make("section", { class: "ask" }, this.language, this.input, this.examples);
    document.querySelector("main").replaceChildren(header, ask, this.stage);
    this.input.addEventListener("input", () => this.typed());
    this.first.addEventListener("change", () => this.pick(this.first.value, this.second.value));
    this.second.addEventListener("change", () => this.pick(this.first.value, this.second.value));
    this.examples.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.set(button.textContent);
    });
    window.addEventListener("hashchange", () => this.follow());
  }

  /** Show what the address says. */
  follow() {
    const hash = location.hash.slice(1);
    if (this.written === hash && this.panes.length) return;
    const asked = new URLSearchParams(hash);
    this.show(asked.get("run"), asked.get("with"));
    this.input.value = asked.get("q") ?? this.panes[0].run.examples[0] ?? "";
    this.translate([stepsOf(asked.get("steps")), stepsOf(asked.get("steps2"))]);
  }

  /** Panes for one run, or two. */
  show(first, second) {
    const named = (name) => this.runs.find((run) => run.name === name);
    const run = named(first) ?? this.runs[0];
    const others = this.runs.filter((other) => other !== run && other.source === run.source);
    const beside = others.includes(named(second)) ? [named(second)] : [];
    this.first.value = run.name;
    fillSelect(this.second, [["", "no other"], ...others.map(({ name }) => [name, name])], beside[0]?.name ?? "");
    const titled = beside.length > 0;
    this.panes = [run, ...beside].map((one) => new Pane(one, { onChange: () => this.write(), titled }));
    this.stage.replaceChildren(...this.panes.map((pane) => pane.element));
    this.stage.classList.toggle("two", titled);
    this.language.textContent = nameOf(run.source);
    this.input.lang = run.source;
    this.input.placeholder = `A sentence in ${nameOf(run.source)}`;
    this.examples.replaceChildren(...run.examples.map((text) =>
      make("button", { type: "button", lang: run.source, dir: "auto" }, text)));
  }

  pick(first, second) {
    this.show(first, second);
    this.translate([[], []]);
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.translate([[], []]), PAUSE_IN_TYPING);
  }

  set(sentence) {
    this.input.value = sentence;
    this.input.focus();
    this.translate([[], []]);
  }

  translate(steps) {
    clearTimeout(this.timer);
    for (const [place, pane] of this.panes.entries()) pane.translate(this.input.value, steps[place]);
    this.write();
  }

  /** Let the address say what is shown. */
  write() {
    const said = new URLSearchParams({ q: this.input.value });
    if (this.runs.length > 1) said.set("run", this.panes[0].run.name);
    if (this.panes.length > 1) said.set("with", this.panes[1].run.name);
    for (const [place, pane] of this.panes.entries()) {
      if (pane.steps.length) said.set(place ? "steps2" : "steps", JSON.stringify(pane.steps));
    }
    this.written = said.toString();
    history.replaceState(null, "", `#${this.written}`);
  }
}

/** The steps of a link; none where they cannot be read. */
function stepsOf(text) {
  try {
    const steps = JSON.parse(text ?? "[]");
    return Array.isArray(steps) && steps.every((step) => typeof step?.do === "string") ? steps : [];
  } catch {
    return [];
  }
}

function nameOf(language) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? language;
  } catch {
    return language;
  }
}

function labelled(label, input) {
  return make("label", {}, make("span", { class: "quiet" }, label), input);
}

function select(options) {
  const made = make("select", {});
  fillSelect(made, options, options[0]?.[0] ?? "");
  return made;
}

function fillSelect(element, options, chosen) {
  element.replaceChildren(...options.map(([value, label]) => make("option", { value }, label)));
  element.value = chosen;
}

try {
  new Page(await answerOf("/api/runs"));
} catch (error) {
  document.querySelector("main").replaceChildren(make("p", { class: "fault", role: "alert" }, error.message));
}
