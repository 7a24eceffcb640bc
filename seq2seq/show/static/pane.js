// One run at work: its translation, which can be changed word by word, its maps, and what it could have written.

import { Asker } from "./asking.js";
import { Candidates, pieceLabel, percent } from "./choices.js";
import { make } from "./dom.js";
import { More } from "./more.js";
import { Sentence, wordsOf } from "./sentence.js";
import { shownOf } from "./shown.js";
import { Changes, meanRow } from "./steps.js";
import { mountViewer } from "./viewer.js";
import { Weights } from "./weights.js";

const PACE = 350; // milliseconds a piece, when a translation is watched as it grows
const [NBEST, CANDIDATES] = [5, 8];

export class Pane {
  /**
   * @param {{name: string, source: string, target: string, beam: number}} run
   * @param {{onChange: () => void, titled: boolean}} options onChange: the steps have changed
   */
  constructor(run, { onChange, titled }) {
    [this.run, this.onChange] = [run, onChange];
    [this.source, this.answer, this.chosen] = ["", null, 0];
    [this.growing, this.partly] = [0, false]; // which growth it is; is a part shown?
    this.changes = new Changes();
    this.asker = new Asker();
    this.build(titled);
  }

  build(titled) {
    this.line = new Sentence((word) => this.press(word));
    this.map = make("section", { class: "card map", "aria-label": "alignment maps" });
    this.map.addEventListener("viewer-pin", (event) => this.pinned(event.detail));
    this.more = new More(this.run, { onAdopt: (pieces) => this.change(() => this.changes.adopt(pieces)) });
    this.inside = make("div", { class: "inside" }, this.map, this.buildCard());
    this.element = make("article", { class: "pane", "data-run": this.run.name },
      make("h2", { class: titled ? "run" : "visually-hidden" }, this.run.name),
      make("section", { class: "translation", "aria-label": "translation" }, this.line.element, this.buildActions()),
      this.inside, this.more.element);
    this.showEmpty();
  }

  buildActions() {
    this.status = make("p", { class: "status", role: "status" });
    this.play = action("Watch it grow", () => this.grow());
    this.undo = action("Undo", () => this.change(() => this.changes.undo()));
    this.reset = action("Undo all", () => this.change(() => this.changes.begin([])));
    return make("div", { class: "actions" }, this.play, this.undo, this.reset, this.status);
  }

  buildCard() {
    this.candidates = new Candidates({
      onTake: (piece) => this.change(() => this.changes.take(this.answer, this.chosen, piece)),
      onForce: (text) => this.change(() => this.changes.force(this.answer, this.chosen, text)),
    });
    this.weights = new Weights((row) => this.change(() => this.changes.attend(this.answer, this.chosen, row)));
    this.heading = make("h3", { class: "chosen" });
    this.pieces = make("div", { class: "pieces", role: "group", "aria-label": "pieces of the word" });
    this.pieces.addEventListener("click", (event) => {
      const piece = event.target.closest("[data-place]");
      if (piece) this.choose(Number(piece.dataset.place));
    });
    this.card = make("section", { class: "card word-card", "aria-label": "the chosen word" },
      make("header", {}, this.heading, this.pieces),
      make("div", {}, make("h4", {}, "What it could have been"), this.candidates.element),
      make("div", {}, make("h4", {}, "Where it looked"), this.weights.element));
    return this.card;
  }

  /**
   * Translate a sentence, with the steps of a link where there are some.
   * @param {string} sentence
   * @param {import("./steps.js").Step[]} [steps]
   */
  async translate(sentence, steps = []) {
    this.source = sentence;
    this.changes.begin(steps);
    this.chosen = 0;
    await this.ask();
  }

  /** @returns {import("./steps.js").Step[]} */
  get steps() {
    return this.changes.steps;
  }

  change(edit) {
    edit();
    this.onChange();
    this.ask();
  }

  async ask() {
    this.growing += 1;
    if (!this.source.trim()) {
      this.asker.forget();
      this.element.classList.remove("asking");
      this.answer = null;
      this.showEmpty();
      return;
    }
    this.element.classList.add("asking");
    try {
      const answer = await this.asker.ask("/api/session", this.question({
        steps: this.steps, complete: true, trace: true, all_maps: true,
        candidates: CANDIDATES, nbest: Math.min(NBEST, this.run.beam), // more would widen the beam
      }));
      if (!answer) return;
      this.answer = answer;
      this.show();
      this.tell(this.summary());
    } catch (error) {
      this.tell(error.message, true);
    }
    this.element.classList.remove("asking");
  }

  question(fields) {
    return { sentence: this.source, run: this.run.name, ...fields };
  }

  // Showing

  showEmpty() {
    const hint = make("span", { class: "quiet" }, "The translation stands here as you type.");
    this.line.element.replaceChildren(hint);
    this.inside.hidden = true;
    this.more.element.hidden = true;
    for (const button of [this.play, this.undo, this.reset]) button.hidden = true;
    this.tell("");
  }

