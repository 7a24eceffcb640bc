// Moving through training: play, step by step, a slider, the keyboard.

import { make, makeSvg } from "./dom.js";

/** How long the whole training takes to play, and how long a step is seen at least and at most, in milliseconds. */
const [WHOLE, LEAST, MOST] = [12000, 60, 800];

const SPEEDS = [["0.5", "½×"], ["1", "1×"], ["2", "2×"], ["4", "4×"]];

const ICONS = { play: "M5 3v14l12-7z", pause: "M5 3h4v14H5zM12 3h4v14h-4z", back: "M12 4 6 10l6 6", forward: "M8 4l6 6-6 6" };

export class Transport {
  /**
   * @param {(step: number) => Promise<void>} onStep shows a step; resolved when it is drawn, or overtaken by another
   * @param {() => void} onRest called where a playing or a move has come to its end
   */
  constructor(onStep, onRest) {
    [this.onStep, this.onRest] = [onStep, onRest];
    [this.steps, this.position, this.playing] = [[], 0, false];
    this.play = button("play", "Play", () => this.toggle());
    this.slider = make("input", { type: "range", class: "player-slider", min: 0, step: 1, "aria-label": "Update of the training" });
    this.told = make("output", { class: "player-step" });
    this.speed = make("select", { class: "player-speed", "aria-label": "Speed" },
      ...SPEEDS.map(([value, label]) => make("option", { value }, label)));
    this.speed.value = "1";
    this.element = make("div", { class: "player-transport", role: "group", "aria-label": "Training" },
      make("div", { class: "player-buttons" }, this.play,
        button("back", "One validation back (left arrow)", () => this.seek(this.position - 1)),
        button("forward", "One validation on (right arrow)", () => this.seek(this.position + 1))),
      this.slider, make("div", { class: "player-told" }, this.told, this.speed));
    this.slider.addEventListener("input", () => this.seek(Number(this.slider.value)));
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
  }

  destroy() {
    this.playing = false;
    document.removeEventListener("keydown", this.onKey);
  }

  /** The update that is shown; undefined where there is none. */
  get step() {
    return this.steps[this.position];
  }

  /**
   * Move over these steps; nothing is drawn. The place is kept, and the end stays the end.
   * @param {number[]} steps in ascending order
   * @param {number} [step] where to begin, in place of that
   */
  setSteps(steps, step) {
    const atEnd = this.position >= this.steps.length - 1;
    const wanted = step ?? (atEnd ? Infinity : this.step);
    this.steps = steps;
    this.position = Math.max(0, steps.findLastIndex((one) => one <= wanted));
    this.slider.max = String(Math.max(0, steps.length - 1));
    this.tell();
  }

  /** Go to a place among the steps; a playing ends. */
  async seek(position) {
    this.playing = false;
    await this.go(position);
    if (!this.playing) this.onRest();
  }

  async go(position) {
    if (!this.steps.length) return;
    this.position = Math.min(Math.max(position, 0), this.steps.length - 1);
    this.tell();
    await this.onStep(this.step);
  }

  toggle() {
    if (this.playing) this.seek(this.position);
    else this.run();
  }

  /** Play to the end; from the start where the end is reached. */
  async run() {
    this.playing = true;
    if (this.position >= this.steps.length - 1) this.position = -1;
    while (this.playing && this.position < this.steps.length - 1) {
      await Promise.all([this.go(this.position + 1), pause(this.interval())]);
    }
    if (this.playing) await this.seek(this.position);
  }

  interval() {
    return Math.min(Math.max(WHOLE / this.steps.length, LEAST), MOST) / Number(this.speed.value);
  }

  key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const control = event.target.closest("input, select, textarea, summary");
    const act = this.actOf(event.key);
    if (!act || (control && !(control === this.slider && event.key === " "))) return;
    if (event.key === " " && event.target.closest("button")) return; // which it presses
    event.preventDefault();
    act();
  }

  actOf(key) {
    return {
      " ": () => this.toggle(),
      ArrowLeft: () => this.seek(this.position - 1),
      ArrowRight: () => this.seek(this.position + 1),
      Home: () => this.seek(0),
      End: () => this.seek(this.steps.length - 1),
    }[key];
  }

  tell() {
    const step = this.step?.toLocaleString("en") ?? "–";
    this.slider.value = String(this.position);
    this.slider.disabled = this.steps.length < 2;
    this.slider.setAttribute("aria-valuetext", `update ${step}`);
    const place = this.steps.length ? `${this.position + 1} of ${this.steps.length}` : "";
    this.told.replaceChildren(make("span", {}, "update ", make("strong", {}, step)), make("small", {}, place));
    name(this.play, this.playing ? "Pause" : "Play", "(space)");
    this.play.replaceChildren(icon(this.playing ? "pause" : "play"));
  }
}

function button(kind, title, act) {
  const made = make("button", { type: "button", class: `player-${kind}` }, icon(kind));
  name(made, title);
  made.addEventListener("click", act);
  return made;
}

function name(element, text, key = "") {
  element.setAttribute("aria-label", text);
  element.title = `${text} ${key}`.trim();
}

function icon(kind) {
  return makeSvg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, makeSvg("path", { d: ICONS[kind] }));
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
