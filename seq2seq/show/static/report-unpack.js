// The maps of a sentence of a report, as `pack` of report.py has packed them.

/**
 * @param {string} text base64 of deflated bytes: JSON, a zero, and the weights
 * @param {number} parts what a whole is divided into
 * @returns {Promise<Record<string, import("./viewer.js").View>>} by side: of the translation, of the reference
 */
export async function unpacked(text, parts) {
  const bytes = await inflated(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  const end = bytes.indexOf(0);
  const views = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const count = (bytes.length - end - 1) / 2; // of weights: all lower bytes come first, then all higher ones
  let place = end + 1;
  const weight = () => (bytes[place] + 256 * bytes[count + place++]) / parts;
  const array = ([length, ...inner]) => Array.from({ length }, () => (inner.length ? array(inner) : weight()));
  for (const { map } of Object.values(views).flatMap((view) => view.maps)) {
    map.weights = array(map.weights);
    map.word_weights = array(map.word_weights);
  }
  return views;
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