  show() {
    const { answer } = this;
    this.partly = false;
    this.inside.hidden = this.more.element.hidden = this.play.hidden = false;
    this.undo.hidden = this.reset.hidden = !this.changes.any;
    this.side = answer.view.maps[0].map.target;
    this.words = wordsOf(this.side);
    this.chosen = Math.min(this.chosen, answer.trace.length - 1);
    if (this.viewer) this.viewer.update(answer.view);
    else this.viewer = mountViewer(this.map, answer.view);
    this.showChosen();
    this.more.show(answer, this.question({ steps: this.steps }), this.chosen);
  }

  showChosen() {
    const { answer, chosen } = this;
    const word = this.words.findIndex(({ pieces }) => pieces.includes(chosen));
    const any = (test) => this.words.map(({ pieces }) => pieces.some(test));
    this.line.draw(this.side, this.words, {
      chosen: word,
      lang: this.run.target,
      own: any((piece) => this.changes.isOwn(piece, answer.given)),
      attended: any((piece) => answer.trace[piece].replaced),
    });
    if (word < 0) return; // there is no piece
    this.showPlace(answer.trace[chosen], this.words[word]);
  }

  showPlace(place, word) {
    this.heading.replaceChildren(make("bdi", { lang: this.run.target }, word?.label || "end of sentence"));
    const pieces = word && word.pieces.length > 1 ? word.pieces : [];
    this.pieces.replaceChildren(...pieces.map((piece) => make("button", {
      type: "button", class: "piece", "data-place": piece, "aria-pressed": piece === this.chosen,
    }, pieceLabel(this.side.pieces[piece]))));
    this.candidates.draw(place, this.run.target);
    const labels = shownOf(this.answer.view, { map: null, head: null, units: "words" }).columns;
    this.weights.draw(labels.map(({ label, end }) => (end ? "end" : label)), meanRow(place.word_weights),
      meanRow(place.model_word_weights), { replaced: place.replaced, lang: this.run.source });
  }

  /** What is told of a word may be far below it. */
  press(word) {
    this.choose(this.words[word].pieces[0]);
    this.card.scrollIntoView({ block: "nearest" });
  }

  choose(piece) {
    this.growing += 1;
    this.chosen = piece;
    if (this.partly) this.show();
    else this.showChosen();
    this.more.choose(piece);
  }

  pinned(detail) {
    if (detail?.side !== "target" || !this.answer) return;
    const piece = detail.units === "pieces" ? detail.index : this.words[detail.index]?.pieces[0];
    if (piece !== undefined) this.choose(piece);
  }

  // Growing

  /** The translation once more, piece by piece, as a session makes it. */
  async grow() {
    const [mine, { trace }] = [(this.growing += 1), this.answer];
    const taken = [];
    this.partly = true;
    for (const place of trace) {
      const step = await this.grown(taken);
      if (this.growing !== mine || !step) return;
      this.showGrown(step);
      await new Promise((resolve) => setTimeout(resolve, PACE));
      if (this.growing !== mine) return;
      taken.push({ do: "take", piece: place.piece });
    }
    this.chosen = 0;
    this.show();
    this.tell(this.summary());
  }

  async grown(taken) {
    const rowAt = (at) => {
      const { replaced, word_weights: weights } = this.answer.trace[at];
      return replaced ? [{ do: "attend", weights: meanRow(weights) }] : [];
    };
    const steps = [...taken.flatMap((step, at) => [...rowAt(at), step]), ...rowAt(taken.length)];
    try {
      return await this.asker.ask("/api/session", this.question({ steps, candidates: CANDIDATES }));
    } catch (error) {
      this.tell(error.message, true);
      return null;
    }
  }

  showGrown({ view, next }) {
    const side = view.maps[0].map.target;
    this.line.draw(side, wordsOf(side), { chosen: null, own: [], attended: [], lang: this.run.target });
    this.line.element.append(make("span", { class: "cursor" }));
    this.viewer.update(view);
    this.showPlace({ ...next, piece: null });
    this.heading.textContent = "the next piece";
    this.tell(`piece ${side.pieces.length + 1} of ${this.answer.trace.length}`);
  }

  summary() {
    const { trace, finished, log_prob: total } = this.answer;
    const mean = trace.length ? Math.exp(total / trace.length) : 1;
    const cut = finished ? "" : " · cut off at the length limit";
    return `${percent(mean)} a piece, on average${cut}`;
  }

  tell(text, isFault = false) {
    this.status.textContent = text;
    this.status.classList.toggle("fault", isFault);
  }
}

function action(label, onPress) {
  const button = make("button", { type: "button", class: "plain" }, label);
  button.addEventListener("click", onPress);
  return button;
}
