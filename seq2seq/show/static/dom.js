// Elements from plain values. Text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const SPACE = "\u2581";

/**
 * An HTML element.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children a string becomes text
 * @returns {HTMLElement}
 */
export function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/**
 * An SVG element.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children a string becomes text
 * @returns {SVGElement}
 */
export function makeSvg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * The label of a unit; the mark of a space before a piece is quiet.
 * @param {{label: string}} unit
 * @returns {(Node | string)[]}
 */
export function labelOf({ label }) {
  if (!label.startsWith(SPACE)) return [label];
  return [make("span", { class: "viewer-space" }, SPACE), label.slice(SPACE.length)];
}

/**
 * Put an element somewhere, in pixels of what it stands in.
 * @param {HTMLElement} element
 * @param {{left: number, top: number, width: number, height: number}} place
 */
export function putAt(element, { left, top, width, height }) {
  for (const [name, value] of Object.entries({ left, top, width, height })) element.style[name] = `${value}px`;
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
