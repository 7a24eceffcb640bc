// The controls above a map: which map, which head, words or pieces, heatmap or links, the threshold.

import { make } from "./dom.js";

let groups = 0;

export class Controls {
  /** @param {(change: Partial<import("./shown.js").Choice>) => void} onChange */
  constructor(onChange) {
    this.maps = new Choices("map", (map) => onChange({ map }));
    this.heads = new Choices("heads", (head) => onChange({ head: head === "mean" ? null : Number(head) }));
    this.units = new Choices("units", (units) => onChange({ units }));
    this.forms = new Choices("form", (form) => onChange({ form }));
    this.threshold = new Threshold((threshold) => onChange({ threshold }));
    const parts = [this.maps, this.heads, this.units, this.forms, this.threshold];
    this.element = make("div", { class: "viewer-controls" }, ...parts.map((part) => part.element));
  }

  /**
   * Show what can be chosen and what is.
   * @param {import("./shown.js").View} view
   * @param {import("./shown.js").Shown} shown
   * @param {import("./shown.js").Choice} choice
   */
  draw(view, shown, choice) {
    this.maps.draw(view.maps.map(({ name }) => [name, name]), shown.name);
    const heads = Array.from({ length: shown.heads }, (_, head) => [String(head), String(head + 1)]);
    this.heads.draw(heads.length > 1 ? [["mean", "mean"], ...heads] : [], String(shown.head ?? "mean"));
    this.units.draw(shown.allUnits.map((units) => [units, units]), shown.units);
    this.forms.draw([["heatmap", "heatmap"], ["links", "links"]], choice.form);
    this.threshold.draw(choice.threshold);
  }
}

/** One of several values, side by side; not there where there is nothing to choose. */
class Choices {
  constructor(legend, onChoose) {
    this.name = `viewer-${(groups += 1)}`;
    this.inputs = make("div", { class: "viewer-segments" });
    this.element = make("fieldset", { class: "viewer-choices", "data-choice": legend },
      make("legend", {}, legend), this.inputs);
    this.element.addEventListener("change", (event) => onChoose(event.target.value));
    this.options = "";
  }

  draw(options, chosen) {
    if (JSON.stringify(options) !== this.options) {
      this.options = JSON.stringify(options);
      this.inputs.replaceChildren(...options.map(([value, label]) => this.option(value, label)));
    }
    this.element.hidden = options.length < 2;
    for (const input of this.inputs.querySelectorAll("input")) input.checked = input.value === chosen;
  }

  option(value, label) {
    const input = make("input", { type: "radio", name: this.name, value });
    return make("label", {}, input, make("span", { dir: "auto" }, label));
  }
}

class Threshold {
  constructor(onChange) {
    this.input = make("input", { type: "range", min: 0, max: 1, step: 0.01 });
    this.output = make("output", {});
    this.element = make("label", { class: "viewer-threshold" }, make("span", {}, "threshold"), this.input, this.output);
    this.input.addEventListener("input", () => onChange(Number(this.input.value)));
  }

  draw(threshold) {
    this.input.value = String(threshold);
    this.output.textContent = threshold.toFixed(2);
  }
}
