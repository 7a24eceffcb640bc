// A translation that a person has changed: the steps of its session, and how a change makes new ones.

/**
 * @typedef {{do: "take", piece: string} | {do: "force", text: string, join: boolean}
 *   | {do: "attend", weights: number[]}} Step
 * @typedef {{piece: string, log_prob: number, candidates: {piece: string, probability: number}[],
 *   word_weights: number[][], model_word_weights: number[][], replaced: boolean}} Place
 * @typedef {{text: string, given: number, finished: boolean, log_prob: number, trace: Place[], view: object,
 *   completions: object[]}} Answer
 */

/** What a person has done to a translation, which can be taken back. */
export class Changes {
  constructor() {
    this.begin([]);
  }

  /** @returns {Step[]} */
  get steps() {
    return this.past.at(-1).steps;
  }

  get any() {
    return this.past.length > 1;
  }

  /** Back to the model's own translation, or, with steps, to that of a link. A `force` may be the last of them. */
  begin(steps) {
    // own: the places of pieces that a person chose; since: all from here to the end of the steps are; rows: by place
    this.past = [{ steps: [], own: [], since: Infinity, rows: new Map() }];
    if (!steps.length) return;
    const rows = new Map();
    let at = 0;
    for (const step of steps) {
      if (step.do === "attend") rows.set(at, step.weights);
      else at += 1;
    }
    this.past.push({ steps, own: [], since: steps.at(-1).do === "attend" ? Infinity : at - 1, rows });
  }

  undo() {
    if (this.any) this.past.pop();
  }

  /**
   * Put another piece in the place of one; what comes after it is the model's again.
   * @param {Answer} answer
   * @param {number} at
   * @param {string} piece
   */
  take(answer, at, piece) {
    this.change(answer, at, { do: "take", piece });
  }

  /** As `take`, for any text. */
  force(answer, at, text) {
    this.change(answer, at, { do: "force", text, join: at > 0 && !answer.trace[at]?.piece.startsWith("▁") });
  }

  /** Replace the attention with which a piece is chosen; null gives it back to the model. */
  attend(answer, at, weights) {
    this.change(answer, at, weights && { do: "attend", weights });
  }

  /** Take all pieces of a translation. */
  adopt(pieces) {
    this.past.push({
      steps: pieces.map((piece) => ({ do: "take", piece })), own: [], since: Infinity, rows: new Map(),
    });
  }

  /** Did a person choose this piece? */
  isOwn(at, given) {
    const { own, since } = this.past.at(-1);
    return own.includes(at) || (at >= since && at < given);
  }

  change(answer, at, step) {
    const now = this.past.at(-1);
    const keepsRow = step && step.do !== "attend"; // another piece under the row that is there
    const rows = new Map([...now.rows].filter(([place]) => place < at || (place === at && keepsRow)));
    const own = answer.trace.map((_, place) => place).filter((place) => place < at && this.isOwn(place, answer.given));
    const steps = [];
    for (let place = 0; place < at; place += 1) {
      if (rows.has(place)) steps.push({ do: "attend", weights: rows.get(place) });
      steps.push({ do: "take", piece: answer.trace[place].piece });
    }
    if (rows.has(at)) steps.push({ do: "attend", weights: rows.get(at) });
    if (step) steps.push(step);
    if (step?.do === "attend") rows.set(at, step.weights);
    this.past.push({ steps, own, since: step && step.do !== "attend" ? at : Infinity, rows });
  }
}

/**
 * The mean over heads, made to sum to 1: rounding may have taken some of it.
 * @param {number[][]} heads
 * @returns {number[]}
 */
export function meanRow(heads) {
  const row = heads[0].map((_, column) => heads.reduce((sum, head) => sum + head[column], 0));
  const total = row.reduce((sum, weight) => sum + weight, 0);
  return row.map((weight) => weight / total);
}

/**
 * A row in which one weight has another value, and the others share what is left as they did before; where they had
 * nothing, as the model has them, or evenly.
 * @param {number[]} row
 * @param {number} at
 * @param {number} value from 0 to 1
 * @param {number[]} model the model's own row
 * @returns {number[]}
 */
export function withWeight(row, at, value, model) {
  for (const shares of [row, model, row.map(() => 1)]) {
    const others = shares.reduce((sum, weight, column) => sum + (column === at ? 0 : weight), 0);
    const scale = (1 - value) / others;
    if (others > 1e-9) return shares.map((weight, column) => (column === at ? value : scale * weight));
  }
  return row;
}

/**
 * A row in which all of one weight has moved to another place.
 * @param {number[]} row
 * @param {number} from
 * @param {number} to
 * @returns {number[]}
 */
export function moved(row, from, to) {
  if (from === to) return row;
  return row.map((weight, column) => (column === to ? weight + row[from] : column === from ? 0 : weight));
}
