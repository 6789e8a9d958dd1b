// A profile: what one technician holds, has done, likes and can spend. The twin of recommend/profile.py. A document is
// the profile as its file says it (plain units, only what is said), so that saving it loses nothing; a Profile is what
// the rules count with: thousandths, and every field filled in.

import { thousandths } from "./amounts.js";
import { ProblemList, fieldName, flawsOf, nearest, parseDocument } from "./documents.js";
import { strip } from "./sheets.js";
import { topics } from "./taxonomy.js";
import { amounts, toEarned } from "./transcript.js";

/** @typedef {import("./credential.js").Unit} Unit */
/** @typedef {import("./documents.js").Location} Location */
/** @typedef {import("./rules.js").Rules} Rules */
/** @typedef {import("./transcript.js").EarnedCredit} EarnedCredit */
/** @typedef {"active" | "voluntary" | "on_leave" | "expired"} HoldingStatus */

/** A profile as its file says it; checked, so that toProfile can read it. @typedef {Record<string, any>} ProfileDocument */

/**
 * What was done before the transcript begins; `by_requirement` is the part of `total` whose category is known.
 * @typedef {{total: number, by_requirement: Record<string, number>, about: boolean}} Opening
 */

/**
 * One credential that is held. The renewal period is `cycle_start` to `cycle_end` (its last day).
 * @typedef {object} Held
 * @property {string} id
 * @property {HoldingStatus} status
 * @property {string | null} certified_on
 * @property {string | null} cycle_start
 * @property {string | null} cycle_end
 * @property {boolean} first_cycle
 * @property {string[]} specialties
 * @property {string[]} new_specialties
 * @property {number | null} own_total
 * @property {Record<string, number>} own_requirements
 * @property {Opening | null} opening
 */

/**
 * A target of one's own.
 * @typedef {object} Target
 * @property {string} id
 * @property {string} name
 * @property {Unit} unit
 * @property {number} total
 * @property {string} starts_on
 * @property {string} due_on
 * @property {{id: string, label: string, needed: number, topics: string[]}[]} parts
 * @property {Opening | null} opening
 */

/**
 * A rule's figure that the technician looked up: "I checked" (no value) or "change it" (a value).
 * @typedef {{figure: string, value: number | null, on: string | null}} CheckedFigure
 */

/** A weekly window in which live sessions suit. @typedef {{days: string[], after: string, before: string}} FreeTime */

/**
 * Fields that only choosing reads keep the document's form; `null` where nothing is said.
 * @typedef {object} Profile
 * @property {boolean} sample
 * @property {string | null} name
 * @property {string} language
 * @property {string | null} time_zone
 * @property {string | null} employer
 * @property {Held[]} credentials
 * @property {Target[]} targets
 * @property {EarnedCredit[]} transcript
 * @property {string[]} interests
 * @property {string[]} topics
 * @property {string[]} liked
 * @property {string[]} disliked
 * @property {{amount: number, currency: string, minor: number} | null} budget
 * @property {string[]} memberships
 * @property {string[]} subscriptions
 * @property {string[]} formats
 * @property {FreeTime[]} free_times
 * @property {number | null} longest_minutes
 * @property {string[]} levels
 * @property {{city: string | null, region: string | null, country: string, miles: number | null} | null} home
 * @property {Record<string, any> | null} employer_pays
 * @property {string | null} goal
 * @property {string | null} goal_topic
 * @property {number} plan_days_before
 * @property {CheckedFigure[]} checked
 */

/** @returns {ProfileDocument} */
export const emptyProfile = () => ({ version: 1 });

/**
 * A document as JSON text, without what it does not say. Reading it again, here or with the command line, gives the same
 * profile.
 * @param {ProfileDocument} document
 * @returns {string}
 */
export const writeProfile = (document) => `${JSON.stringify(document, null, 2)}\n`;

