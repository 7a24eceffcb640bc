// Links to a moment of training: #run=one,two&sentence=17&step=400&target=reference, after what else is in the hash.

const OURS = ["run", "sentence", "step", "target"];

/**
 * What is shown, or is to be shown.
 * @typedef {{runs?: string[], sentence?: number, step?: number, kind?: import("./picker.js").Kind}} Moment
 */

/**
 * The moment that a link names, as much of it as it names.
 * @param {string} hash
 * @returns {Moment}
 */
export function momentOf(hash) {
  const { run, sentence, step, target } = Object.fromEntries(entriesOf(hash));
  return {
    ...(run === undefined ? {} : { runs: run.split(",").map(decoded) }),
    ...(/^\d+$/.test(sentence) ? { sentence: Number(sentence) } : {}),
    ...(/^\d+$/.test(step) ? { step: Number(step) } : {}),
    ...(["reference", "translation"].includes(target) ? { kind: target } : {}),
  };
}

/**
 * The hash with the moment in it; what others have put there stays.
 * @param {string} hash
 * @param {Moment} moment
 * @returns {string}
 */
export function hashOf(hash, { runs, sentence, step, kind }) {
  const others = entriesOf(hash).filter(([name]) => !OURS.includes(name));
  const values = { run: runs?.map(encodeURIComponent).join(","), sentence, step, target: kind };
  const own = OURS.map((name) => [name, values[name]]).filter(([, value]) => value !== undefined);
  return `#${[...others, ...own].map((entry) => entry.filter((part) => part !== undefined).join("=")).join("&")}`;
}

/** [name, value], without a value where there is no "=". */
function entriesOf(hash) {
  return hash.replace(/^#/, "").split("&").filter(Boolean).map((entry) => {
    const [name, ...rest] = entry.split("=");
    return rest.length ? [name, rest.join("=")] : [name];
  });
}

/** The part of a link in plain text; as it stands where it is damaged. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
