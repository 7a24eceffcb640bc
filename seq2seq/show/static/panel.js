// One run of those that are compared: its name, its translation at this step, and its maps in a viewer.

import { make } from "./dom.js";
import { colour } from "./picker.js";
import { mountViewer } from "./viewer.js";

export class Panel {
  /**
   * @param {string} label the run, as it is called
   * @param {number} place of the run among those that are shown
   * @param {{compact: boolean}} options of the viewer
   * @param {Partial<import("./shown.js").Choice>} choice what was chosen in other viewers before
   */
  constructor(label, place, options, choice) {
    [this.options, this.choice] = [options, choice];
    this.step = make("span", { class: "player-own-step" });
    this.translation = make("span", { dir: "auto" });
    this.said = make("p", { class: "player-translation" }, make("span", { class: "player-label" }, "translation"), this.translation);
    this.note = make("p", { class: "player-note", role: "status" });
    this.stage = make("div", { class: "player-viewer" });
    const swatch = make("i", { class: "player-swatch" });
    colour(swatch, place);
    this.element = make("section", { class: "player-panel", "aria-label": label },
      make("h2", {}, swatch, make("bdi", {}, label), this.step),
      this.said, this.note, this.stage);
  }

  /**
   * Show a record.
   * @param {import("./reel.js").RecordedMap} record
   * @param {import("./picker.js").Kind} kind
   * @param {number} step where the slider stands
   */
  draw(record, kind, step) {
    const view = record.views[kind];
    this.tell("");
    this.step.textContent = record.step === step ? "" : `at update ${record.step.toLocaleString("en")}`;
    this.translation.textContent = record.translation;
    this.said.hidden = false;
    if (this.viewer) this.viewer.update(view);
    else this.mount(view);
    this.stage.hidden = false;
  }

  mount(view) {
    this.viewer = mountViewer(this.stage, view, this.options);
    this.viewer.choose(this.choice);
  }

  choose(choice) {
    this.viewer?.choose(choice);
  }

  /**
   * Say why there is no map.
   * @param {string} text
   */
  fail(text) {
    this.viewer?.destroy(); // what it could not show may have left it in disorder
    this.viewer = null;
    this.tell(text);
    this.step.textContent = "";
    [this.said.hidden, this.stage.hidden] = [true, true];
  }

  destroy() {
    this.viewer?.destroy();
    this.element.remove();
  }

  tell(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }
}
