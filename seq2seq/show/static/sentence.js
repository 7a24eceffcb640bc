// A translation as a line of words that can be pressed.

import { make } from "./dom.js";

/**
 * @typedef {{text: string, pieces: string[], spans: [number, number][], words: [number, number][]}} Side
 * @typedef {{label: string, pieces: number[]}} Word pieces: the indices of its pieces; those of the end of the sentence
 *   are a word too, the last one, whose label is empty
 */

/**
 * The words of a side, with their pieces; each piece is of one word, the first that ends after it begins.
 * @param {Side} side
 * @returns {Word[]}
 */
export function wordsOf({ text, pieces, spans, words }) {
  const characters = Array.from(text); // spans count code points
  const found = words.map(([start, end]) => ({ label: characters.slice(start, end).join(""), pieces: [] }));
  const last = { label: "", pieces: [] };
  pieces.forEach((_, piece) => {
    const word = words.findIndex(([, end]) => end > spans[piece][0]);
    (word < 0 ? last : found[word]).pieces.push(piece);
  });
  const whole = found.filter((word) => word.pieces.length);
  return last.pieces.length ? [...whole, last] : whole;
}

/** The line. */
export class Sentence {
  /** @param {(word: number) => void} onChoose */
  constructor(onChoose) {
    this.element = make("p", { class: "sentence", dir: "auto" });
    this.element.addEventListener("click", (event) => {
      const word = event.target.closest("[data-word]");
      if (word) onChoose(Number(word.dataset.word));
    });
    this.element.addEventListener("keydown", (event) => this.move(event));
  }

  /**
   * Show words; a change to another translation keeps the elements that stay.
   * @param {Side} side
   * @param {Word[]} words
   * @param {{chosen: number | null, own: boolean[], attended: boolean[], lang: string}} marks by word
   */
  draw(side, words, { chosen, own, attended, lang }) {
    this.element.lang = lang;
    const focused = this.element.contains(document.activeElement);
    const gaps = gapsOf(side);
    const buttons = words.map((word, index) => make("button", {
      type: "button", class: "word", "data-word": index, "aria-pressed": index === chosen,
      tabindex: index === (chosen ?? 0) ? 0 : -1,
      ...(own[index] ? { "data-own": "" } : {}),
      ...(attended[index] ? { "data-attended": "" } : {}),
      ...(word.label ? { dir: "auto" } : { "data-end": "", "aria-label": "end of the sentence" }),
    }, word.label || "end"));
    const parts = buttons.flatMap((button, index) => (gaps[index] ? [gaps[index], button] : [button]));
    this.element.replaceChildren(...parts);
    if (focused) this.element.querySelector("[tabindex='0']")?.focus();
  }

  /** Arrow keys go from word to word. */
  move(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (!(event.key in steps)) return;
    const words = [...this.element.querySelectorAll(".word")];
    const forwards = getComputedStyle(this.element).direction === "rtl" ? -1 : 1;
    const next = words[words.indexOf(event.target) + forwards * steps[event.key]];
    next?.focus();
    next?.click();
    event.preventDefault();
  }
}

/** What stands in the text before each word, and before its end. */
function gapsOf({ text, words }) {
  const characters = Array.from(text);
  const ends = [0, ...words.map(([, end]) => end)];
  const gaps = words.map(([start], index) => characters.slice(ends[index], start).join(""));
  return [...gaps, " "];
}
