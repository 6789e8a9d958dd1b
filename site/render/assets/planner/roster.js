// A roster: a row for each person and credential, with what is done, and totals by category where columns are named as
// the requirements are. The twin of the reading of tables in recommend/roster.py.

import { thousandths, units } from "./amounts.js";
import { ProblemList, nearest } from "./documents.js";
import { flawsOfProfile } from "./profile.js";
import { fold, topics, topicsOfSubject } from "./taxonomy.js";
import { readDay } from "./transcript.js";

/**
 * @typedef {import("./rules.js").Rules} Rules
 * @typedef {import("./sheets.js").Table} Table
 * @typedef {{name: string, document: import("./profile.js").ProfileDocument, certificates: Record<string, string>}} Member
 * @typedef {import("./transcript.js").RowProblem} RowProblem
 */

/** The columns of a roster and the words that others use for them. Any other column may name a requirement. @type {Record<string, string[]>} */
const COLUMNS = {
  name: ["employee", "staff", "person", "full name", "staff name"],
  credential: ["certification", "license", "licence", "credential id"],
  expires: ["expiry", "expiration", "expiration date", "cycle end", "renewal date", "valid through", "due"],
  starts: ["cycle start", "start", "issued", "renewed on"],
  done: ["total", "totals", "credits", "points", "hours", "total done", "earned"],
  specialties: ["specialty", "categories", "licensed categories"],
  certificate: ["certificate on file", "certificates on file", "on file", "certificate file"],
};
const NEEDED = ["name", "credential", "expires"];

/** One cell that cannot be read. */
class CellError extends Error {
  /** @param {string | null} column @param {string} reason */
  constructor(column, reason) {
    super(reason);
    this.column = column;
  }
}

/**
 * The people of a roster; rows of the same name are one person with several credentials. Bad rows are listed.
 * @param {Table} table @param {Rules} rules @returns {{members: Member[], problems: RowProblem[]}}
 * @throws {ProblemList} where a needed column is missing
 */
export function readRoster(table, rules) {
  const places = placesOf(table);
  /** @type {Map<string, Member>} */
  const people = new Map();
  /** @type {RowProblem[]} */
  const problems = [];
  for (const { line, cells } of table.rows) {
    try {
      const cell = (/** @type {string} */ name) => cells[places.get(name) ?? -1] ?? "";
      const held = heldOf(cell, table.header, cells, rules);
      const name = cell("name");
      const member = people.get(name) ?? { name, document: { version: 1, name, credentials: [] }, certificates: {} };
      if (member.document.credentials.some((/** @type {any} */ one) => one.id === held.id)) throw new CellError("credential", `${held.id} stands twice for this person`);
      const flaws = flawsOfProfile({ version: 1, name, credentials: [held] }, rules);
      if (flaws.length > 0) throw new CellError(null, flaws.map((flaw) => flaw.message).join("; "));
      member.document.credentials.push(held);
      if (cell("certificate")) member.certificates[held.id] = cell("certificate");
      people.set(name, member);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      problems.push({ line, field: error.column, reason: error.message });
    }
  }
  return { members: [...people.values()], problems };
}

/** Which column is which. @param {Table} table @returns {Map<string, number>} */
function placesOf(table) {
  const meanings = new Map(Object.entries(COLUMNS).flatMap(([name, others]) => [name, ...others].map((word) => [fold(word), name])));
  /** @type {Map<string, number>} */
  const places = new Map();
  table.header.forEach((header, place) => {
    const name = meanings.get(fold(header)) ?? header;
    if (!places.has(name)) places.set(name, place);
  });
  const missing = NEEDED.filter((name) => !places.has(name));
  if (missing.length === 0) return places;
  throw new ProblemList(table.name, [{ line: 1, message: `no column for ${missing.join(", ")}; the columns are ${table.header.join(", ")}` }]);
}

/** One row as a credential of a profile. @param {(name: string) => string} cell @param {string[]} header @param {string[]} cells @param {Rules} rules */
function heldOf(cell, header, cells, rules) {
  if (!cell("name")) throw new CellError("name", "is missing");
  const credential = credentialOf(cell("credential"), rules);
  const opening = openingOf(cell("done"), header, cells, credential);
  return {
    id: credential.id,
    specialties: specialtiesOf(cell("specialties")),
    cycle_end: dayOf("expires", cell("expires"), rules),
    ...(cell("starts") && { cycle_start: dayOf("starts", cell("starts"), rules) }),
    ...(opening && { opening }),
  };
}

/** A credential by its id, name or short name, in any spelling of spaces and signs. @param {string} text @param {Rules} rules */
function credentialOf(text, rules) {
  if (!text) throw new CellError("credential", "is missing");
  const found = [...rules.credentials.values()].find((one) => [one.id, one.short_name, one.name].some((name) => fold(name) === fold(text)));
  if (!found) throw new CellError("credential", `'${text}' is no credential we know${nearest(text, [...rules.credentials.keys()])}`);
  return found;
}

/** @param {string} column @param {string} text @param {Rules} rules */
function dayOf(column, text, rules) {
  try {
    return readDay(text, rules);
  } catch (error) {
    throw new CellError(column, /** @type {Error} */ (error).message);
  }
}

/** @param {string} text */
function specialtiesOf(text) {
  const parts = text.split(/[;|]/).map((part) => part.trim()).filter(Boolean);
  const found = parts.flatMap((part) => {
    const named = topics().has(part) ? [part] : topicsOfSubject(part);
    if (named.length === 0) throw new CellError("specialties", `'${part}' is no topic we know${nearest(part, [...topics().keys()])}`);
    return named;
  });
  return [...new Set(found)];
}

/** Totals, by category from columns named as a requirement of this credential is. @param {string} done @param {string[]} header @param {string[]} cells @param {import("./credential.js").Credential} credential */
function openingOf(done, header, cells, credential) {
  const named = new Map(credential.requirements.flatMap((part) => [[fold(part.label), part.id], [fold(part.id), part.id]]));
  /** @type {Record<string, number>} */
  const by = {};
  header.forEach((name, place) => {
    const requirement = named.get(fold(name));
    if (requirement && cells[place]) by[requirement] = amountOf(name, cells[place]);
  });
  if (!done && Object.keys(by).length === 0) return null;
  return { total: done ? amountOf("done", done) : Object.values(by).reduce((sum, one) => sum + one, 0), by_requirement: by };
}

/** @param {string} column @param {string} text */
function amountOf(column, text) {
  try {
    return units(thousandths(text));
  } catch (error) {
    throw new CellError(column, /** @type {Error} */ (error).message);
  }
}
