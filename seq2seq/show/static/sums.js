// The sums of columns, written downwards: a picture under the last row of the table, whose cells tell them to who cannot
// see it. As text, new sums would lay out the whole table, which takes a browser longer than a frame of a film.

import { make, putAt } from "./dom.js";

/** Pixels of the screen to a pixel of the picture, where the screen has no more. */
const SHARP = 2;

const GAP = 6; // pixels above a sum

export class Sums {
  constructor() {
    this.element = make("canvas", { class: "viewer-sums", "aria-hidden": "true" });
    this.context = this.element.getContext("2d");
    [this.texts, this.ink, this.frame] = [[], "black", 0];
  }

  /**
   * Show these, one for each column.
   * @param {string[]} texts
   * @param {string} ink their colour
   */
  draw(texts, ink) {
    [this.texts, this.ink] = [texts, ink];
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint()); // to write asks for the layout of all that changes until then
  }

  /**
   * Lie here, in pixels of the page.
   * @param {{left: number, top: number, width: number, height: number}} place
   */
  lie(place) {
    const { width, height } = place;
    const scale = Math.max(SHARP, window.devicePixelRatio);
    [this.element.width, this.element.height] = [Math.round(width * scale), Math.round(height * scale)];
    putAt(this.element, place);
    const { fontSize, fontFamily } = getComputedStyle(this.element);
    this.font = `${fontSize} ${fontFamily}`;
    this.size = { scale, width, height };
    this.paint();
  }

  paint() {
    if (!this.size) return; // it does not lie anywhere yet
    const { context, texts, size: { scale, width, height } } = this;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    Object.assign(context, { font: this.font, fillStyle: this.ink, textAlign: "right", textBaseline: "middle" });
    context.rotate(-Math.PI / 2);
    texts.forEach((text, column) => context.fillText(text, -GAP, ((column + 0.5) * width) / texts.length));
  }
}
