// The page of the API: what the server's own OpenAPI description says, as a list.

import { answerOf } from "./asking.js";
import { make } from "./dom.js";

const METHODS = ["get", "post"];

function pageOf({ info, paths, components }) {
  const operations = operationsOf(paths);
  const tags = [...new Set(operations.map(tagOf))];
  const sections = tags.map((tag) => make("section", { class: "api-group" }, make("h2", {}, tag),
    ...operations.filter((one) => tagOf(one) === tag).map((one) => entryOf(one, components.schemas))));
  return [
    make("header", { class: "top" }, make("h1", {}, make("a", { href: "/" }, "seq2seq")),
      make("span", { class: "quiet" }, `API, version ${info.version}`),
      make("a", { class: "quiet", href: "/openapi.json" }, "OpenAPI")),
    ...sections,
  ];
}

function operationsOf(paths) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => method in methods).map((method) => ({ path, method, operation: methods[method] })));
}

function tagOf({ operation }) {
  return operation.tags?.[0] ?? "";
}

function entryOf({ path, method, operation }, schemas) {
  const asked = resolved(operation.requestBody?.content["application/json"]?.schema, schemas);
  const given = resolved(operation.responses["200"]?.content?.["application/json"]?.schema, schemas);
  return make("article", { class: "card api-entry", "data-path": path },
    make("h3", {}, make("span", { class: "method" }, method.toUpperCase()), " ", make("code", {}, path)),
    ...paragraphs(operation.description ?? operation.summary),
    make("pre", {}, commandOf(path, asked && exampleOf(asked, schemas))),
    ...(asked ? [fieldsOf("Sends", asked, schemas)] : []),
    ...(given?.properties ? [fieldsOf("Gets", given, schemas)] : []));
}

function paragraphs(text) {
  return text.split("\n\n").map((part) => make("p", {}, ...coded(part.replace(/\s+/gu, " "))));
}

/** A text in which what stands between backticks is code. */
function coded(text) {
  return text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));
}

function commandOf(path, body) {
  const address = `${location.origin}${path}`;
  return body === undefined ? `curl ${address}`
    : `curl ${address} -H "Content-Type: application/json" -d '${JSON.stringify(body)}'`;
}

function fieldsOf(title, { properties, required = [] }, schemas) {
  const needed = (name) => title === "Sends" && required.includes(name);
  const rows = Object.entries(properties).map(([name, schema]) => make("tr", {},
    make("th", { scope: "row" }, make("code", {}, name),
      ...(needed(name) ? [make("span", { class: "quiet" }, " required")] : [])),
    make("td", { class: "type" }, typeOf(schema, schemas)),
    make("td", {}, ...coded(schema.description ?? resolved(schema, schemas)?.description ?? ""))));
  const table = make("table", {}, make("tbody", {}, ...rows));
  return make("details", {}, make("summary", {}, title), make("div", { class: "scroll" }, table));
}

/** An example of what is sent: the required fields, and those that have an example of their own. */
function exampleOf(schema, schemas) {
  const { properties, required = [] } = schema;
  const shown = Object.entries(properties).filter(([name, field]) => required.includes(name) || field.examples);
  return Object.fromEntries(shown.map(([name, field]) => [name, valueOf(field, schemas)]));
}

function valueOf(field, schemas) {
  const schema = resolved(field, schemas);
  if (field.examples ?? schema.examples) return (field.examples ?? schema.examples)[0];
  if (schema.anyOf) return valueOf(schema.anyOf[0], schemas);
  if (schema.type === "array") return [valueOf(schema.items, schemas)];
  return schema.properties ? exampleOf(schema, schemas) : "";
}

function typeOf(field, schemas) {
  const schema = resolved(field, schemas);
  const any = schema.anyOf ?? schema.oneOf;
  if (any) return [...new Set(any.map((one) => typeOf(one, schemas)))].join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.type === "array") return schema.items ? `list of ${typeOf(schema.items, schemas)}` : "list";
  return schema.type ?? "anything";
}

function resolved(schema, schemas) {
  return schema?.$ref ? schemas[schema.$ref.split("/").at(-1)] : schema;
}

try {
  document.querySelector("main").replaceChildren(...pageOf(await answerOf("/openapi.json")));
} catch (error) {
  document.querySelector("main").replaceChildren(make("p", { class: "fault", role: "alert" }, error.message));
}