/**
 * Read a profile from the text of a JSON file.
 * @param {string} text
 * @param {string} name the file in messages
 * @param {Rules} rules
 * @returns {ProfileDocument}
 * @throws {ProblemList} with line and field of everything that is wrong
 */
export function readProfile(text, name, rules) {
  const { data, lines } = parseDocument(text, name);
  const problems = flawsOfProfile(data, rules).map(({ location, message }) => {
    const places = location.map((_, length) => fieldName(location.slice(0, location.length - length)));
    const line = places.map((place) => lines.get(place)).find((found) => found !== undefined);
    return { line, field: fieldName(location) || undefined, message };
  });
  if (problems.length > 0) throw new ProblemList(name, problems);
  return data;
}

/**
 * What is wrong with a document, place by place; empty where nothing is.
 * @param {ProfileDocument} document
 * @param {Rules} rules
 * @returns {{location: Location, message: string}[]}
 */
export function flawsOfProfile(document, rules) {
  const { version } = document;
  const known = rules.profile_schema.properties.version.const;
  if (typeof version === "number" && version > known) {
    const message = `${version} is newer than the ${known} that this page knows; open the file with a newer page`;
    return [{ location: ["version"], message }];
  }
  const flaws = flawsOf(rules.profile_schema, rules.profile_schema, document);
  return flaws.length > 0 ? flaws : misfits(document);
}

/**
 * A checked document as the rules count with it: thousandths, every field filled in.
 * @param {ProfileDocument} document
 * @param {Rules} rules
 * @returns {Profile}
 */
export function toProfile(document, rules) {
  const said = (/** @type {string} */ name, /** @type {any} */ silent) => document[name] ?? silent;
  return {
    sample: said("sample", false),
    name: said("name", null),
    language: said("language", "en"),
    time_zone: said("time_zone", null),
    employer: document.employer ? strip(document.employer) : null,
    credentials: said("credentials", []).map(toHeld),
    targets: said("targets", []).map(toTarget),
    transcript: said("transcript", []).map(toEarned),
    interests: said("interests", []).map(strip),
    topics: said("topics", []),
    liked: said("liked", []),
    disliked: said("disliked", []),
    budget: document.budget ? toBudget(document.budget) : null,
    memberships: said("memberships", []).map(strip),
    subscriptions: said("subscriptions", []).map(strip),
    formats: said("formats", []),
    free_times: said("free_times", []),
    longest_minutes: said("longest_minutes", null),
    levels: said("levels", []),
    home: document.home ? { city: null, region: null, country: "US", miles: null, ...document.home } : null,
    employer_pays: said("employer_pays", null),
    goal: said("goal", null),
    goal_topic: said("goal_topic", null),
    plan_days_before: said("plan_days_before", rules.plan_days_before),
    checked: said("checked", []).map(toChecked),
  };
}

/**
 * @param {Record<string, any>} held
 * @returns {Held}
 */
function toHeld(held) {
  return {
    id: held.id,
    status: held.status ?? "active",
    certified_on: held.certified_on ?? null,
    cycle_start: held.cycle_start ?? null,
    cycle_end: held.cycle_end ?? null,
    first_cycle: held.first_cycle ?? false,
    specialties: held.specialties ?? [],
    new_specialties: held.new_specialties ?? [],
    own_total: optional(held.own_total),
    own_requirements: amounts(held.own_requirements),
    opening: toOpening(held.opening),
  };
}

/**
 * @param {Record<string, any>} target
 * @returns {Target}
 */
function toTarget(target) {
  return {
    id: target.id,
    name: strip(target.name),
    unit: target.unit ?? "hours",
    total: thousandths(target.total),
    starts_on: target.starts_on,
    due_on: target.due_on,
    parts: (target.parts ?? []).map((/** @type {Record<string, any>} */ part) => ({
      id: part.id,
      label: strip(part.label),
      needed: thousandths(part.needed),
      topics: part.topics ?? ["any"],
    })),
    opening: toOpening(target.opening),
  };
}

