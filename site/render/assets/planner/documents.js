// Files that people bring: refused with line, field and the nearest known key. The twin of recommend/documents.py; the
// shape is checked against the published JSON Schema, which Python writes.

import { isDay } from "./dates.js";

/** A place in a document: keys, and indexes from 0. @typedef {(string | number)[]} Location */
/** @typedef {{line?: number, field?: string, message: string}} Problem */
/** The part of JSON Schema that pydantic writes for a profile. @typedef {Record<string, any>} Schema */

const MOST_LISTED = 40;
const CLOSE_ENOUGH = 50;
const LARGEST_CHARACTERS = 5_000_000;
/** Letters of a wrong value that are told. */
const TOLD = 40;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?$/;

/** @type {Record<string, (text: string) => string | null>} */
const FORMATS = {
  date: (text) => (isDay(text) ? null : `"${text}" is no day; write 2026-11-22`),
  time: (text) => (TIME.test(text) ? null : `"${text}" is no time of day; write 18:30`),
};

/** A file that cannot be used, with everything that is wrong with it. */
export class ProblemList extends Error {
  /**
   * @param {string} name the file in messages
   * @param {Problem[]} problems
   */
  constructor(name, problems) {
    super(problems.map((problem) => said(name, problem)).join("\n"));
    this.problems = problems;
  }
}

/**
 * @param {string} name
 * @param {Problem} problem
 */
function said(name, { line, field, message }) {
  return [name, ...(line ? [`line ${line}`] : []), ...(field ? [field] : []), message].join(": ");
}

/**
 * " (did you mean 'needed'?)", or the list of what is known where nothing is near and the list is short.
 * @param {string} word
 * @param {string[]} known
 */
export function nearest(word, known) {
  const scored = known.map((name) => ({ name, score: likeness(word, name) }));
  scored.sort((one, other) => other.score - one.score || (one.name > other.name ? -1 : 1));
  const [best = { name: "", score: 0 }] = scored;
  if (best.score >= CLOSE_ENOUGH) return ` (did you mean '${best.name}'?)`;
  return known.length > 0 && known.length <= MOST_LISTED ? ` (known: ${known.join(", ")})` : "";
}

/**
 * How alike two texts are, out of 100: twice the length of what stands in both in one order, over the length of both
 * (RapidFuzz's `ratio`).
 * @param {string} one
 * @param {string} other
 */
export function likeness(one, other) {
  const [a, b] = [[...one], [...other]];
  if (a.length + b.length === 0) return 100;
  let row = new Array(b.length + 1).fill(0);
  for (const letter of a) {
    const next = [0];
    b.forEach((with_, place) => next.push(letter === with_ ? row[place] + 1 : Math.max(row[place + 1], next[place])));
    row = next;
  }
  return (200 * row[b.length]) / (a.length + b.length);
}

/**
 * A field as people count: ["requirements", 2, "needed"] to "requirements[3].needed".
 * @param {Location} location
 */
export function fieldName(location) {
  return location.reduce((/** @type {string} */ name, part) => {
    if (typeof part === "number") return `${name}[${part + 1}]`;
    return name ? `${name}.${part}` : part;
  }, "");
}

/**
 * Parse a JSON text that holds a table of fields, and tell the line of each of them.
 * @param {string} text
 * @param {string} name the file in messages
 * @returns {{data: Record<string, any>, lines: Map<string, number>}}
 * @throws {ProblemList} for what is too large, not well formed, or no table of fields
 */
export function parseDocument(text, name) {
  if (text.length > LARGEST_CHARACTERS) {
    throw new ProblemList(name, [{ message: `is larger than the ${LARGEST_CHARACTERS} characters that it may have` }]);
  }
  const { lines, flaw } = scanned(text.replace(/^\ufeff/, ""));
  let data;
  try {
    data = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new ProblemList(name, [{ line: flaw.line, message: `not well-formed JSON: ${flaw.message}` }]);
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new ProblemList(name, [{ line: 1, message: "holds no table of fields" }]);
  }
  return { data, lines };
}

