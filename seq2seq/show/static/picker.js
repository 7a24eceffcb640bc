// What is played: which runs, which sentence, the map of the reference or of the translation.

import { make } from "./dom.js";

/** Longest sentence in the list, in characters. */
const LONG = 100;

/** How many colours there are for runs. */
const COLOURS = 6;

let pickers = 0;

/**
 * What is recorded of a run. `edition` is another one where there are other records than before.
 * @typedef {{name: string, label?: string, sentences: {number: number, source: string, edition?: string}[]}} Run
 * @typedef {"reference" | "translation"} Kind
 * @typedef {{runs: string[], sentence: string | null, kind: Kind}} Picked sentence: as `keyOf` has it
 */

/**
 * What tells one sentence from another: runs of two corpora may have two of one number.
 * @param {{number: number, source: string}} sentence
 * @returns {string}
 */
export function keyOf({ number, source }) {
  return `${number} ${source}`;
}

/**
 * Give an element the colour of a run.
 * @param {Element} element
 * @param {number | null} place of the run among those that are shown; null for none
 */
export function colour(element, place) {
  if (place === null) element.removeAttribute("data-colour");
  else element.setAttribute("data-colour", String(place % COLOURS));
}

export class Picker {
  /** @param {(change: Partial<Picked>) => void} onPick */
  constructor(onPick) {
    this.name = `player-${(pickers += 1)}`;
    this.runs = make("div", { class: "player-runs" });
    this.sentences = make("select", { class: "player-sentences" });
    this.kinds = ["reference", "translation"].map((value) => make("input", { type: "radio", name: this.name, value }));
    const label = (input) => make("label", {}, input, make("span", {}, input.value));
    this.element = make("div", { class: "player-picker" },
      make("fieldset", { class: "player-choices" }, make("legend", {}, "runs"), this.runs),
      make("label", { class: "player-sentence" }, make("span", {}, "sentence"), this.sentences),
      make("fieldset", { class: "player-choices", title: "The map of the reference has the same rows at every update" },
        make("legend", {}, "target"), make("div", { class: "player-segments" }, ...this.kinds.map(label))));
    this.runs.addEventListener("change", () => onPick({ runs: this.checked() }));
    this.sentences.addEventListener("change", () => onPick({ sentence: this.sentences.value }));
    for (const kind of this.kinds) kind.addEventListener("change", () => onPick({ kind: kind.value }));
  }

  /**
   * @param {Run[]} runs
   * @param {Picked} picked
   */
  draw(runs, picked) {
    if (runs !== this.drawn) this.offer(runs);
    this.drawn = runs;
    for (const input of this.runs.querySelectorAll("input")) {
      const place = picked.runs.indexOf(input.value);
      input.checked = place >= 0;
      colour(input.nextElementSibling, input.checked ? place : null);
    }
    this.sentences.value = picked.sentence ?? "";
    for (const kind of this.kinds) kind.checked = kind.value === picked.kind;
  }

  offer(runs) {
    const focused = this.runs.contains(document.activeElement) ? document.activeElement.value : null;
    this.runs.replaceChildren(...runs.map(chip));
    [...this.runs.querySelectorAll("input")].find((input) => input.value === focused)?.focus();
    const sentences = new Map(runs.flatMap((run) => run.sentences).map((one) => [keyOf(one), one]));
    const sorted = [...sentences].sort(([, one], [, other]) => one.number - other.number);
    this.sentences.replaceChildren(...sorted.map(([key, one]) => make("option", { value: key }, shortened(one))));
  }

  checked() {
    return [...this.runs.querySelectorAll("input:checked")].map((input) => input.value);
  }
}

/** A run to be chosen or left out. */
function chip({ name, label = name }) {
  return make("label", { class: "player-chip", title: label }, make("input", { type: "checkbox", value: name }),
    make("i", { class: "player-swatch" }), make("bdi", {}, label));
}

function shortened({ number, source }) {
  const characters = Array.from(source);
  const text = characters.length > LONG ? `${characters.slice(0, LONG - 1).join("")}…` : source;
  return `${number} · ${text}`;
}
