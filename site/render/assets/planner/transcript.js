// What a technician has done: credits earned, from a profile, a spreadsheet's CSV or a pasted table. The twin of
// recommend/transcript.py. A table's rows come out as a profile's file has them, ready to be kept; toEarned makes of
// them what the rules count with.

import { thousandths, units } from "./amounts.js";
import { dayOf, isDay } from "./dates.js";
import { ProblemList, flawsOf, likeness, nearest } from "./documents.js";
import { sha256 } from "./sha256.js";
import { parseTable, strip } from "./sheets.js";
import { fold, topics, topicsOfSubject } from "./taxonomy.js";

/** @typedef {import("./rules.js").Column} Column */
/** @typedef {import("./rules.js").Rules} Rules */
/** @typedef {import("./sheets.js").Row} Row */
/** @typedef {import("./sheets.js").Table} Table */

/** A credit as a profile's file has it. @typedef {Record<string, any>} CreditDocument */
/** Which column of a table is which of ours, by our names. @typedef {Record<string, string>} ColumnMapping */
/** One row that was left out, or one value that was. @typedef {{line: number, field: string | null, reason: string}} RowProblem */
/** A row that says the same as an earlier one. @typedef {{line: number, same_as: number, title: string}} Duplicate */

/**
 * One activity that was finished; amounts in thousandths. Equal ids are duplicates.
 * @typedef {object} EarnedCredit
 * @property {string} id
 * @property {string} completed_on
 * @property {string} title
 * @property {number | null} amount
 * @property {string} unit
 * @property {Record<string, number>} also
 * @property {string} activity
 * @property {string[]} topics
 * @property {string[]} guessed_topics
 * @property {Record<string, number>} by_topic
 * @property {Record<string, number>} points
 * @property {string[]} counted_toward
 * @property {string | null} provider
 * @property {string | null} opportunity
 * @property {string | null} url
 */

/**
 * What a table gave: good rows, rows left out and why, and what stands twice.
 * @typedef {object} Reading
 * @property {CreditDocument[]} credits
 * @property {RowProblem[]} problems
 * @property {Duplicate[]} duplicates
 * @property {ColumnMapping} mapping
 */

/**
 * A credit of a checked document as the rules count with it.
 * @param {CreditDocument} credit
 * @returns {EarnedCredit}
 */
export function toEarned(credit) {
  const counted = {
    completed_on: credit.completed_on,
    title: strip(credit.title),
    amount: credit.amount === null || credit.amount === undefined ? null : thousandths(credit.amount),
    unit: credit.unit ?? "unstated",
    also: amounts(credit.also),
    activity: credit.activity ?? "course",
    topics: credit.topics ?? [],
    guessed_topics: credit.guessed_topics ?? [],
    by_topic: amounts(credit.by_topic),
    points: amounts(credit.points),
    counted_toward: credit.counted_toward ?? [],
    provider: credit.provider ? strip(credit.provider) : null,
    opportunity: credit.opportunity ? strip(credit.opportunity) : null,
    url: credit.url ?? null,
  };
  return { id: idOf(counted), ...counted };
}

/**
 * An e and ten hexadecimal digits from day, title, provider, unit and amount.
 * @param {Omit<EarnedCredit, "id">} credit
 */
function idOf({ completed_on: day, title, provider, unit, amount }) {
  const parts = [day, title.toLowerCase(), (provider ?? "").toLowerCase(), unit, String(amount ?? "None")];
  return `e${sha256(parts.join("\x1f")).slice(0, 10)}`;
}

/**
 * A table of amounts in thousandths.
 * @param {Record<string, unknown> | null | undefined} table
 * @returns {Record<string, number>}
 */
export const amounts = (table) => mapped(table, thousandths);

/**
 * A table from the text of a CSV file or of a paste.
 * @param {string} text
 * @param {string} name the file in messages
 * @param {Rules} rules
 * @returns {Table}
 * @throws {ProblemList} where the text is no table
 */