const TOKENS = /"(?:\\.|[^"\\\n])*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|true|false|null|\n|[^\S\n]+|[^]/gi;
const SCALAR = /^("|-?\d|true$|false$|null$)/;

/**
 * The line on which each field of a JSON text stands, by its name as fieldName writes it, and where the text first
 * breaks: browsers do not tell that in one way.
 * @param {string} text
 * @returns {{lines: Map<string, number>, flaw: {line: number, message: string}}}
 */
function scanned(text) {
  /** @type {Map<string, number>} */
  const lines = new Map();
  /** @type {Location} */
  const at = [];
  /** @type {"value" | "first value" | "key" | "first key" | "colon" | "end"} */
  let expected = "value";
  let line = 1;
  let key = "";
  const note = () => lines.has(fieldName(at)) || lines.set(fieldName(at), line);
  const closes = (/** @type {string} */ token) =>
    token === (typeof at.at(-1) === "number" ? "]" : "}") && at.length > 0;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "\n") line += 1;
    if (/^\s/.test(token)) continue;
    if (expected.endsWith("value") && /^[[{]/.test(token)) {
      note();
      at.push(token === "[" ? 0 : "");
      expected = token === "[" ? "first value" : "first key";
    } else if (expected.endsWith("value") && SCALAR.test(token)) {
      note();
      expected = "end";
    } else if (expected.endsWith("key") && token.length > 1 && token.startsWith('"')) {
      key = token;
      expected = "colon";
    } else if (expected === "colon" && token === ":") {
      at.splice(-1, 1, JSON.parse(key));
      note();
      expected = "value";
    } else if ((expected === "end" || expected.startsWith("first")) && closes(token)) {
      at.pop();
      expected = "end";
    } else if (expected === "end" && token === "," && at.length > 0) {
      const last = /** @type {string | number} */ (at.pop());
      at.push(typeof last === "number" ? last + 1 : "");
      expected = typeof last === "number" ? "value" : "key";
    } else {
      return { lines, flaw: { line, message: `'${token}' is not expected here` } };
    }
  }
  return { lines, flaw: { line, message: "it ends too early" } };
}

/**
 * What is wrong with a value under a schema, place by place; empty where it fits.
 * @param {Schema} root the schema whose `$defs` are referred to
 * @param {Schema} schema
 * @param {unknown} value
 * @param {Location} [location]
 * @returns {{location: Location, message: string}[]}
 */
export function flawsOf(root, schema, value, location = []) {
  if (schema.$ref) return flawsOf(root, root.$defs[schema.$ref.split("/").pop()], value, location);
  if (schema.anyOf) return flawsOfAny(root, schema.anyOf, value, location);
  const message = flawOf(schema, value);
  if (message !== null) return [{ location, message }];
  if (schema.type === "array") {
    return /** @type {unknown[]} */ (value).flatMap((each, index) =>
      flawsOf(root, schema.items, each, [...location, index]),
    );
  }
  return schema.type === "object" ? flawsOfObject(root, schema, /** @type {object} */ (value), location) : [];
}

/**
 * @param {Schema} root
 * @param {Schema[]} options
 * @param {unknown} value
 * @param {Location} location
 */
function flawsOfAny(root, options, value, location) {
  const found = options.map((option) => flawsOf(root, option, value, location));
  return found.some((flaws) => flaws.length === 0) ? [] : found[0];
}

/**
 * @param {Schema} root
 * @param {Schema} schema
 * @param {object} value
 * @param {Location} location
 */
function flawsOfObject(root, schema, value, location) {
  const properties = schema.properties ?? {};
  const missing = (schema.required ?? [])
    .filter((/** @type {string} */ key) => !(key in value))
    .map((/** @type {string} */ key) => ({ location: [...location, key], message: "is missing" }));
  const wrong = Object.entries(value).flatMap(([key, each]) => {
    const place = [...location, key];
    const inside = Object.hasOwn(properties, key) ? properties[key] : elsewhere(schema, key);
    if (!inside) {
      return [{ location: place, message: `is no key we know${nearest(key, Object.keys(properties).sort())}` }];
    }
    const named = flawsOf(root, { type: "string", ...schema.propertyNames }, key, place);
    return [...named, ...flawsOf(root, inside, each, place)];
  });
  return [...missing, ...wrong];
}

/**
 * The schema of a key that is not named: by the pattern that it fits, or of any key at all.
 * @param {Schema} schema
 * @param {string} key
 * @returns {Schema | undefined}
 */
function elsewhere(schema, key) {
  const patterns = Object.entries(schema.patternProperties ?? {});
  return patterns.find(([pattern]) => new RegExp(pattern).test(key))?.[1] ?? schema.additionalProperties;
}

/**
 * What is wrong with a value itself, in words; null where nothing is.
 * @param {Schema} schema
 * @param {unknown} value
 * @returns {string | null}
 */
function flawOf(schema, value) {
  if ("const" in schema) return value === schema.const ? null : `should be ${JSON.stringify(schema.const)}`;
  if (schema.enum) {
    if (schema.enum.includes(value)) return null;
    return `${JSON.stringify(value)} is not among the choices${nearest(String(value), schema.enum.map(String))}`;
  }
  if (schema.type === "string") return flawOfText(schema, value);
  if (schema.type === "number" || schema.type === "integer") return flawOfNumber(schema, value);
  if (schema.type === "boolean") return typeof value === "boolean" ? null : "should be true or false";
  if (schema.type === "null") return value === null ? null : "should be null";
  if (schema.type === "array") return Array.isArray(value) ? null : "should be a list";
  return typeof value === "object" && value !== null && !Array.isArray(value) ? null : "should be a table of fields";
}

/**
 * @param {Schema} schema
 * @param {unknown} value
 */
function flawOfText(schema, value) {
  if (typeof value !== "string") return "should be a text";
  const length = [...value.trim()].length;
  if (schema.minLength && length < schema.minLength) return "should not be empty";
  if (schema.maxLength && length > schema.maxLength) return `should have at most ${schema.maxLength} characters`;
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) {
    return `${JSON.stringify(value.slice(0, TOLD))} is not of the form that is asked for`;
  }
  return schema.format ? FORMATS[schema.format](value) : null;
}

/**
 * @param {Schema} schema
 * @param {unknown} value
 */
function flawOfNumber(schema, value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "should be a number";
  if (schema.type === "integer" && !Number.isInteger(value)) return "should be a whole number";
  if (value < (schema.minimum ?? -Infinity)) return `should be at least ${schema.minimum}`;
  if (value > (schema.maximum ?? Infinity)) return `should be at most ${schema.maximum}`;
  return value <= (schema.exclusiveMinimum ?? -Infinity) ? `should be more than ${schema.exclusiveMinimum}` : null;
}
