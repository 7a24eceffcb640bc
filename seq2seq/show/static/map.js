// A page of one sentence pair: both sentences, the viewer of their maps, and how they came about.

import { make } from "./dom.js";
import { mountViewer, pageData } from "./viewer.js";

/** @type {{heading: string | null, view: import("./shown.js").View, facts: Record<string, string>}} */
const { heading, view, facts } = pageData();
const { source, target } = view.maps[0].map;
const place = make("div");
document.querySelector("main").replaceChildren(
  ...(heading ? [make("h1", { dir: "auto" }, heading)] : []),
  make(heading ? "p" : "h1", { class: "sentence", dir: "auto" }, source.text),
  make("p", { class: "sentence", dir: "auto" }, target.text),
  place,
  make("dl", {}, ...Object.entries(facts).map(([name, fact]) =>
    make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, fact)))),
);
mountViewer(place, view);
