// What stands below a map: the colour scale, what the outlines of gold links mean, and the buttons that save it.

import { shadeOf } from "./colours.js";
import { make } from "./dom.js";

const TICKS = [0, 0.05, 0.25, 0.5, 1];

export class Legend {
  /** @param {(format: "svg" | "png") => void} onSave */
  constructor(onSave) {
    const ticks = TICKS.map((weight) => {
      const tick = make("span", { class: "viewer-tick" }, String(weight));
      tick.style.left = `${100 * shadeOf(weight)}%`;
      return tick;
    });
    this.scale = make("span", { class: "viewer-scale" }, make("span", {}, "weight"),
      make("span", { class: "viewer-ramp" }, ...ticks));
    this.gold = make("span", { class: "viewer-keys" });
    this.element = make("div", { class: "viewer-legend" }, this.scale, this.gold, saving(onSave));
  }

  /**
   * Show what the map needs.
   * @param {import("./shown.js").Shown} shown
   * @param {"heatmap" | "links"} form
   */
  draw(shown, form) {
    this.scale.hidden = form !== "heatmap";
    const kinds = new Set(shown.gold.values());
    const keys = ["sure", "possible"].filter((kind) => kinds.has(kind));
    this.gold.replaceChildren(...keys.map((kind) =>
      make("span", {}, make("i", { "data-gold": kind }), keys.length > 1 ? `gold link, ${kind}` : "gold link")));
  }
}

function saving(onSave) {
  const button = (format, name) => {
    const made = make("button", { type: "button", "aria-label": `Save as ${name}`, "data-save": format }, name);
    made.addEventListener("click", () => onSave(format));
    return made;
  };
  return make("div", { class: "viewer-save", role: "group" }, make("span", {}, "save as"),
    button("svg", "SVG"), button("png", "PNG"));
}
