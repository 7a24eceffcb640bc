// The beam of a search as a picture: a column for each step, in it the hypotheses, the more probable above.

import { make, makeSvg } from "./dom.js";
import { percent, signed, pieceLabel } from "./choices.js";

const [COLUMN, ROW, HEIGHT, MARGIN] = [112, 34, 26, 14]; // pixels
const LETTERS = 10; // of a label
const FATES = {
  kept: "kept: the search went on from it",
  ended: "ended: a translation",
  cut: "in the beam when the search stopped",
  dropped: "dropped: others were better",
};
const HINT = "Point at a hypothesis; press it to make it the translation so far.";

/**
 * @typedef {{parent: number | null, length: number, piece: string, piece_log_prob: number, log_prob: number,
 *   score: number, fate: "kept" | "ended" | "cut" | "dropped", rank: number | null}} Branch
 * @typedef {{beam: number, branches: Branch[]}} BeamTree
 */

export class Tree {
  /** @param {(pieces: string[]) => void} onAdopt with the pieces of a hypothesis */
  constructor(onAdopt) {
    this.onAdopt = onAdopt;
    this.dropped = make("input", { type: "checkbox" });
    this.readout = make("p", { class: "quiet tree-readout", role: "status" });
    this.stage = make("div", { class: "tree-stage", tabindex: -1 });
    const check = make("label", { class: "check" }, this.dropped, "show what was dropped");
    this.element = make("div", { class: "tree" },
      make("div", { class: "tree-head" }, fateLegend(), check), this.stage, this.readout);
    this.dropped.addEventListener("change", () => this.build());
    this.stage.addEventListener("pointerover", (event) => this.tell(branchAt(event)));
    this.stage.addEventListener("pointerleave", () => this.tell(null));
    this.stage.addEventListener("focusin", (event) => this.tell(branchAt(event)));
    this.stage.addEventListener("click", (event) => this.adopt(branchAt(event)));
    this.stage.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {BeamTree} tree */
  draw(tree) {
    this.branches = tree.branches;
    this.best = new Set(pathTo(tree.branches, tree.branches.findIndex(({ rank }) => rank === 0)));
    this.build();
  }

  build() {
    if (!this.branches) return;
    this.columns = columnsOf(this.branches, this.dropped.checked);
    this.places = new Map(this.columns.flatMap((column, x) => column.map((branch, y) => [branch, { x, y }])));
    const width = 2 * MARGIN + this.columns.length * COLUMN;
    const height = 2 * MARGIN + Math.max(...this.columns.map((column) => column.length), 1) * ROW;
    const shown = [...this.places.keys()].filter((branch) => !this.best.has(branch));
    const order = [...shown, ...this.best]; // the best are drawn last, above the others
    this.nodes = new Map(order.map((branch) => [branch, this.node(branch)]));
    const size = { width, height, viewBox: `0 0 ${width} ${height}` };
    const edges = order.filter((branch) => this.branches[branch].parent !== null).map((branch) => this.edge(branch));
    this.stage.replaceChildren(
      makeSvg("svg", { ...size, role: "group", "aria-label": "beam tree" }, ...edges, ...this.nodes.values()));
    this.focusOn([...this.best][0] ?? order[0], false);
    this.tell(null);
  }

  edge(branch) {
    const [from, to] = [this.places.get(this.branches[branch].parent), this.places.get(branch)];
    const [x1, x2] = [MARGIN + from.x * COLUMN + COLUMN - 20, MARGIN + to.x * COLUMN];
    const [y1, y2] = [from, to].map(({ y }) => MARGIN + y * ROW + HEIGHT / 2);
    const middle = (x1 + x2) / 2;
    const d = `M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2},${y2}`;
    return makeSvg("path", { class: this.classOf("edge", branch), d });
  }

  node(branch) {
    const { piece, fate, rank } = this.branches[branch];
    const { x, y } = this.places.get(branch);
    const label = Array.from(pieceLabel(piece));
    const short = label.length > LETTERS ? `${label.slice(0, LETTERS - 1).join("")}…` : label.join("");
    const text = piece === "</s>" ? `end${rank === null ? "" : ` · ${rank + 1}`}` : short;
    return makeSvg("g", {
      class: this.classOf("node", branch), tabindex: -1, role: "button", "data-branch": branch, "data-fate": fate,
      transform: `translate(${MARGIN + x * COLUMN},${MARGIN + y * ROW})`, "aria-label": this.words(branch).join(" "),
    },
    makeSvg("rect", { width: COLUMN - 20, height: HEIGHT, rx: 7 }),
    makeSvg("text", { x: (COLUMN - 20) / 2, y: HEIGHT / 2, dy: "0.35em", "text-anchor": "middle" }, text));
  }

  classOf(name, branch) {
    return [name, this.branches[branch].fate, ...(this.best.has(branch) ? ["best"] : [])].join(" ");
  }

  /** The hypothesis, and what is to say of it. */
  words(branch) {
    const { piece_log_prob: own, score, fate, rank } = this.branches[branch];
    const pieces = pathTo(this.branches, branch).map((place) => this.branches[place].piece);
    const text = pieces.join("").replace(/▁/gu, " ").replace(/<\/s>$/u, "").trim();
    const place = rank === null ? "" : ` · translation ${rank + 1}`;
    const numbers = `· this piece ${percent(Math.exp(own))} · score ${signed(score)} · ${FATES[fate]}${place}`;
    return [text || "the end at once", numbers];
  }

  tell(branch) {
    const [text, numbers] = branch === null ? ["", HINT] : this.words(branch);
    this.readout.replaceChildren(make("bdi", { class: "told" }, text), " ", numbers);
    const path = new Set(branch === null ? [] : pathTo(this.branches, branch));
    this.nodes?.forEach((node, place) => node.classList.toggle("on", path.has(place)));
  }

  adopt(branch) {
    if (branch !== null) this.onAdopt(pathTo(this.branches, branch).map((place) => this.branches[place].piece));
  }

  key(event) {
    const branch = branchAt(event);
    if (branch === null) return;
    if (event.key === "Enter" || event.key === " ") this.adopt(branch);
    else if (!this.focusOn(this.neighbour(branch, event.key), true)) return;
    event.preventDefault();
  }

  neighbour(branch, key) {
    const { x, y } = this.places.get(branch);
    if (key === "ArrowUp") return this.columns[x][y - 1];
    if (key === "ArrowDown") return this.columns[x][y + 1];
    if (key === "ArrowLeft") return this.branches[branch].parent;
    if (key !== "ArrowRight") return undefined;
    return this.columns[x + 1]?.find((child) => this.branches[child].parent === branch) ?? this.columns[x + 1]?.[0];
  }

  focusOn(branch, move) {
    const node = this.nodes.get(branch);
    if (!node) return false;
    this.nodes.get(this.focused)?.setAttribute("tabindex", "-1");
    this.focused = branch;
    node.setAttribute("tabindex", "0");
    if (move) node.focus();
    return true;
  }
}

/** The branches of each step, the more probable first. */
function columnsOf(branches, dropped) {
  const columns = [];
  branches.forEach(({ length, fate }, branch) => {
    if (dropped || fate !== "dropped") (columns[length - 1] ??= []).push(branch);
  });
  for (const column of columns) column.sort((a, b) => branches[b].log_prob - branches[a].log_prob);
  return columns;
}

function pathTo(branches, branch) {
  const path = [];
  for (let at = branch; at !== null && at >= 0; at = branches[at].parent) path.unshift(at);
  return path;
}

function branchAt(event) {
  const branch = event.target.closest("[data-branch]")?.dataset.branch;
  return branch === undefined ? null : Number(branch);
}

function fateLegend() {
  const names = [["best", "the translation"], ["kept", "kept"], ["ended", "ended"], ["dropped", "dropped"]];
  return make("ul", { class: "legend" }, ...names.map(([name, label]) => make("li", { class: name }, label)));
}
