// What a model could have written at a place: its most probable pieces, to be put there by a press, or any other text.

import { make } from "./dom.js";

export class Candidates {
  /**
   * @param {{onTake: (piece: string) => void, onForce: (text: string) => void}} events
   */
  constructor({ onTake, onForce }) {
    this.list = make("ol", { class: "candidates" });
    this.input = make("input", {
      type: "text", class: "field", placeholder: "another word", "aria-label": "another word", dir: "auto",
      maxlength: 200,
    });
    const form = make("form", { class: "other" }, this.input, make("button", { class: "plain" }, "Put it here"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.input.value.trim()) onForce(this.input.value);
      this.input.value = "";
    });
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-piece]");
      if (button) onTake(button.dataset.piece);
    });
    this.element = make("div", {}, this.list, form);
  }

  /**
   * Show the candidates of a place; the piece that stands there is among them, however improbable it is.
   * @param {import("./steps.js").Place} place
   * @param {string} lang
   */
  draw({ piece, log_prob: logProb, candidates }, lang) {
    this.list.lang = lang;
    const known = candidates.some((one) => one.piece === piece);
    const shown = known || piece === null ? candidates : [...candidates, { piece, probability: Math.exp(logProb) }];
    this.list.replaceChildren(...shown.map((one) => make("li", {}, candidate(one, one.piece === piece))));
  }
}

function candidate({ piece, probability }, here) {
  const bar = make("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", probability);
  return make("button", { type: "button", class: "candidate", "data-piece": piece, "aria-pressed": here },
    bar, make("bdi", {}, pieceLabel(piece)), make("span", { class: "number" }, percent(probability)));
}

/**
 * A piece as people read it: the mark of a space at its beginning is a space.
 * @param {string} piece
 * @returns {string}
 */
export function pieceLabel(piece) {
  if (piece === "</s>") return "end of sentence";
  return piece === "▁" ? "␣" : piece.replace(/^▁/u, "").replace(/▁/gu, "␣") || piece;
}

/**
 * A probability as a percentage.
 * @param {number} share
 * @returns {string}
 */
export function percent(share) {
  if (share > 0 && share < 0.001) return "<\u202f0.1\u202f%";
  return `${(100 * share).toFixed(1)}\u202f%`;
}

/**
 * A score as people read it.
 * @param {number} score
 * @returns {string}
 */
export function signed(score) {
  return score.toFixed(3).replace("-", "−");
}
