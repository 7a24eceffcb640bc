// The viewer of alignment maps: one map, or several of the same sentence, as a heatmap or as two rows with links.

import { lookOf, themeOf } from "./colours.js";
import { Controls } from "./controls.js";
import { make } from "./dom.js";
import { Heatmap } from "./heatmap.js";
import { Legend } from "./legend.js";
import { Links } from "./links.js";
import { readout } from "./readout.js";
import { heatmapPicture, linksPicture, savePicture } from "./save.js";
import { shownOf } from "./shown.js";

const VERSION = 2;
const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"];

/**
 * Put a viewer into an element. Events on it, which bubble: "viewer-pin", with the detail {side, index, units} or null
 * when nothing is pinned any more, and "viewer-choice", with what was chosen by hand, a part of a Choice.
 * @param {HTMLElement} element
 * @param {import("./shown.js").View} view
 * @param {{compact?: boolean}} [options] compact: for small places, with fewer controls
 * @returns {{update: (view: import("./shown.js").View) => void, destroy: () => void,
 *   choose: (change: Partial<import("./shown.js").Choice>) => void}}
 *   update: show another view under what has been chosen; choose: as if chosen by hand, but without the event, so that
 *   viewers can follow one another; destroy: empty the element again
 */
export function mountViewer(element, view, options = {}) {
  const viewer = new Viewer(element, options);
  viewer.update(view);
  return {
    update: (next) => viewer.update(next),
    choose: (change) => viewer.choose(change),
    destroy: () => viewer.destroy(),
  };
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
    this.controls = new Controls((change) => this.chosen(change));
    this.legend = new Legend((format) => this.save(format));
    this.forms = { heatmap: new Heatmap(), links: new Links() };
    this.readout = make("p", { class: "viewer-readout", role: "status" });
    this.scores = make("p", { class: "viewer-scores" });
    this.stage = make("div", { class: "viewer-stage" });
    this.root = make("div", { class: compact ? "viewer viewer-compact" : "viewer" },
      this.controls.element, make("div", { class: "viewer-head" }, this.readout, this.scores), this.stage,
      this.legend.element);
    this.listen();
    element.replaceChildren(this.root);
    this.look = lookOf(this.root);
    this.watchTheme();
  }

  /** Colours change with the system's preference, with data-theme, and when the viewer comes onto the page. */
  watchTheme() {
    this.theme = themeOf(this.root);
    const changed = () => {
      const theme = themeOf(this.root);
      if (theme === this.theme || theme === "") return;
      [this.theme, this.look] = [theme, lookOf(this.root)];
      this.draw();
    };
    this.watched = new AbortController();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed, { signal: this.watched.signal });
    const themes = new MutationObserver(changed);
    themes.observe(document.documentElement, { subtree: true, attributeFilter: ["data-theme"] });
    const shown = new ResizeObserver(changed);
    shown.observe(this.root);
    this.observers = [themes, shown, ...Object.values(this.forms).map((form) => form.observer)];
  }

  update(view) {
    if (view.version !== VERSION) throw new Error(`a view of version ${view.version}; this viewer reads ${VERSION}`);
    const before = this.shown;
    this.view = view;
    this.draw();
    if (this.pin && !sameWord(before, this.shown, this.pin)) this.setPin(null);
  }

  destroy() {
    for (const observer of this.observers) observer.disconnect();
    this.watched.abort();
    this.root.remove();
  }

  chosen(change) {
    this.choose(change);
    this.tellOthers("viewer-choice", change);
  }

  choose(change) {
    Object.assign(this.choice, change);
    if ("map" in change || "units" in change) this.setPin(null);
    this.draw();
  }

  draw() {
    this.shown = shownOf(this.view, this.choice);
    this.choice.map ??= this.shown?.name ?? null;
    const empty = !this.shown?.rows.length || !this.shown.columns.length;
    if (this.shown) this.controls.draw(this.view, this.shown, this.choice);
    const focused = this.stage.contains(document.activeElement);
    this.form = null; // what leaves the page loses the focus, and is told so, before the next form is drawn
    if (!empty) this.drawForm(this.forms[this.choice.form], focused);
    else this.stage.replaceChildren(make("p", { class: "viewer-nothing" }, "nothing to align"));
    this.legend.element.hidden = empty;
    this.scores.replaceChildren(...(this.shown ? scoresOf(this.shown) : []));
    this.tell();
  }

  drawForm(form, focused) {
    if (form.element.parentNode !== this.stage) this.stage.replaceChildren(form.element);
    form.draw(this.shown, this.choice.threshold, this.look);
    this.form = form;
    this.legend.draw(this.shown, this.choice.form);
    this.settleFocus(this.focus);
    if (focused) form.elementOf(this.focus).focus({ preventScroll: true });
    if (this.hover && !form.elementOf(this.hover)) this.hover = null;
  }

  save(format) {
    if (!this.form) return;
    const svg = this.choice.form === "heatmap"
      ? heatmapPicture(this.shown, this.choice.threshold, this.look) : linksPicture(this.shown, this.form, this.look);
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
    else if (event.key === "Enter" || event.key === " ") {
      if (event.target.closest("button")) return; // it will be clicked
      this.press(place);
    }
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
    if (place && this.hover && samePlace(place, this.hover)) return;
    this.hover = place;
    this.tell();
  }

  press(place) {
    if (!place || !this.form) return;
    this.settleFocus(place);
    this.form.elementOf(place).focus({ preventScroll: true });
    this.setPin(samePlace(place, this.pin) ? null : place);
  }

  setPin(place) {
    if (place === null && this.pin === null) return;
    this.pin = place;
    this.tell();
    this.tellOthers("viewer-pin", place && pinDetail(this.shown, place));
  }

  tellOthers(name, detail) {
    this.element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
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