/**
 * @param {Record<string, any> | null | undefined} opening
 * @returns {Opening | null}
 */
function toOpening(opening) {
  if (!opening) return null;
  const { total, by_requirement: parts, about = false } = opening;
  return { total: thousandths(total), by_requirement: amounts(parts), about };
}

/**
 * @param {Record<string, any>} checked
 * @returns {CheckedFigure}
 */
const toChecked = ({ figure, value, on = null }) => ({ figure, value: optional(value), on });

/** @param {{amount: number | string, currency?: string}} budget */
function toBudget({ amount, currency = "USD" }) {
  return { amount: Number(amount), currency, minor: Math.round(Number(amount) * 100) };
}

/** @param {unknown} amount */
const optional = (amount) => (amount === null || amount === undefined ? null : thousandths(amount));

/**
 * What the schema cannot say: topics that are not there, parts larger than their whole, ends before beginnings.
 * @param {ProfileDocument} document
 * @returns {{location: Location, message: string}[]}
 */
function misfits(document) {
  /** @type {{location: Location, message: string}[]} */
  const found = [];
  const look = (/** @type {Location} */ location, /** @type {() => string | null} */ flaw) => {
    const message = flaw();
    if (message !== null) found.push({ location, message });
  };
  for (const [location, topic] of topicsNamed(document)) look(location, () => unknownTopic(topic));
  for (const [location, amount] of amountsNamed(document)) look(location, () => inexact(amount));
  for (const [location, amount] of moneyNamed(document)) look(location, () => noMoney(amount));
  if (found.length > 0) return found;
  const [credentials, targets] = [document.credentials ?? [], document.targets ?? []];
  for (const [index, held] of credentials.entries()) {
    look(["credentials", index], () => after(held, "cycle_start", "cycle_end"));
    look(["credentials", index, "opening"], () => overfull(held.opening, "by_requirement", "total"));
  }
  for (const [index, target] of targets.entries()) {
    const parts = target.parts ?? [];
    const whole = Object.fromEntries(
      parts.map((/** @type {any} */ part, /** @type {number} */ place) => [place, part.needed]),
    );
    look(["targets", index], () => after(target, "starts_on", "due_on"));
    look(["targets", index, "opening"], () => overfull(target.opening, "by_requirement", "total"));
    look(["targets", index], () => overfull({ parts: whole, total: target.total }, "parts", "total"));
  }
  for (const [index, credit] of (document.transcript ?? []).entries()) {
    look(["transcript", index], () => overfull(credit, "by_topic", "amount"));
  }
  for (const [index, free] of (document.free_times ?? []).entries()) {
    look(["free_times", index], () => after(free, "after", "before"));
  }
  look(["time_zone"], () => unknownZone(document.time_zone));
  look(["credentials"], () => twice(credentials));
  look(["targets"], () => twice(targets));
  look(["targets"], () => twice([...credentials, ...targets]));
  return found;
}

/**
 * @param {ProfileDocument} document
 * @returns {[Location, string][]}
 */
function topicsNamed(document) {
  /** @type {[Location, string][]} */
  const named = [];
  const list = (/** @type {Location} */ at, /** @type {string[] | undefined} */ ids) =>
    (ids ?? []).forEach((topic, index) => named.push([[...at, index], topic]));
  list(["topics"], document.topics);
  if (document.goal_topic) named.push([["goal_topic"], document.goal_topic]);
  for (const [index, held] of (document.credentials ?? []).entries()) {
    for (const field of ["specialties", "new_specialties"]) list(["credentials", index, field], held[field]);
  }
  for (const [index, target] of (document.targets ?? []).entries()) {
    for (const [place, part] of (target.parts ?? []).entries()) {
      const stated = (part.topics ?? []).filter((/** @type {string} */ topic) => topic !== "any");
      list(["targets", index, "parts", place, "topics"], stated);
    }
  }
  for (const [index, credit] of (document.transcript ?? []).entries()) {
    for (const field of ["topics", "guessed_topics"]) list(["transcript", index, field], credit[field]);
    list(["transcript", index, "by_topic"], Object.keys(credit.by_topic ?? {}));
  }
  return named;
}

