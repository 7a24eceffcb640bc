// The recorded maps of one sentence of one run: packed as they come, unpacked step by step.

/** Longest text that a packed part may hold, in bytes: a bound against what was made to fill the memory. */
const MOST = 1 << 28;

/** So many characters of unpacked text are kept for the steps to come. */
const KEPT = 1 << 23;

/**
 * Records of some steps: base64 of a zlib stream of JSON, which is one record or a list of them.
 * @typedef {{steps: number[], data: string}} Part
 * @typedef {{version: number, sentence: number, step: number, source: string, reference: string, translation: string,
 *   views: Record<"reference" | "translation", import("./shown.js").View>}} RecordedMap
 */

export class Reel {
  /** @param {Part[]} parts in the order of their steps */
  constructor(parts) {
    this.parts = parts;
    this.places = new Map(parts.flatMap(({ steps }, part) => steps.map((step, index) => [step, { part, index }])));
    this.steps = [...this.places.keys()];
    this.unpacked = new Map();
    this.scores = new Map();
  }

  /**
   * The step of the last record that is not later; of the first where there is none.
   * @param {number} step
   * @returns {number}
   */
  at(step) {
    return this.steps.findLast((own) => own <= step) ?? this.steps[0];
  }

  /**
   * The record of one of `steps`. Rejected with an Error for what is not one.
   * @param {number} step
   * @returns {Promise<RecordedMap>}
   */
  async record(step) {
    const { part, index } = this.places.get(step);
    const { records } = await this.unpack(part);
    const record = records[index];
    if (!record?.views?.reference?.maps || !record.views.translation?.maps) throw new Error("no recorded map");
    return record;
  }

  /**
   * Go through all records, so that `scores` has AER and entropy of their first maps by step and view.
   * @param {() => void} onMore called now and then
   * @param {AbortSignal} signal
   */
  async scan(onMore, signal) {
    for (const step of this.steps) {
      await idle();
      if (signal.aborted) return;
      const record = await this.record(step).catch(() => null);
      if (!record || signal.aborted) continue;
      const of = ({ maps }) => ({ aer: maps[0]?.aer ?? null, entropy: maps[0]?.entropy ?? null });
      this.scores.set(step, { reference: of(record.views.reference), translation: of(record.views.translation) });
      onMore();
    }
  }

  /** The records of a part, from those kept where it is among them. */
  unpack(part) {
    const known = this.unpacked.get(part);
    this.unpacked.delete(part);
    const unpacking = known ?? inflate(this.parts[part].data).then((text) => {
      return { size: text.length, records: [JSON.parse(text)].flat() };
    });
    this.unpacked.set(part, unpacking); // the latest used come last
    if (!known) unpacking.then(({ size }) => this.makeRoom(size), () => this.unpacked.delete(part));
    return unpacking;
  }

  makeRoom(size) {
    const most = Math.max(2, Math.floor(KEPT / size));
    for (const part of [...this.unpacked.keys()].slice(0, -most)) this.unpacked.delete(part);
  }
}

/** The text in base64 of a zlib stream. */
async function inflate(data) {
  const { readable, writable } = new DecompressionStream("deflate");
  const writer = writable.getWriter();
  writer.write(bytesOf(data)).catch(() => {}); // what is wrong with the data is told to the reader
  writer.close().catch(() => {});
  const [decoder, texts] = [new TextDecoder(), []];
  let size = 0;
  for (const reader = readable.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return texts.join("") + decoder.decode();
    size += value.length;
    if (size > MOST) throw new Error("too long for a recorded map");
    texts.push(decoder.decode(value, { stream: true }));
  }
}

function bytesOf(data) {
  const text = atob(data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Wait until the browser has nothing else to do; Safari cannot say when that is. */
function idle() {
  return new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));
}
