// What a notebook shows: one map, a translation with its map, or an n-best list of which one is chosen.

import { make } from "./dom.js";
import { mountViewer, pageData } from "./viewer.js";

/** @param {HTMLElement} main */
function showInNotebook(main) {
  const { shown } = pageData();
  const place = make("div", {});
  main.replaceChildren(...headOf(shown, (one) => viewer.update(one.view)), place);
  const viewer = mountViewer(place, shown[0].view);
  document.documentElement.classList.add("notebook-shown"); // covers the picture that stands behind
}

/** The text and the score of a translation, or a choice of several; nothing for a map alone. */
function headOf(shown, choose) {
  if (shown.length === 1) return shown[0].text === undefined ? [] : [make("p", { class: "notebook-one" }, ...told(shown[0]))];
  const choices = shown.map((one, index) => {
    const input = make("input", { type: "radio", name: "notebook-best", value: index });
    input.checked = index === 0;
    input.addEventListener("change", () => choose(one));
    return make("label", {}, input, ...told(one));
  });
  return [make("fieldset", { class: "notebook-best" }, make("legend", {}, `${shown.length} best translations`), ...choices)];
}

function told({ text, note, language }) {
  return [make("bdi", { lang: language }, text), make("small", {}, note)];
}

showInNotebook(document.querySelector("main"));