const AMOUNT_FIELDS = new Set(["total", "own_total", "needed", "value"]);
const AMOUNT_TABLES = new Set(["by_requirement", "own_requirements", "also", "by_topic", "points"]);

/**
 * Every amount of credit in a document with its place.
 * @param {ProfileDocument} document
 * @returns {[Location, unknown][]}
 */
function amountsNamed({ credentials = [], targets = [], transcript = [], checked = [] }) {
  /** @type {(value: any, at: Location) => [Location, unknown][]} */
  const inside = (value, at) =>
    Object.entries(value ?? {}).flatMap(([key, each]) => {
      const place = [...at, Array.isArray(value) ? Number(key) : key];
      const stands =
        AMOUNT_FIELDS.has(key) || AMOUNT_TABLES.has(String(at.at(-1))) || (key === "amount" && at[0] === "transcript");
      if (stands && typeof each !== "object") return [/** @type {[Location, unknown]} */ ([place, each])];
      return typeof each === "object" ? inside(each, place) : [];
    });
  return inside({ credentials, targets, transcript, checked }, []);
}

const MONEY_FIELDS = ["amount", "allowance_per_year", "allowance_used", "tuition_cap", "tuition_used"];
const MONEY = /^\d{1,7}(\.\d{1,2})?$/;

/**
 * Every amount of money in a document with its place.
 * @param {ProfileDocument} document
 * @returns {[Location, unknown][]}
 */
function moneyNamed(document) {
  return ["budget", "employer_pays"].flatMap((table) =>
    MONEY_FIELDS.flatMap((field) => {
      const amount = document[table]?.[field] ?? null;
      return amount === null ? [] : [/** @type {[Location, unknown]} */ ([[table, field], amount])];
    }),
  );
}

/** @param {unknown} amount */
const noMoney = (amount) =>
  MONEY.test(String(amount)) ? null : `${JSON.stringify(amount)} is no amount of money; write 120 or 99.50`;

/** @param {unknown} amount */
function inexact(amount) {
  try {
    thousandths(amount);
    return null;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** @param {string} topic */
const unknownTopic = (topic) =>
  topics().has(topic) ? null : `topic '${topic}' is not in the taxonomy${nearest(topic, [...topics().keys()])}`;

/**
 * @param {Record<string, any>} table
 * @param {string} first
 * @param {string} second
 */
function after(table, first, second) {
  const [start, end] = [table[first], table[second]];
  return start && end && end <= start ? `${second} ${end} is not after ${first} ${start}` : null;
}

/**
 * @param {Record<string, any> | null | undefined} table
 * @param {string} parts
 * @param {string} whole
 */
function overfull(table, parts, whole) {
  const sum = Object.values(amounts(table?.[parts])).reduce((total, amount) => total + amount, 0);
  if (!table || Object.keys(table[parts] ?? {}).length === 0) return null;
  const most = optional(table[whole]);
  return most === null || sum > most ? `the ${parts} add up to more than the ${whole}` : null;
}

/** @param {string | null | undefined} zone */
function unknownZone(zone) {
  try {
    if (zone) new Intl.DateTimeFormat("en", { timeZone: zone });
    return null;
  } catch {
    return `'${zone}' is no time zone${nearest(zone ?? "", Intl.supportedValuesOf("timeZone"))}`;
  }
}

/** @param {{id: string}[]} entries */
function twice(entries) {
  const ids = entries.map((entry) => entry.id);
  const found = ids.find((id, index) => ids.indexOf(id) < index);
  return found === undefined ? null : `'${found}' stands twice`;
}
