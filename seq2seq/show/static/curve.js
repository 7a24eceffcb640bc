// A curve for each run over the steps of training: AER or entropy of the sentence.

import { make, makeSvg } from "./dom.js";
import { colour } from "./picker.js";

const [WIDTH, HEIGHT] = [1000, 100];

/** What can be drawn: how a number is read, and what the axis reaches at least. */
const MEASURES = {
  aer: { label: "AER", least: 1, spelt: (value) => `${(100 * value).toFixed(0)} %` },
  entropy: { label: "entropy", least: 0.5, spelt: (value) => `${value.toFixed(1)} nats` },
};

/**
 * Numbers of one run by step, in the order of the steps; `place`: of the run among those that are shown.
 * @typedef {{place: number, points: {step: number, aer: number | null, entropy: number | null}[]}} Line
 */

export class Curve {
  /** @param {(position: number) => void} onSeek called with a place among the steps */
  constructor(onSeek) {
    this.measure = "aer";
    this.steps = [];
    this.lines = makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.cursor = make("i", { class: "player-cursor" });
    this.top = make("span", { class: "player-top" });
    this.plot = make("div", { class: "player-plot" }, this.lines, this.cursor);
    this.choice = make("select", { class: "player-measure", "aria-label": "Curve" });
    this.choice.addEventListener("change", () => {
      this.measure = this.choice.value;
      this.draw(this.drawn, this.steps);
    });
    this.element = make("div", { class: "player-curve" }, this.choice, this.top, this.plot);
    const seek = (event) => event.buttons && onSeek(this.positionOf(event));
    this.plot.addEventListener("pointerdown", seek);
    this.plot.addEventListener("pointermove", seek);
  }

  /**
   * @param {Line[]} lines
   * @param {number[]} steps the places of the slider
   */
  draw(lines, steps) {
    [this.drawn, this.steps] = [lines, steps];
    const there = Object.keys(MEASURES).filter((name) => lines.some(({ points }) => points.some((one) => one[name] !== null)));
    this.element.hidden = steps.length < 2 || !there.length;
    if (this.element.hidden) return;
    const measure = there.includes(this.measure) ? this.measure : there[0];
    this.offer(there, measure);
    const values = lines.flatMap(({ points }) => points.map((one) => one[measure] ?? 0));
    const top = Math.max(MEASURES[measure].least, ...values);
    this.top.textContent = MEASURES[measure].spelt(top);
    this.lines.replaceChildren(...lines.map(({ place, points }) => {
      const line = makeSvg("path", { class: "player-line", d: this.path(points, measure, top) });
      colour(line, place);
      return line;
    }));
  }

  /** @param {number} position the place among the steps that is shown */
  point(position) {
    this.cursor.style.insetInlineStart = `${100 * this.part(position)}%`;
  }

  offer(names, chosen) {
    if (this.choice.options.length !== names.length) {
      this.choice.replaceChildren(...names.map((value) => make("option", { value }, MEASURES[value].label)));
    }
    this.choice.value = chosen;
  }

  path(points, measure, top) {
    const known = points.filter((one) => one[measure] !== null);
    const places = known.map((one) => {
      const x = WIDTH * this.part(this.steps.indexOf(one.step));
      return `${x.toFixed(1)} ${(HEIGHT * (1 - one[measure] / top)).toFixed(1)}`;
    });
    return places.length ? `M${places.join("L")}h0` : "";
  }

  part(position) {
    return this.steps.length < 2 ? 0 : position / (this.steps.length - 1);
  }

  positionOf(event) {
    const { left, width } = this.plot.getBoundingClientRect();
    return Math.round(((event.clientX - left) / width) * (this.steps.length - 1));
  }
}
