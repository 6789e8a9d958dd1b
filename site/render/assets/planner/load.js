// The one file of opportunities: columns with dictionaries, back to the records that everything else reads.
//
// A record keeps the field names of catalog/views.py; a date is an ISO string and compares as one, an instant is ISO in
// UTC, money is minor units, credit is thousandths. What a page does not say is null.

import { fold } from "./taxonomy.js";

/**
 * @typedef {object} Credit
 * @property {number | null} thousandths
 * @property {string} unit
 * @property {string} source
 * @property {string[]} topics
 * @property {string | null} additive_group
 * @property {boolean} upper_bound
 * @property {boolean} provisional
 * @property {string | null} approved_through
 * @property {string | null} session_key the date to which it belongs, where it does not belong to all
 *
 * @typedef {object} Offer
 * @property {string} audience
 * @property {number | null} minor
 * @property {string | null} currency
 * @property {string} source
 * @property {string} url
 * @property {string | null} organization
 * @property {string | null} per
 * @property {string} scope
 * @property {string | null} starts_on
 * @property {string | null} through
 *
 * @typedef {object} Place
 * @property {string} text
 * @property {string | null} city
 * @property {string | null} region
 * @property {string | null} country
 * @property {[number, number] | null} point latitude and longitude of the city, where it is known
 *
 * @typedef {object} ScheduledSession
 * @property {string} key
 * @property {string} local_date
 * @property {string | null} local_time
 * @property {string | null} end_date
 * @property {string | null} end_time
 * @property {string | null} zone
 * @property {string | null} starts_at
 * @property {string | null} ends_at
 * @property {Place | null} place
 * @property {string | null} delivery
 * @property {string} status
 * @property {string | null} url
 * @property {string | null} registration_deadline
 *
 * @typedef {object} TopicAssignment
 * @property {string} topic
 * @property {"stated" | "confirmed" | "guessed"} origin
 * @property {number | null} confidence
 *
 * @typedef {object} Opportunity
 * @property {string} id
 * @property {string} kind
 * @property {string} title
 * @property {string} provider
 * @property {string} provider_name
 * @property {string} family
 * @property {string} url
 * @property {string} read_on
 * @property {boolean} sample
 * @property {string[]} keywords
 * @property {Credit[]} credits
 * @property {Offer[]} offers
 * @property {ScheduledSession[]} sessions
 * @property {TopicAssignment[]} topics
 * @property {string | null} delivery
 * @property {{at_least: number | null, at_most: number | null} | null} duration
 * @property {string | null} level
 * @property {string | null} language
 * @property {Place | null} place
 * @property {string | null} available_through
 * @property {string | null} apply_by
 * @property {string | null} retired_on
 * @property {string[]} prerequisites
 * @property {string[]} leads_to
 * @property {{source: string, url: string}[]} listings
 *
 * @typedef {object} PackageCover
 * @property {string | null} family
 * @property {string | null} source
 * @property {string[]} kinds
 * @property {string[]} units
 * @property {string[]} topics
 *
 * @typedef {object} Package
 * @property {string} id
 * @property {string} name
 * @property {string} source
 * @property {string} url
 * @property {PackageCover} covers
 * @property {string} effect
 * @property {string | null} organization
 * @property {number | null} minor
 * @property {string | null} currency
 * @property {number | null} percent
 * @property {number | null} cap_thousandths
 * @property {number | null} days
 * @property {string | null} read_on
 */
/**
 * One column: the same value in all rows, or a dictionary with the place of each row's value in it, or each row's own.
 * @typedef {{all: any} | {values: any[], at: number[]} | {each: any[]}} Column
 */
/**
 * Rows by columns. A table that stands inside another one has `counts`, the number of its rows that belong to each row
 * of the outer one, in order.
 * @typedef {{rows: number, columns: Record<string, Column>, counts?: Column, inner?: Record<string, Table>}} Table
 */
/**
 * @typedef {object} CatalogFile
 * @property {number} format
 * @property {boolean} sample
 * @property {Table} opportunities
 * @property {Table} packages
 * @property {import("./text.js").Vocabulary} vocabulary
 * @property {import("./figures.js").Figures} figures
 */

const FORMAT = 1;
const CLOSED = new Set(["cancelled", "full", "postponed"]);

