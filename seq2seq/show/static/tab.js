// TensorBoard's tab "Alignments": the player of the runs that TensorBoard reads.

import { hashOf, momentOf } from "./link.js";
import { mountPlayer } from "./player.js";

/** How many runs are side by side at first. */
const MOST = 2;

const STYLES = ["page.css", "viewer.css", "player.css"];

/** TensorBoard calls this in a frame of its own. */
export async function render() {
  document.documentElement.lang = "en";
  followTheme();
  await Promise.all(STYLES.map(addStyle));
  const main = document.body.appendChild(document.createElement("main"));
  const source = {
    catalogue: async () => (await ask("./catalogue")).runs,
    series: async (run, sentence) => (await ask(`./series?${new URLSearchParams({ run, sentence })}`)).parts,
  };
  const { location } = window.parent;
  main.addEventListener("player-drawn", ({ detail }) => {
    if (!detail.playing) window.parent.history.replaceState(window.parent.history.state, "", hashOf(location.hash, detail));
  });
  const player = mountPlayer(main, source, { start: momentOf(location.hash), most: MOST });
  onReload(() => player.refresh());
}

async function ask(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
  return answer.json();
}

function addStyle(name) {
  const link = document.createElement("link");
  [link.rel, link.href] = ["stylesheet", `./static/${name}`];
  return new Promise((resolve) => {
    [link.onload, link.onerror] = [resolve, resolve];
    document.head.append(link);
  });
}

/** Light or dark as TensorBoard around it is. */
function followTheme() {
  const around = window.parent.document.body;
  const follow = () => {
    document.documentElement.dataset.theme = around.classList.contains("dark-mode") ? "dark" : "light";
  };
  new MutationObserver(follow).observe(around, { attributeFilter: ["class"] });
  follow();
}

/** TensorBoard tells its frames when it has read its files again: by its button, or every half a minute. */
function onReload(act) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => {
    const { type, id, isReply } = JSON.parse(data);
    if (isReply) return;
    port1.postMessage(JSON.stringify({ type, id, payload: null, error: null, isReply: true }));
    if (type === "experimental.DataReloaded") act();
  };
  window.parent.postMessage("experimental.bootstrap", "*", [port2]);
}
