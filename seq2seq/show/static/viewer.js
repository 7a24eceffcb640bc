// The viewer of alignment maps: one map, or several of the same sentence, as a heatmap or as two rows with links.

import { Controls } from "./controls.js";
import { make } from "./dom.js";
import { Heatmap } from "./heatmap.js";
import { Legend } from "./legend.js";
import { Links } from "./links.js";
import { readout } from "./readout.js";
import { heatmapPicture, linksPicture, lookOf, savePicture } from "./save.js";
import { shownOf } from "./shown.js";

const VERSION = 2;
const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];

/**
 * Put a viewer into an element. Events on it: "viewer-pin", whose detail is {side, index, units} or null.
 * @param {HTMLElement} element
 * @param {import("./shown.js").View} view
 * @param {{compact?: boolean}} [options] compact: for small places, with fewer controls
 * @returns {{update: (view: import("./shown.js").View) => void, destroy: () => void}}
 *   update: another view, under what has been chosen; destroy: empty the element again
 */
export function mountViewer(element, view, options = {}) {
  const viewer = new Viewer(element, options);
  viewer.update(view);
  return { update: (next) => viewer.update(next), destroy: () => viewer.destroy() };
}

/**
 * What the page carries in its #data element.
 * @returns {any}
 */
export function pageData() {
  return JSON.parse(document.getElementById("data").textContent);
}

class Viewer {
  constructor(element, { compact = false }) {
    this.element = element;
    this.choice = { map: null, head: null, units: "words", form: "heatmap", threshold: 0 };
    [this.hover, this.pin, this.focus] = [null, null, { row: 0, column: 0 }];
    this.controls = new Controls((change) => this.choose(change), (format) => this.save(format));
    this.legend = new Legend();
    this.forms = { heatmap: new Heatmap(), links: new Links() };
    this.readout = make("p", { class: "viewer-readout", role: "status" });
    this.scores = make("p", { class: "viewer-scores" });
    this.stage = make("div", { class: "viewer-stage" });
    this.root = make("div", { class: compact ? "viewer viewer-compact" : "viewer" },
      this.controls.element, make("div", { class: "viewer-head" }, this.readout, this.scores), this.stage, this.legend.element);
    this.listen();
    element.replaceChildren(this.root);
  }

  update(view) {
    if (view.version !== VERSION) throw new Error(`a view of version ${view.version}; this viewer reads ${VERSION}`);
    const before = this.shown;
    this.view = view;
    this.draw();
    if (this.pin && !sameWord(before, this.shown, this.pin)) this.setPin(null);
  }

  destroy() {
    for (const form of Object.values(this.forms)) form.observer.disconnect();
    this.root.remove();
  }

  choose(change) {
    Object.assign(this.choice, change);
    if ("map" in change || "units" in change) this.setPin(null);
    this.draw();
  }

  draw() {
    this.shown = shownOf(this.view, this.choice);
    const empty = !this.shown?.rows.length || !this.shown.columns.length;
    this.form = empty ? null : this.forms[this.choice.form];
    if (this.shown) this.controls.draw(this.view, this.shown, this.choice);
    if (this.form) this.drawForm();
    else this.stage.replaceChildren(make("p", { class: "viewer-nothing" }, "nothing to align"));
    this.legend.element.hidden = empty;
    this.scores.replaceChildren(...(this.shown ? scoresOf(this.shown) : []));
    this.tell();
  }

  drawForm() {
    const focused = this.stage.contains(document.activeElement);
    if (this.form.element.parentNode !== this.stage) this.stage.replaceChildren(this.form.element);
    this.form.draw(this.shown, this.choice.threshold);
    this.legend.draw(this.shown, this.choice.form);
    this.settleFocus(this.focus);
    if (focused) this.form.elementOf(this.focus).focus();
    if (this.hover && !this.form.elementOf(this.hover)) this.hover = null;
  }

  save(format) {
    if (!this.form) return;
    const look = lookOf(this.root);
    const svg = this.choice.form === "heatmap"
      ? heatmapPicture(this.shown, this.choice.threshold, look) : linksPicture(this.shown, this.form, look);
    savePicture(svg, this.shown.name, format);
  }

  listen() {
    this.stage.addEventListener("pointerover", (event) => this.point(placeOfElement(event.target)));
    this.stage.addEventListener("pointerleave", () => this.point(null));
    this.stage.addEventListener("focusin", (event) => this.point(placeOfElement(event.target)));
    this.stage.addEventListener("focusout", () => this.point(null));
    this.stage.addEventListener("click", (event) => this.press(placeOfElement(event.target)));
    this.stage.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const place = placeOfElement(event.target);
    if (!place || !this.form) return;
    if (event.key === "Escape") this.setPin(null);
    else if (event.key === "Enter" || event.key === " ") this.press(place);
    else if (KEYS.includes(event.key)) {
      this.settleFocus(this.form.next(place, event));
      this.form.elementOf(this.focus).focus();
    } else return;
    event.preventDefault();
  }

  /** One place of the map can be reached with the Tab key: the last that had the focus. */
  settleFocus(place) {
    this.form.elementOf(this.focus)?.setAttribute("tabindex", "-1");
    this.focus = this.form.elementOf(place) ? place : { row: 0, column: 0 };
    this.form.elementOf(this.focus).setAttribute("tabindex", "0");
  }

  point(place) {
    this.hover = place;
    this.tell();
  }

  press(place) {
    if (!place || !this.form) return;
    this.settleFocus(place);
    this.setPin(samePlace(place, this.pin) ? null : place);
  }

  setPin(place) {
    if (place === null && this.pin === null) return;
    this.pin = place;
    this.tell();
    const detail = place && pinDetail(this.shown, place);
    this.element.dispatchEvent(new CustomEvent("viewer-pin", { bubbles: true, detail }));
  }

  tell() {
    const place = this.hover ?? this.pin;
    this.form?.mark(place, this.pin);
    if (this.form) this.readout.replaceChildren(...(place ? readout(this.shown, place) : [hint()]));
    else this.readout.replaceChildren();
  }
}

function hint() {
  return make("span", { class: "viewer-hint" }, "Point at a cell or a word to read it, click to pin it.");
}

/** Rows of self-attention are words of the source too. */
function pinDetail(shown, { row, column }) {
  const side = row === null || shown.kind === "self-attention" ? "source" : "target";
  return { side, index: row ?? column, units: shown.units };
}

function placeOfElement(element) {
  const { row, column, side, index } = element.closest("[data-row], [data-side]")?.dataset ?? {};
  if (row !== undefined) return { row: Number(row), column: Number(column) };
  if (side === undefined) return null;
  return side === "source" ? { row: null, column: Number(index) } : { row: Number(index), column: null };
}

function samePlace(one, other) {
  return one?.row === other?.row && one?.column === other?.column;
}

function sameWord(before, after, { row, column }) {
  const same = (name, index) => index === null || before?.[name][index]?.label === after?.[name][index]?.label;
  return before?.units === after?.units && same("rows", row) && same("columns", column);
}

function scoresOf({ entropy, aer }) {
  const score = (name, text) => make("span", { "data-score": name }, `${name} `, make("strong", {}, text));
  return [
    ...(entropy === null ? [] : [score("entropy", `${entropy.toFixed(2)} nats`)]),
    ...(aer === null ? [] : [score("AER", `${(100 * aer).toFixed(1)}\u202f%`)]),
  ];
}
