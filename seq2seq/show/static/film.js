// A page with the player of runs whose maps it carries.

import { hashOf, momentOf } from "./link.js";
import { mountPlayer } from "./player.js";
import { pageData } from "./viewer.js";

const { runs } = pageData();

const source = {
  catalogue: async () => runs,
  series: async (name, number) =>
    runs.find((run) => run.name === name).sentences.find((sentence) => sentence.number === number).parts,
};

const main = document.querySelector("main");
main.addEventListener("player-drawn", ({ detail }) => {
  if (!detail.playing) history.replaceState(null, "", hashOf(location.hash, detail));
});
mountPlayer(main, source, { start: momentOf(location.hash) });
