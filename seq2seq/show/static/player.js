// Recorded maps of one or more runs, played through training: runs side by side, each in a viewer, and their curves.

import { Curve } from "./curve.js";
import { make } from "./dom.js";
import { Panel } from "./panel.js";
import { Picker, keyOf } from "./picker.js";
import { Reel } from "./reel.js";
import { Transport } from "./transport.js";

/** Milliseconds between two drawings of the curves while records are gone through. */
const PATIENCE = 200;

/**
 * Where recorded maps come from.
 * @typedef {{catalogue: () => Promise<import("./picker.js").Run[]>,
 *   series: (run: string, sentence: number) => Promise<import("./reel.js").Part[]>}} Source
 */

/**
 * Put a player into an element. Event on it: "player-drawn" each time a step is drawn, whose detail is the moment
 * (`link.js`) with `playing`.
 * @param {HTMLElement} element
 * @param {Source} source
 * @param {{start?: import("./link.js").Moment, most?: number}} [options] start: what is shown first; most: how many
 *   runs are shown first where `start` names none
 * @returns {{refresh: () => Promise<void>, destroy: () => void}} refresh: ask the source again, for runs that go on
 */
export function mountPlayer(element, source, options = {}) {
  const player = new Player(element, source, options);
  player.refresh();
  return { refresh: () => player.refresh(), destroy: () => player.destroy() };
}

class Player {
  constructor(element, source, { start = {}, most = Infinity }) {
    [this.element, this.source, this.start, this.most] = [element, source, start, most];
    this.picked = { runs: null, sentence: null, kind: start.kind ?? "reference" };
    [this.runs, this.shown, this.reels, this.choice] = [[], [], new Map(), {}];
    [this.loading, this.scanning, this.drawing, this.stale] = [0, new AbortController(), null, false];
    this.picker = new Picker((change) => this.pick(change));
    this.transport = new Transport(() => this.show(), () => this.tellMoment(false));
    this.curve = new Curve((position) => this.transport.seek(position));
    this.note = make("p", { class: "player-note", role: "status" });
    this.texts = make("dl", { class: "player-texts" });
    this.panels = make("div", { class: "player-panels" });
    this.root = make("div", { class: "player" }, this.picker.element, this.note, this.texts,
      make("div", { class: "player-time" }, this.curve.element, this.transport.element), this.panels);
    this.panels.addEventListener("viewer-choice", ({ target, detail }) => this.choose(detail, target));
    element.replaceChildren(this.root);
  }

  destroy() {
    this.loading += 1;
    this.scanning.abort();
    this.transport.destroy();
    for (const { panel } of this.shown) panel.destroy();
    this.root.remove();
  }

  async refresh() {
    try {
      this.runs = await this.source.catalogue();
    } catch (error) {
      return this.tell(`The recorded maps cannot be read: ${error.message}`);
    }
    this.settle();
    await this.load();
  }

  async pick(change) {
    Object.assign(this.picked, change);
    this.settle();
    if ("kind" in change) await this.show();
    else await this.load();
  }

  /** What is picked, as far as it is there; at first what was asked for, or the first. */
  settle() {
    const { picked, runs, start } = this;
    const there = (name) => runs.some((run) => run.name === name && run.sentences.length);
    const names = (picked.runs ?? start.runs ?? []).filter(there);
    const first = runs.map((run) => run.name).filter(there).slice(0, this.most);
    if (picked.runs || runs.length) picked.runs = names.length || picked.runs ? names : first;
    const sentences = runs.filter(({ name }) => picked.runs?.includes(name)).flatMap((run) => run.sentences);
    const same = sentences.find((one) => keyOf(one) === picked.sentence) ??
      sentences.find((one) => one.number === start.sentence) ?? sentences[0];
    if (same) picked.sentence = keyOf(same);
    this.picker.draw(runs, { ...picked, runs: picked.runs ?? [] });
  }

  /** Get what is picked, put a panel for each run, and show the step. */
  async load() {
    const turn = (this.loading += 1);
    this.scanning.abort();
    const runs = this.runs.filter(({ name }) => this.picked.runs?.includes(name));
    this.root.setAttribute("aria-busy", "true");
    const reels = await Promise.all(runs.map((run) => this.reelOf(run).catch((error) => error)));
    if (turn !== this.loading) return;
    this.root.setAttribute("aria-busy", "false");
    this.tell(emptiness(this.runs, runs));
    this.place(runs, reels);
    const steps = new Set(reels.flatMap((reel) => reel?.steps ?? []));
    this.transport.setSteps([...steps].sort((one, other) => one - other), this.start.step);
    delete this.start.step;
    for (const part of [this.texts, this.transport.element]) part.hidden = !steps.size;
    this.drawCurve();
    await this.show();
    this.scan();
  }

