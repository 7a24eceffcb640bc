// The sentences of a report: their numbers and texts, which of them are shown, and in which order.

/**
 * @typedef {{name: string, label: string, digits: number, better: -1 | 0 | 1, meaning: string, total: string,
 *   total_digits: number, of_source: boolean}} Measure better: whether more is better (1), or less (-1)
 * @typedef {0 | 1 | "difference"} Of whose numbers: those of a run, or what the second has more than the first
 * @typedef {{of: Of, measure: string | null, descending: boolean, query: string, ranges: Map<string, [number, number]>}}
 *   Choice measure: what is sorted by; null is the order of the file. ranges: by measure, the least and the most
 */

export class ReportRows {
  /** @param {any} data what `report_data` has made */
  constructor(data) {
    this.data = data;
    this.count = data.sources.length;
    this.known = new Map();
    this.searched = null;
    const same = (measure) => data.runs.every((run) => String(run.measures[measure]) === String(data.runs[0].measures[measure]));
    this.shared = new Set(data.measures.filter(({ name, of_source }) => of_source && same(name)).map(({ name }) => name));
  }

  /**
   * Whether there is one number for each sentence, and not one of each run: of one run, or of the source alone.
   * @param {string} measure
   * @returns {boolean}
   */
  isOne(measure) {
    return this.data.runs.length === 1 || this.shared.has(measure);
  }

  /**
   * The numbers of all sentences; null where a sentence has none. What is one number is so whoever is asked.
   * @param {string} measure
   * @param {Of} of
   * @returns {(number | null)[]}
   */
  valuesOf(measure, of) {
    const key = `${measure} ${of}`;
    if (!this.known.has(key)) this.known.set(key, this.computed(measure, of));
    return this.known.get(key);
  }

  computed(measure, of) {
    const [first, second] = this.data.runs.map((run) => run.measures[measure] ?? Array(this.count).fill(null));
    if (of === 0 || this.isOne(measure)) return first;
    if (of === 1) return second;
    return first.map((value, i) => (value === null || second[i] === null ? null : second[i] - value));
  }

  /**
   * The sentences that a choice leaves, by their places in the file, in its order.
   * @param {Choice} choice
   * @returns {number[]}
   */
  chosen({ of, measure, descending, query, ranges }) {
    const found = [...Array(this.count).keys()].filter((index) => this.has(index, query) && this.isIn(index, of, ranges));
    if (measure === null) return descending ? found.reverse() : found;
    const values = this.valuesOf(measure, of);
    const sign = descending ? -1 : 1;
    return found.sort((a, b) => {
      if (values[a] === null || values[b] === null) return (values[a] === null) - (values[b] === null) || a - b;
      return sign * (values[a] - values[b]) || a - b;
    });
  }

  has(index, query) {
    if (!query) return true;
    this.searched ??= this.data.sources.map((_, i) => folded(this.textsOf(i).join("\n")));
    return this.searched[index].includes(folded(query));
  }

  isIn(index, of, ranges) {
    return [...ranges].every(([measure, [least, most]]) => {
      const value = this.valuesOf(measure, of)[index];
      return value !== null && value >= least && value <= most;
    });
  }

  textsOf(index) {
    const { sources, runs, references } = this.data;
    return [sources, ...runs.map((run) => run.translations), ...references].map((texts) => texts[index]);
  }
}

/**
 * A number as it is read by people; a difference has its sign.
 * @param {number | null} value
 * @param {number} digits
 * @param {boolean} [signed]
 * @returns {string}
 */
export function numeral(value, digits, signed = false) {
  if (value === null || value === undefined) return "–";
  const text = Math.abs(value).toFixed(digits);
  const zero = Number(text) === 0;
  const sign = zero ? "" : value < 0 ? "\u2212" : signed ? "+" : "";
  return sign + text;
}

/**
 * Whether a difference is for the better, for the worse, or neither.
 * @param {Measure} measure
 * @param {number | null} value
 * @returns {"better" | "worse" | "same"}
 */
export function verdictOf({ better, digits }, value) {
  if (value === null || !better || Number(Math.abs(value).toFixed(digits)) === 0) return "same";
  return value * better > 0 ? "better" : "worse";
}

function folded(text) {
  return text.normalize("NFKC").toLowerCase();
}
