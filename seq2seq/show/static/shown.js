// What of a view is shown under a choice: the labels of both sides, one matrix of weights, the gold links.

const END = "</s>";
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/**
 * @typedef {{version: number, maps: {name: string, map: object, entropy: number | null, aer: number | null}[]}} View
 * @typedef {"words" | "pieces"} Units
 * @typedef {{map: string | null, head: number | null, units: Units, form: "heatmap" | "links",
 *   threshold: number}} Choice head: null is the mean over heads
 * @typedef {{label: string, end: boolean}} Unit end: the end of the sentence
 * @typedef {{name: string, kind: string, units: Units, allUnits: Units[], heads: number, head: number | null,
 *   rows: Unit[], columns: Unit[], weights: number[][], gold: Map<string, "sure" | "possible">,
 *   directions: {source: "ltr" | "rtl", target: "ltr" | "rtl"}, entropy: number | null, aer: number | null}} Shown
 *   weights: [row: target unit][column: source unit]; gold: by "row column"
 */

/**
 * What is shown; where the view does not have what was chosen, the first of what it has.
 * @param {View} view
 * @param {Choice} choice
 * @returns {Shown | null} null where the view has no map
 */
export function shownOf(view, choice) {
  const entry = view.maps.find(({ name }) => name === choice.map) ?? view.maps[0];
  if (!entry) return null;
  const { name, map, entropy = null, aer = null } = entry;
  const allUnits = map.units === "words" ? ["words"] : ["words", "pieces"];
  const units = allUnits.includes(choice.units) ? choice.units : allUnits[0];
  const byHead = units === map.units ? map.weights : map.word_weights;
  const head = choice.head !== null && choice.head < byHead.length ? choice.head : null;
  const directions = { source: directionOf(map.source.text), target: directionOf(map.target.text) };
  return {
    name, kind: map.kind, units, allUnits, heads: byHead.length, head, directions, entropy, aer,
    rows: unitsOf(map.target, units === map.units),
    columns: unitsOf(map.source, units === map.units),
    weights: head === null ? meanOf(byHead) : byHead[head],
    gold: goldOf(map, units),
  };
}

/**
 * The rank of a weight in its row; 1 is the largest.
 * @param {number[]} row
 * @param {number} column
 * @returns {number}
 */
export function rankIn(row, column) {
  return 1 + row.filter((weight) => weight > row[column]).length;
}

/**
 * The sums of rows and of columns over the weights that reach the threshold.
 * @param {Shown} shown
 * @param {number} threshold
 * @returns {{rows: number[], columns: number[]}}
 */
export function sumsOf({ weights, columns }, threshold) {
  const kept = weights.map((row) => row.map((weight) => (weight >= threshold ? weight : 0)));
  return {
    rows: kept.map((row) => row.reduce((sum, weight) => sum + weight, 0)),
    columns: columns.map((_, column) => kept.reduce((sum, row) => sum + row[column], 0)),
  };
}

/**
 * A weight as it is read by people.
 * @param {number} weight
 * @returns {string}
 */
export function spelt(weight) {
  if (weight > 0 && weight < 0.001) return "<\u202f0.001";
  return weight.toFixed(3);
}

function meanOf(byHead) {
  if (byHead.length === 1) return byHead[0];
  return byHead[0].map((row, i) =>
    row.map((_, j) => byHead.reduce((sum, head) => sum + head[i][j], 0) / byHead.length));
}

/** The units of a map as they are, or the words that it has weights of. */
function unitsOf(side, asTheyAre) {
  const end = hasEnd(side);
  if (asTheyAre) return side.pieces.map((label, index) => ({ label, end: end && index === side.pieces.length - 1 }));
  const characters = Array.from(side.text); // spans count code points
  const words = side.words.map(([start, stop]) => ({ label: characters.slice(start, stop).join(""), end: false }));
  return end ? [...words, { label: END, end: true }] : words;
}

function hasEnd(side) {
  const length = Array.from(side.text).length;
  const [start, stop] = side.spans.at(-1) ?? [-1, -1];
  return side.pieces.at(-1) === END && start === length && stop === length;
}

/** Gold links are of words; those of pieces are all pieces of one word with all of the other. */
function goldOf(map, units) {
  const gold = new Map();
  if (!map.gold) return gold;
  const [sources, targets] = [map.source, map.target].map((side) => placesOfWords(side, units));
  for (const [links, kind] of [[map.gold.possible, "possible"], [map.gold.sure, "sure"]]) {
    for (const [source, target] of links) {
      for (const row of targets[target] ?? []) {
        for (const column of sources[source] ?? []) gold.set(`${row} ${column}`, kind);
      }
    }
  }
  return gold;
}

/** For each word of a side the indices of its units. */
function placesOfWords(side, units) {
  if (units === "words") return side.words.map((_, index) => [index]);
  const overlaps = ([start, stop], [first, last]) => Math.min(stop, last) > Math.max(start, first);
  return side.words.map((word) => [...side.spans.keys()].filter((index) => overlaps(side.spans[index], word)));
}

/** The direction of the first letter, as dir="auto" finds it. */
function directionOf(text) {
  return RIGHT_TO_LEFT.test(/\p{L}/u.exec(text)?.[0] ?? "") ? "rtl" : "ltr";
}
