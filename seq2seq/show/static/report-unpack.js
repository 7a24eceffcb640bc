// The maps of a sentence of a report, as `pack` of report.py has packed them.

/** The digits of base 85, from 0 on. */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";

/**
 * @param {string} text base 85 of deflated bytes: JSON, a zero, and the weights
 * @param {number} parts what a whole is divided into
 * @returns {Promise<Record<string, import("./viewer.js").View>>} by side: of the translation, of the reference
 */
export async function unpacked(text, parts) {
  const bytes = await inflated(bytesOfDigits(text));
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

/** Five digits are four bytes; of the last ones as many are there as it takes. */
function bytesOfDigits(text) {
  const groups = Math.ceil(text.length / 5);
  const bytes = new DataView(new ArrayBuffer(4 * groups));
  const whole = text.padEnd(5 * groups, DIGITS.at(-1));
  const values = new Map([...DIGITS].map((digit, value) => [digit, value]));
  for (let group = 0; group < groups; group += 1) {
    let number = 0;
    for (const digit of whole.slice(5 * group, 5 * group + 5)) number = 85 * number + values.get(digit);
    bytes.setUint32(4 * group, number);
  }
  return new Uint8Array(bytes.buffer, 0, 4 * groups - (whole.length - text.length));
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