export const readTable = (text, name, rules) => parseTable(text, name, rules.tables);

/**
 * The likely meaning of each column: our own names first, then words that other tables use, then near spellings.
 * @param {string[]} header
 * @param {Rules} rules
 * @returns {ColumnMapping}
 */
export function guessMapping(header, rules) {
  /** @type {ColumnMapping} */
  const found = {};
  for (const step of [sameName, nearName]) {
    for (const column of rules.transcript.columns) {
      if (column.name in found) continue;
      const taken = Object.values(found);
      const match = step(
        column,
        header.filter((name) => !taken.includes(name)),
        rules,
      );
      if (match !== null) found[column.name] = match;
    }
  }
  return found;
}

/**
 * The columns without which a row says nothing and which a mapping does not have.
 * @param {ColumnMapping} mapping
 * @param {Rules} rules
 */
const missingIn = (mapping, rules) => rules.transcript.needed_columns.filter((name) => !(name in mapping));

/**
 * @param {Column} column
 * @param {string[]} header
 */
function sameName(column, header) {
  const known = [column.name, ...column.words].map(fold);
  return header.find((name) => known.includes(fold(name))) ?? null;
}

/**
 * @param {Column} column
 * @param {string[]} header
 * @param {Rules} rules
 */
function nearName(column, header, rules) {
  const known = [column.name, ...column.words].map(fold);
  const scored = header.map((name) => ({ name, score: Math.max(...known.map((word) => likeness(fold(name), word))) }));
  scored.sort((one, other) => other.score - one.score || (one.name > other.name ? -1 : 1));
  return scored.length > 0 && scored[0].score >= rules.transcript.sure_guess ? scored[0].name : null;
}

/**
 * Read the rows of a table through a mapping.
 * @param {Table} table
 * @param {ColumnMapping} mapping
 * @param {Rules} rules
 * @returns {Reading}
 * @throws {ProblemList} where a needed column is missing
 */
export function readRows(table, mapping, rules) {
  const missing = missingIn(mapping, rules);
  if (missing.length > 0) {
    const message = `no column for ${missing.join(", ")}; the columns are ${table.header.join(", ")}`;
    throw new ProblemList(table.name, [{ line: 1, message }]);
  }
  for (const [name, header] of Object.entries(mapping)) {
    if (table.header.includes(header)) continue;
    const message = `no column '${header}' for ${name}${nearest(header, table.header)}`;
    throw new ProblemList(table.name, [{ line: 1, message }]);
  }
  /** @type {RowProblem[]} */
  const problems = [];
  const kept = [];
  for (const row of table.rows) {
    const { credit, wrong } = readRow(row, table.header, mapping, rules);
    if (credit === null) problems.push(...wrong);
    else kept.push({ line: row.line, credit });
  }
  return { credits: kept.map(({ credit }) => credit), problems, duplicates: duplicatesIn(kept), mapping };
}

/** What a credit that does not say its unit and activity is. @type {CreditDocument} */
const SILENT = { unit: "unstated", activity: "course" };

/**
 * A transcript in our own CSV. Reading it again gives the same credits.
 * @param {CreditDocument[]} credits
 * @param {Rules} rules
 */
