// The attention of a word, to be changed: a slider for each word of the source, and grips to drag one onto another.

import { make } from "./dom.js";
import { percent } from "./choices.js";
import { moved, withWeight } from "./steps.js";

const PAUSE = 150; // milliseconds that a slider rests before its row is sent

export class Weights {
  /** @param {(row: number[] | null) => void} onChange null: the model's own again */
  constructor(onChange) {
    this.onChange = onChange;
    this.list = make("ul", { class: "weights" });
    this.restore = make("button", { type: "button", class: "plain" }, "The model’s own");
    this.restore.addEventListener("click", () => onChange(null));
    this.told = make("p", { class: "visually-hidden", role: "status" });
    this.element = make("div", {}, this.list, this.restore, this.told);
    this.labels = "";
    this.picked = null;
    this.timer = 0;
    this.list.addEventListener("input", (event) => this.slide(event.target));
    this.list.addEventListener("pointerdown", (event) => this.grab(event));
    this.list.addEventListener("keydown", (event) => this.key(event));
  }

  /**
   * Show a row; the sliders stay the same elements while the source's words do.
   * @param {string[]} labels of the source's words, and the end of the sentence
   * @param {number[]} row
   * @param {number[]} model the model's own
   * @param {{replaced: boolean, lang: string}} state
   */
  draw(labels, row, model, { replaced, lang }) {
    if (JSON.stringify(labels) !== this.labels) this.build(labels);
    this.labels = JSON.stringify(labels);
    this.list.lang = lang;
    this.restore.hidden = !replaced;
    this.model = model;
    if (!this.timer) this.show(row);
    this.items.forEach(({ item }, at) => item.style.setProperty("--model", model[at]));
  }

  build(labels) {
    clearTimeout(this.timer);
    [this.timer, this.picked] = [0, null];
    this.items = labels.map((label, at) => {
      const grip = make("button", {
        type: "button", class: "grip", "data-grip": at, "aria-pressed": "false",
        "aria-label": `move the weight of ${label}`, title: "drag onto another word",
      }, "⠿");
      const range = { min: 0, max: 1, step: 0.01 };
      const slider = make("input", { type: "range", ...range, "data-source": at, "aria-label": label });
      const number = make("output", { class: "number" });
      const item = make("li", { "data-item": at }, grip, make("bdi", { class: "source" }, label), slider, number);
      return { item, grip, slider, number };
    });
    this.list.replaceChildren(...this.items.map(({ item }) => item));
  }

  show(row) {
    this.row = row;
    this.items.forEach(({ item, slider, number }, at) => {
      if (slider !== this.sliding) slider.value = String(row[at]);
      item.style.setProperty("--share", row[at]);
      item.dataset.weight = String(row[at]);
      number.textContent = percent(row[at]);
    });
  }

  slide(slider) {
    this.sliding = slider;
    this.show(withWeight(this.row, Number(slider.dataset.source), Number(slider.value), this.model));
    this.sliding = null;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.onChange(this.row);
    }, PAUSE);
  }

  move(from, to) {
    if (from === to) return;
    this.show(moved(this.row, from, to));
    this.onChange(this.row);
  }

  // With a pointer: from one item to another.

  grab(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip) return;
    event.preventDefault();
    const from = Number(grip.dataset.grip);
    const over = ({ clientX, clientY }) =>
      document.elementFromPoint(clientX, clientY)?.closest("[data-item]")?.dataset.item ?? null;
    const follow = (at) => this.mark(from, over(at));
    const drop = (at) => {
      grip.removeEventListener("pointermove", follow);
      this.mark(null, null);
      const to = at.type === "pointerup" ? over(at) : null;
      if (to === String(from)) this.pressGrip(from); // not dragged: picked up as with a key
      else if (to !== null) this.move(from, Number(to));
    };
    grip.setPointerCapture(event.pointerId);
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", drop, { once: true });
    grip.addEventListener("pointercancel", drop, { once: true });
    follow(event);
  }

  // With keys: Enter picks a weight up, arrows go to another word, Enter puts it down there.

  key(event) {
    const grip = event.target.closest("[data-grip]");
    if (!grip) return;
    const at = Number(grip.dataset.grip);
    if (event.key === "Enter" || event.key === " ") this.pressGrip(at);
    else if (event.key === "Escape") this.pick(null);
    else if (event.key === "ArrowDown") this.items[at + 1]?.grip.focus();
    else if (event.key === "ArrowUp") this.items[at - 1]?.grip.focus();
    else return;
    event.preventDefault();
  }

  pressGrip(at) {
    const from = this.picked;
    this.pick(from === null ? at : null);
    if (from !== null) this.move(from, at);
  }

  pick(at) {
    this.picked = at;
    this.items.forEach(({ grip }, index) => grip.setAttribute("aria-pressed", String(index === at)));
    this.mark(at, null);
    this.told.textContent = at === null ? "" : "picked up; go to another word with the arrow keys and press Enter";
  }

  mark(from, to) {
    this.items.forEach(({ item }, at) => {
      item.classList.toggle("from", at === from);
      item.classList.toggle("onto", to !== null && at === Number(to) && at !== from);
    });
  }
}