  /** The records of the sentence in a run, got once for each edition; null where it does not have the sentence. */
  async reelOf(run) {
    const sentence = run.sentences.find((one) => keyOf(one) === this.picked.sentence);
    if (!sentence) return null;
    const key = JSON.stringify([run.name, keyOf(sentence)]);
    const known = this.reels.get(key);
    if (known && known.edition === sentence.edition) return known.reel;
    const reel = new Reel(await this.source.series(run.name, sentence.number));
    this.reels.set(key, { edition: sentence.edition, reel });
    return reel;
  }

  /** A panel for each run; those that are there already stay. */
  place(runs, reels) {
    const compact = runs.length > 1;
    const names = JSON.stringify(runs.map(({ name }) => name));
    if (names !== this.names) {
      for (const { panel } of this.shown) panel.destroy();
      this.shown = runs.map(({ name, label = name }, index) => ({ panel: new Panel(label, index, { compact }, this.choice) }));
      this.panels.replaceChildren(...this.shown.map(({ panel }) => panel.element));
    }
    this.names = names;
    this.shown = this.shown.map(({ panel }, index) => ({ panel, reel: reels[index] }));
  }

  /** Draw the step where the slider stands; of several that are asked for meanwhile the latest. */
  show() {
    this.stale = true;
    this.drawing ??= this.drawLatest().finally(() => (this.drawing = null));
    return this.drawing;
  }

  async drawLatest() {
    while (this.stale) {
      this.stale = false;
      const { shown, transport: { step, position } } = this;
      const records = await Promise.all(shown.map(({ reel }) => recordAt(reel, step)));
      if (shown !== this.shown) continue;
      shown.forEach(({ panel }, index) => this.drawPanel(panel, records[index], step));
      this.drawTexts(records.find((record) => record?.views));
      this.curve.point(position);
      this.tellMoment(this.transport.playing);
      const next = this.transport.steps[position + 1];
      for (const { reel } of next === undefined ? [] : shown) recordAt(reel, next); // unpacked ahead
    }
  }

  drawPanel(panel, record, step) {
    if (record === null) return panel.fail("This run has no maps of the sentence.");
    if (record instanceof Error) return panel.fail(`The maps cannot be read: ${record.message}`);
    try {
      panel.draw(record, this.picked.kind, step);
    } catch (error) {
      panel.fail(`The maps of update ${record.step} cannot be shown: ${error.message}`);
    }
  }

  /** What is chosen in one viewer is chosen in all. */
  choose(choice, chosenIn) {
    for (const { panel } of this.shown) if (panel.stage !== chosenIn) panel.choose(choice);
    Object.assign(this.choice, choice);
  }

  drawTexts(record) {
    const texts = record ? [["source", record.source], ["reference", record.reference]] : [];
    this.texts.replaceChildren(...texts.flatMap(([name, text]) => [make("dt", {}, name), make("dd", { dir: "auto" }, text)]));
  }

  /** Go through the records for their curves. */
  async scan() {
    const { signal } = (this.scanning = new AbortController());
    let last = 0;
    const more = () => {
      if (performance.now() - last < PATIENCE) return;
      last = performance.now();
      this.drawCurve();
    };
    await Promise.all(this.shown.map(({ reel }) => (reel instanceof Reel ? reel.scan(more, signal) : null)));
    if (!signal.aborted) this.drawCurve();
  }

  drawCurve() {
    const lines = this.shown.flatMap(({ reel }, index) => {
      if (!(reel instanceof Reel)) return [];
      const points = reel.steps.filter((step) => reel.scores.has(step));
      return [{ place: index, points: points.map((step) => ({ step, ...reel.scores.get(step)[this.picked.kind] })) }];
    });
    this.curve.draw(lines, this.transport.steps);
    this.curve.point(this.transport.position);
  }

  tellMoment(playing) {
    const { runs, kind, sentence } = this.picked;
    const number = Number.parseInt(sentence, 10);
    const detail = { runs, sentence: number, step: this.transport.step, kind, playing };
    this.element.dispatchEvent(new CustomEvent("player-drawn", { bubbles: true, detail }));
  }

  tell(text) {
    this.note.textContent = text;
    this.note.hidden = !text;
  }
}

/** The record, null where there is none, an Error where it cannot be read. */
async function recordAt(reel, step) {
  if (!(reel instanceof Reel)) return reel;
  return reel.record(reel.at(step)).catch((error) => error);
}

/** What is said where nothing is shown. */
function emptiness(runs, picked) {
  if (!runs.some((run) => run.sentences.length)) {
    return "No recorded maps yet: a training writes them before its first update and at each validation.";
  }
  return picked.length ? "" : "Choose a run.";
}