/** A file that this page cannot read: it was made by another version. */
export class CatalogError extends Error {}

/** Stands wherever a row has none of something. */
const NONE = Object.freeze(/** @type {any[]} */ ([]));

/**
 * The records of a table, with the fields that its columns name. All are copies of one blank record, so that the
 * browser lays their fields out alike and at once.
 * @param {Table} table @returns {Record<string, any>[]}
 */
export function records({ rows, columns, inner = {} }) {
  const names = [...Object.keys(columns), ...Object.keys(inner)];
  const blank = JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))));
  const found = Array.from({ length: rows }, () => ({ ...blank }));
  for (const [name, column] of Object.entries(columns)) {
    const values = valuesOf(column, rows);
    found.forEach((record, row) => (record[name] = values[row]));
  }
  for (const [name, table] of Object.entries(inner)) {
    const parts = records(table);
    const counts = valuesOf(/** @type {Column} */ (table.counts), rows);
    let from = 0;
    found.forEach((record, row) => {
      record[name] = counts[row] === 0 ? NONE : parts.slice(from, from + counts[row]);
      from += counts[row];
    });
  }
  return found;
}

/** The value of each row. @param {Column} column @param {number} rows @returns {any[]} */
function valuesOf(column, rows) {
  if ("all" in column) return Array(rows).fill(column.all);
  return "each" in column ? column.each : column.at.map((place) => column.values[place]);
}

/**
 * The opportunities of a file in the order of their ids.
 * @param {CatalogFile} file @returns {Opportunity[]}
 */
export function opportunitiesOf(file) {
  if (file.format !== FORMAT) throw new CatalogError("This page is of another version than its data. Load it again.");
  const found = /** @type {Opportunity[]} */ (records(file.opportunities));
  for (const one of found) {
    one.url = one.url.replace(" ", fold(one.title).replaceAll(" ", "-"));
    for (const offer of one.offers) offer.url ??= one.url;
    for (const listing of one.listings) listing.url ??= one.url;
  }
  return found.sort((one, other) => compare(one.id, other.id));
}

/** @param {CatalogFile} file @returns {Package[]} */
export function packagesOf(file) {
  return /** @type {Package[]} */ (records(file.packages));
}

// What is computed from today: the same rules as the methods of catalog/views.py.

/** The day on which a session ends, or the day it starts where no end is stated. @param {ScheduledSession} session */
export function lastDay(session) {
  return session.end_date ?? session.local_date;
}

/**
 * Whether one could still attend: not past, not cancelled, not full, registration not over.
 * @param {ScheduledSession} session @param {string} today
 */
export function isOpen(session, today) {
  const deadline = session.registration_deadline;
  return !CLOSED.has(session.status) && lastDay(session) >= today && (deadline === null || deadline >= today);
}

/**
 * Sessions one could still attend, soonest first.
 * @param {Opportunity} opportunity @param {string} today
 */
export function openSessions(opportunity, today) {
  return opportunity.sessions
    .filter((session) => isOpen(session, today))
    .sort((one, other) => compare(one.local_date, other.local_date) || compare(one.key, other.key));
}

/**
 * Whether it can still be taken on a day.
 * @param {Opportunity} opportunity @param {string} today
 */
export function isLive(opportunity, today) {
  const ends = [opportunity.available_through, opportunity.apply_by];
  if (ends.some((end) => end !== null && end < today)) return false;
  if (opportunity.retired_on !== null && opportunity.retired_on <= today) return false;
  return opportunity.sessions.length === 0 || opportunity.sessions.some((session) => isOpen(session, today));
}

/**
 * The first day on which a credit's approval ends, or null where no end is stated.
 * @param {Opportunity} opportunity
 */
export function creditExpires(opportunity) {
  return least(opportunity.credits.map((credit) => credit.approved_through));
}

/**
 * The least of what is known, or null.
 * @param {(string | null)[]} days @returns {string | null}
 */
export function least(days) {
  return days.reduce((best, day) => (day !== null && (best === null || day < best) ? day : best), null);
}

/** Orders strings by code units, as Python orders plain ones. @param {string} one @param {string} other */
export function compare(one, other) {
  return one < other ? -1 : Number(one > other);
}