export function writeTranscript(credits, rules) {
  const { columns } = rules.transcript;
  const rows = credits.map((credit) => columns.map(({ field }) => written({ ...SILENT, ...credit }[field])));
  return [columns.map((column) => column.name), ...rows].map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/**
 * A day as people write it, month first where it is in figures.
 * @param {string} text
 * @param {Rules} rules
 * @returns {string}
 * @throws {Error} where it is none
 */
export function readDay(text, rules) {
  for (const form of rules.transcript.day_formats) {
    const found = patternOf(form).exec(strip(text))?.groups;
    const day = found ? dayFrom(found) : "";
    if (isDay(day)) return day;
  }
  throw new Error(`'${text}' is no day we can read; write 2026-11-22 or 11/22/2026`);
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const FIELDS = {
  Y: "(?<year>\\d{4})",
  y: "(?<short>\\d{2})",
  m: "(?<month>1[0-2]|0[1-9]|[1-9])",
  d: "(?<day>3[01]|[12]\\d|0[1-9]|[1-9])",
  B: `(?<name>${MONTHS.join("|")})`,
  b: `(?<name>${MONTHS.map((month) => month.slice(0, 3)).join("|")})`,
};

/**
 * A pattern for one of strptime's notations.
 * @param {string} form
 */
function patternOf(form) {
  const pattern = form
    .replace(/%(.)/g, (_, letter) => FIELDS[/** @type {keyof FIELDS} */ (letter)])
    .replace(/ /g, "\\s+");
  return new RegExp(`^${pattern}$`, "i");
}

/** @param {Record<string, string>} found */
function dayFrom({ year, short, month, name, day }) {
  const full = year ?? String(Number(short) + (Number(short) < 69 ? 2000 : 1900));
  const named = MONTHS.findIndex((each) => each.toLowerCase().startsWith((name ?? "-").toLowerCase()));
  return dayOf(Number(full), name ? named + 1 : Number(month), Number(day));
}

/**
 * One credit, or a problem for each field that cannot be read.
 * @param {Row} row
 * @param {string[]} header
 * @param {ColumnMapping} mapping
 * @param {Rules} rules
 * @returns {{credit: CreditDocument | null, wrong: RowProblem[]}}
 */
function readRow(row, header, mapping, rules) {
  /** @type {CreditDocument} */
  const credit = {};
  /** @type {RowProblem[]} */
  const wrong = [];
  for (const { name, field } of rules.transcript.columns) {
    const text = name in mapping ? row.cells[header.indexOf(mapping[name])] : "";
    if (!text) continue;
    try {
      credit[field] = (READERS[field] ?? String)(text, rules);
    } catch (error) {
      wrong.push({ line: row.line, field: name, reason: /** @type {Error} */ (error).message });
    }
  }
  if (wrong.length === 0) {
    for (const { field, reason } of flawsOfCredit(credit, rules)) {
      const column = rules.transcript.columns.find((each) => each.field === field);
      wrong.push({ line: row.line, field: column?.name ?? field, reason });
    }
  }
  return { credit: wrong.length > 0 ? null : credit, wrong };
}

/**
 * What is wrong with a credit as a whole; its amounts are made numbers on the way.
 * @param {CreditDocument} credit
 * @param {Rules} rules
 * @returns {{field: string | null, reason: string}[]}
 */
function flawsOfCredit(credit, rules) {
  const amiss = makeNumbers(credit);
  /** @type {{field: string | null, reason: string}[]} */
  const flaws = flawsOf(rules.profile_schema, rules.profile_schema.$defs.EarnedCredit, credit).map((flaw) => ({
    field: String(flaw.location[0]),
    reason: flaw.message,
  }));
  for (const topic of Object.keys(credit.by_topic ?? {})) {
    if (!topics().has(topic)) {
      flaws.push({
        field: "by_topic",
        reason: `topic '${topic}' is not in the taxonomy${nearest(topic, [...topics().keys()])}`,
      });
    }
  }
  if (amiss.length + flaws.length > 0) {
    return [...amiss, ...flaws.filter((flaw) => amiss.every((other) => other.field !== flaw.field))];
  }
  const split = Object.values(amounts(credit.by_topic)).reduce((sum, amount) => sum + amount, 0);
  const whole = credit.amount === undefined ? 0 : thousandths(credit.amount);
  const torn = Object.keys(credit.by_topic ?? {}).length > 0 && (credit.amount === undefined || split > whole);
  return torn ? [{ field: null, reason: "the parts of by_topic add up to more than the amount" }] : [];
}

/**
 * Make numbers of a credit's amounts.
 * @param {CreditDocument} credit
 */
function makeNumbers(credit) {
  /** @type {{field: string, reason: string}[]} */
  const amiss = [];
  for (const field of ["amount", "also", "by_topic", "points"]) {
    if (credit[field] === undefined) continue;
    try {
      const number = (/** @type {unknown} */ text) => units(thousandths(text));
      credit[field] = field === "amount" ? number(credit.amount) : mapped(credit[field], number);
    } catch (error) {
      amiss.push({ field, reason: /** @type {Error} */ (error).message });
    }
  }
  return amiss;
}

/**
 * @template Value
 * @param {Record<string, unknown> | null | undefined} table
 * @param {(value: unknown) => Value} change
 * @returns {Record<string, Value>}
 */
const mapped = (table, change) =>
  Object.fromEntries(Object.entries(table ?? {}).map(([name, value]) => [name, change(value)]));

/**
 * @param {{line: number, credit: CreditDocument}[]} kept
 * @returns {Duplicate[]}
 */
function duplicatesIn(kept) {
  /** @type {Map<string, number>} */
  const first = new Map();
  return kept.flatMap(({ line, credit }) => {
    const { id, title } = toEarned(credit);
    const sameAs = first.get(id);
    if (sameAs !== undefined) return [{ line, same_as: sameAs, title }];
    first.set(id, line);
    return [];
  });
}

/**
 * A credit unit by our name or by the words that certificates use.
 * @param {string} text
 * @param {Rules} rules
 */
function readUnit(text, rules) {
  const word = rules.transcript.unit_words[fold(text)];
  if (word !== undefined) return word;
  const known = rules.profile_schema.$defs.CreditUnit.enum;
  const name = strip(text).toLowerCase();
  if (known.includes(name)) return name;
  throw new Error(`'${text}' is no credit type we know${nearest(name, known)}`);
}

/**
 * @param {string} text
 * @param {Rules} rules
 */
function readActivity(text, rules) {
  const name = fold(text).replaceAll(" ", "_");
  const known = rules.profile_schema.$defs.Activity.enum;
  if (!known.includes(name)) throw new Error(`'${text}' is no activity we know${nearest(name, known)}`);
  return name;
}

/**
 * Topic ids, or the words that a provider uses for topics.
 * @param {string} text
 */
function readTopics(text) {
  const found = text
    .split(/[;|]/)
    .map(strip)
    .filter(Boolean)
    .flatMap((part) => {
      const named = topics().has(part) ? [part] : topicsOfSubject(part);
      if (named.length === 0) throw new Error(`'${part}' is no topic we know${nearest(part, [...topics().keys()])}`);
      return named;
    });
  return [...new Set(found)];
}

/**
 * "chemistry=1; hematology=0.5"
 * @param {string} text
 * @returns {Record<string, string>}
 */
function readParts(text) {
  const parts = text
    .split(";")
    .map(strip)
    .filter(Boolean)
    .map((part) => {
      const sign = part.indexOf("=");
      if (sign < 0) throw new Error(`'${part}' is not written as name=amount`);
      return [strip(part.slice(0, sign)), strip(part.slice(sign + 1))];
    });
  return Object.fromEntries(parts);
}

/** @type {Record<string, (text: string, rules: Rules) => unknown>} */
const READERS = {
  completed_on: readDay,
  unit: readUnit,
  activity: readActivity,
  topics: readTopics,
  guessed_topics: readTopics,
  also: readParts,
  by_topic: readParts,
  points: readParts,
  counted_toward: (text) => text.split(";").map(strip).filter(Boolean),
};

/**
 * A field as it stands in our CSV; the reverse of reading it.
 * @param {any} value
 * @returns {string}
 */
function written(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join("; ");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, amount]) => `${name}=${amount}`)
      .join("; ");
  return strip(String(value));
}

/** @param {string} cell */
const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
