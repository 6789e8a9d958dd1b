// Tables that people have: CSV and what they paste. The twin of recommend/sheets.py; a spreadsheet has to be saved as
// CSV first, since a browser brings nothing that unpacks one.

import { ProblemList } from "./documents.js";

/** @typedef {import("./rules.js").TableLimits} TableLimits */

/** One row with the line on which it ends; cells are text, stripped. @typedef {{line: number, cells: string[]}} Row */
/** A header and rows, all of the header's width. @typedef {{name: string, header: string[], rows: Row[]}} Table */

const LINE_ENDS = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** What Python's `strip` takes away, which is a little more than `trim` does, and not the mark of byte order. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const ENDS = new RegExp(`^${SPACE}|${SPACE}$`, "g");

/** @param {string} text */
export const strip = (text) => text.replace(ENDS, "");

/**
 * The text of a file, in UTF-8 or else in the code page of old spreadsheets.
 * @param {Blob & {name: string}} file
 * @param {TableLimits} limits
 * @returns {Promise<string>}
 * @throws {ProblemList} for a file that is too large or no text
 */
export async function textOf(file, limits) {
  if (file.size > limits.largest_file) {
    const most = limits.largest_file.toLocaleString("en");
    const message = `${file.size.toLocaleString("en")} bytes is more than the ${most} that a file may have`;
    throw new ProblemList(file.name, [{ message }]);
  }
  return decoded(new Uint8Array(await file.arrayBuffer()), file.name);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} name
 */
function decoded(bytes, name) {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) {
    throw new ProblemList(name, [{ message: "is a spreadsheet; save it as CSV, or copy its cells and paste them" }]);
  }
  if (bytes.includes(0)) throw new ProblemList(name, [{ message: "holds bytes that no text has" }]);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/**
 * A table from CSV text or from one pasted out of a page or a sheet (tabs). The first line that fills two cells is the
 * header: a title often stands above it, alone on its line.
 * @param {string} text
 * @param {string} name the file in messages
 * @param {TableLimits} limits
 * @returns {Table}
 * @throws {ProblemList} where the text is no table
 */
export function parseTable(text, name, limits) {
  if (text.length > limits.largest_file) throw new ProblemList(name, [{ message: "is too large for a table" }]);
  /** @type {Row[]} */
  const filled = [];
  for (const { line, cells: raw } of lines(text, delimiterOf(text, limits), name)) {
    if (line > limits.last_line) throw new ProblemList(name, [{ line, message: "goes on too far" }]);
    const cells = raw.slice(0, limits.most_columns).map((cell) => cut(strip(cell), limits.longest_cell));
    if (!cells.some(Boolean)) continue;
    if (filled.length > limits.most_rows) {
      throw new ProblemList(name, [{ line, message: `more than ${limits.most_rows.toLocaleString("en")} rows` }]);
    }
    filled.push({ line, cells });
  }
  if (filled.length === 0) throw new ProblemList(name, [{ message: "is empty" }]);
  const isHeader = (/** @type {Row} */ row) => row.cells.filter(Boolean).length >= limits.fewest_columns;
  const at = Math.max(0, filled.findIndex(isHeader));
  const header = withoutEmptyEnd(filled[at].cells);
  const rows = filled
    .slice(at + 1)
    .map(({ line, cells }) => ({ line, cells: header.map((_, place) => cells[place] ?? "") }));
  return { name, header, rows };
}

/**
 * @param {string} text
 * @param {number} length in characters, not in halves of one
 */
const cut = (text, length) => (text.length <= length ? text : [...text].slice(0, length).join(""));

/** @param {string[]} cells */
const withoutEmptyEnd = (cells) => cells.slice(0, cells.findLastIndex(Boolean) + 1);

/**
 * The separator of which one of the first lines has most; a comma where none is there.
 * @param {string} text
 * @param {TableLimits} limits
 */
function delimiterOf(text, limits) {
  const head = text.split(LINE_ENDS).filter(strip).slice(0, limits.lines_to_judge);
  const most = (/** @type {string} */ mark) => Math.max(0, ...head.map((line) => line.split(mark).length));
  return [",", "\t", ";", "|"].reduce((best, mark) => (most(mark) > most(best) ? mark : best));
}

/**
 * The rows of a CSV text, each with the line on which it ends. A quote opens a cell only at its start and is written
 * twice inside one.
 * @param {string} text
 * @param {string} delimiter
 * @param {string} name
 * @returns {Generator<{line: number, cells: string[]}>}
 */
function* lines(text, delimiter, name) {
  const tokens = text.matchAll(new RegExp(`"|\\r\\n|[\\r\\n${delimiter}]|[^"\\r\\n${delimiter}]+`, "g"));
  /** @type {"start" | "plain" | "quoted" | "closed"} */
  let state = "start";
  let line = 1;
  let cell = "";
  /** @type {string[]} */
  let cells = [];
  const refuse = (/** @type {string} */ message) => new ProblemList(name, [{ line, message }]);
  for (const [token] of tokens) {
    const isEnd = token === "\n" || token === "\r" || token === "\r\n";
    if (state === "quoted") {
      if (token === '"') state = "closed";
      else cell += token;
      if (isEnd) line += 1;
    } else if (token === '"' && state !== "plain") {
      if (state === "closed") cell += token;
      state = "quoted";
    } else if (token === delimiter || isEnd) {
      cells.push(cell);
      [cell, state] = ["", "start"];
      if (isEnd) {
        yield { line, cells };
        [cells, line] = [[], line + 1];
      }
    } else {
      if (state === "closed") throw refuse(`'${delimiter}' expected after '"'`);
      cell += token;
      state = "plain";
    }
  }
  if (state === "quoted") throw refuse("a quote is opened and never closed");
  if (state !== "start" || cells.length > 0) yield { line, cells: [...cells, cell] };
}
