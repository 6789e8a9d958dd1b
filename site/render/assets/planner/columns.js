// What a ranking needs of every opportunity, laid out once a day as columns of numbers: the twin of recommend/columns.py.
//
// Nothing here knows a person. Few kinds stand for many opportunities, and fewer different worths for those: what counts
// under a credential is reckoned once for all opportunities whose credits are the same and whose topics fit the same
// requirements.

import { isStudy } from "./benefits.js";
import { bundleOf, countsFor, isConfirmed, topicOrigin } from "./counting.js";
import { daysBetween } from "./dates.js";
import { figures, fill } from "./figures.js";
import { creditExpires, isLive, lastDay, least, openSessions } from "./load.js";
import { covers, holds, organizationOf, publicOffer } from "./price.js";
import { fold } from "./taxonomy.js";

/**
 * @typedef {import("./load.js").Credit} Credit
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {import("./load.js").Package} Package
 * @typedef {import("./load.js").ScheduledSession} ScheduledSession
 * @typedef {import("./counting.js").CountsFor} CountsFor
 * @typedef {import("./counting.js").TopicOrigin} TopicOrigin
 * @typedef {import("./credential.js").Credential} Credential
 * @typedef {import("./credential.js").Requirement} Requirement
 * @typedef {import("./profile.js").Profile} Profile
 *
 * @typedef {{confirmed: number[], likely: number[]}} Worth what credit is worth toward each requirement, in thousandths
 *
 * @typedef {object} CredentialColumns
 * @property {string[]} requirements
 * @property {boolean[]} isRemainder
 * @property {Worth[]} worths each different worth once
 * @property {Int32Array} worth the line of each opportunity in them
 * @property {CountsFor[][]} counted what each different kind of opportunity counts for
 * @property {Int32Array} kind the line of each opportunity in it
 * @property {Uint8Array} named 1 where it counts for anything
 */

/** What is laid out before anybody asks, in the order in which it is needed. */
const PREPARED = /** @type {const} */ ([
  ...["credits", "topics", "ending", "publicPrices", "offersForSome", "collegeStudies", "withoutCredit"],
  ...["minutes", "levels", "withSessions", "rowsByName"],
]);

/** The earliest day on which it could be finished. @param {Opportunity} one @param {string} today */
export function dayTaken(one, today) {
  const [following] = openSessions(one, today);
  return following === undefined ? today : lastDay(following);
}

/**
 * The last day on which something can still be had of it: to register, to take it, or for its credit.
 * @param {Opportunity} one @param {string} today @returns {string | null}
 */
export function lastChance(one, today) {
  const last = openSessions(one, today).at(-1);
  const ends = [one.available_through, one.apply_by, creditExpires(one)];
  if (last !== undefined) ends.push(last.registration_deadline ?? last.local_date);
  return least(ends.filter((end) => end !== null && end >= today));
}

/** Whether all credit that it is known to give is a college's. @param {Opportunity} one */
export function isCollegeStudy({ kind, credits }) {
  const others = credits.filter(({ unit }) => !figures.college_units.includes(unit));
  return isStudy(kind) ? others.every(({ unit }) => unit === "unstated") : credits.length > 0 && others.length === 0;
}

/** The live opportunities of one day, in the order of ids, and their columns; each is laid out when it is asked for. */
export class Columns {
  /** @type {Map<string, unknown>} */
  #kept = new Map();
  /** By the very object, then by what it says: the same rules are made anew for each profile. @type {WeakMap<Credential, CredentialColumns>} */
  #credentials = new WeakMap();

  /** @param {readonly Opportunity[]} opportunities @param {readonly Package[]} packages @param {string} today */
  constructor(opportunities, packages, today) {
    this.today = today;
    this.opportunities = opportunities.filter((one) => isLive(one, today));
    this.packages = packages;
    this.rowOf = new Map(this.opportunities.map((one, row) => [one.id, row]));
  }

  get length() {
    return this.opportunities.length;
  }

  /** Lay out one more of the columns that a first list or a move needs; false where all are there. */
  prepare() {
    const name = PREPARED.find((one) => !this.#kept.has(one));
    return name !== undefined && Boolean(this[name]);
  }

  /** @template T @param {string} name @param {() => T} make @returns {T} */
  #once(name, make) {
    return /** @type {T} */ (fill(this.#kept, name, make));
  }

  /** A number for each row, NaN where it is not known. @param {(one: Opportunity) => number | null} value */
  column(value) {
    const found = new Float64Array(this.length);
    for (let row = 0; row < found.length; row += 1) found[row] = value(this.opportunities[row]) ?? NaN;
    return found;
  }

  /** What anybody pays, in minor units of US dollars. */
  get publicPrices() {
    return this.#once("publicPrices", () =>
      this.column((one) => {
        const offer = publicOffer(one, this.today);
        return offer === undefined ? null : inDollars(offer);
      }),
    );
  }

  /** Rows of the opportunities that have a price for those of an organization, by its name. @returns {Map<string, number[]>} */
  get offersForSome() {
    return this.#once("offersForSome", () => {
      const found = new Map();
      this.opportunities.forEach((one, row) => {
        for (const offer of one.offers) {
          if (offer.audience !== "public" || offer.organization) fill(found, organizationOf(offer, one), () => []).push(row);
        }
      });
      return found;
    });
  }

  /** The packages that a profile holds. @param {Profile} profile */
  held(profile) {
    return this.packages.filter((bought) => holds(profile, bought));
  }

  /** Rows that a package covers. @param {Package} bought @returns {number[]} */
  covered(bought) {
    return this.#once(`covered ${bought.id}`, () =>
      this.opportunities.flatMap((one, row) => (covers(bought, one) ? [row] : [])),
    );
  }

  /** 1 where no credit is stated at all. */
  get withoutCredit() {
    return this.#once("withoutCredit", () => Uint8Array.from(this.opportunities, ({ credits }) => Number(credits.length === 0)));
  }

  /** Rows whose credit is a college's alone. @returns {number[]} */
  get collegeStudies() {
    return this.#once("collegeStudies", () => this.opportunities.flatMap((one, row) => (isCollegeStudy(one) ? [row] : [])));
  }

  /** 1 where today is the last chance, 0 where it is so far off that it does not press, or not known. */
  get ending() {
    return this.#once("ending", () =>
      this.column((one) => {
        const end = lastChance(one, this.today);
        const days = end === null ? figures.closing_days : daysBetween(this.today, end);
        return Math.min(Math.max(1 - days / figures.closing_days, 0), 1);
      }),
    );
  }

  /** Rows by folded title, by address and by id: how a transcript names what was taken. @returns {Map<string, number[]>} */
  get rowsByName() {
    return this.#once("rowsByName", () => {
      /** @type {Map<string, number[]>} */
      const found = new Map();
      this.opportunities.forEach((one, row) => {
        for (const name of new Set([one.id, fold(one.title), one.url, ...one.listings.map(({ url }) => url)])) {
          fill(found, name, () => []).push(row);
        }
      });
      return found;
    });
  }

  /** The length at most, in minutes. */
  get minutes() {
    return this.#once("minutes", () => this.column(({ duration }) => duration?.at_most ?? null));
  }

  /** The levels of instruction that each states. @returns {string[][]} */
  get levels() {
    return this.#once("levels", () => this.opportunities.map(({ level }) => levelsOf(level)));
  }

  /** Rows that have dates, with the dates that are still open. @returns {{row: number, sessions: ScheduledSession[]}[]} */
  get withSessions() {
    return this.#once("withSessions", () =>
      this.opportunities.flatMap((one, row) =>
        one.sessions.length > 0 ? [{ row, sessions: openSessions(one, this.today) }] : [],
      ),
    );
  }

  /** What each opportunity is worth under one credential, as it is held. @param {Credential} credential */
  credential(credential) {
    return fill(this.#credentials, credential, () =>
      this.#once(`credential ${JSON.stringify(credential)}`, () => this.#reckon(credential)),
    );
  }

  /**
   * A number for each row; equal where kind and credits are, so that they count alike if their topics fit alike. Of a
   * source it only matters whether it is the same as another credit's, of an approval whether it has ended.
   */
  get credits() {
    return this.#once("credits", () => {
      /** @type {Map<string, number>} */
      const known = new Map();
      const numbers = this.opportunities.map((one, row) => {
        const on = this.finished[row];
        const told = one.credits.map((credit) => {
          const first = one.credits.findIndex(({ source }) => source === credit.source);
          const over = on !== null && credit.approved_through !== null && credit.approved_through < on;
          return `${counted(credit)} ${first} ${over}`;
        });
        return fill(known, `${one.kind}|${told.join("|")}`, () => known.size);
      });
      return { numbers, count: known.size };
    });
  }

  /** The day on which the approval of its credit has to hold; null where none of them ends. @returns {(string | null)[]} */
  get finished() {
    return this.#once("finished", () =>
      this.opportunities.map((one) => {
        return one.credits.some((credit) => credit.approved_through) ? dayTaken(one, this.today) : null;
      }),
    );
  }

  /** The topics of all rows, one behind the other, each by its place in `names`; a row's own end where `ends` says. */
  get topics() {
    return this.#once("topics", () => {
      /** @type {Map<string, number>} */
      const names = new Map();
      /** @type {[number[], TopicOrigin[]]} */
      const [places, origins] = [[], []];
      const ends = this.opportunities.map(({ topics }) => {
        for (const { topic, origin } of topics) {
          places.push(fill(names, topic, () => names.size));
          origins.push(origin);
        }
        return places.length;
      });
      return { names: [...names.keys()], places, origins, ends };
    });
  }

  /** @param {Credential} credential @returns {CredentialColumns} */
  #reckon(credential) {
    const parts = credential.requirements.filter(({ kind }) => kind !== "per_specialty");
    const place = new Map(parts.map(({ id }, number) => [id, number]));
    const { numbers: credits, count } = this.credits;
    const fits = fitting(parts, this.topics);
    /** @type {CountsFor[][]} */
    const counted = [];
    /** By fit and credits. @type {Map<number, number>} */
    const known = new Map();
    /** @type {Map<number, ReturnType<typeof bundleOf>>} */
    const bundles = new Map();
    const kind = Int32Array.from(this.opportunities, (one, row) =>
      fill(known, fits[row] * count + credits[row], () => {
        const on = this.finished[row];
        const bundle = fill(bundles, credits[row], () => bundleOf(one, credential, on));
        return counted.push(countsFor(one, credential, on, bundle)) - 1;
      }),
    );
    /** By what it says. @type {Map<string, number>} */
    const lines = new Map();
    /** @type {Worth[]} */
    const worths = [];
    const line = counted.map((rows) => {
      const worth = worthOf(rows, place);
      return fill(lines, `${worth.confirmed} ${worth.likely}`, () => worths.push(worth) - 1);
    });
    return {
      requirements: parts.map(({ id }) => id),
      isRemainder: parts.map(({ kind: told }) => told === "remainder"),
      worths,
      worth: kind.map((at) => line[at]),
      counted,
      kind,
      named: Uint8Array.from(kind, (at) => Number(counted[at].length > 0)),
    };
  }
}

/** All of a credit that decides what it counts for, besides its source and the end of its approval. @param {Credit} credit */
function counted({ thousandths, unit, topics, additive_group: group, upper_bound: most, provisional, session_key: key }) {
  return `${thousandths} ${unit} ${topics} ${group} ${most} ${provisional} ${key}`;
}

/**
 * A number for each row, the same for those whose topics fit the same requirements, by who says them.
 * @param {Requirement[]} parts @param {Columns["topics"]} topics
 */
function fitting(parts, { names, places, origins, ends }) {
  const fits = names.map((topic) =>
    parts.reduce((bits, part, at) => bits | (topicOrigin(part, { stated: [topic] }) === null ? 0 : 1 << at), 0),
  );
  const size = 2 ** parts.length;
  /** @type {Map<number, number>} */
  const numbers = new Map();
  let at = 0;
  return ends.map((end) => {
    let [confirmed, stated, guessed, said] = [0, 0, 0, 0];
    for (; at < end; at += 1) {
      const bits = fits[places[at]];
      if (origins[at] === "guessed") guessed |= bits;
      else if (origins[at] === "stated") stated |= bits;
      else confirmed |= bits;
      if (origins[at] !== "guessed") said = 1;
    }
    return fill(numbers, ((confirmed * size + stated) * size + guessed) * 2 + said, () => numbers.size);
  });
}

/** @param {CountsFor[]} rows @param {Map<string, number>} place @returns {Worth} */
function worthOf(rows, place) {
  const [confirmed, likely] = [Array(place.size).fill(0), Array(place.size).fill(0)];
  for (const row of rows) {
    const at = /** @type {number} */ (place.get(row.requirement));
    confirmed[at] += isConfirmed(row) ? (row.thousandths ?? 0) : 0;
    likely[at] += row.likely_thousandths ?? 0;
  }
  return { confirmed, likely };
}

/**
 * A price that can be compared: null where it is not known, or in another currency.
 * @param {{minor: number | null, currency: string | null}} found
 */
export function inDollars({ minor, currency }) {
  return minor && currency !== figures.currency ? null : minor;
}

/**
 * The levels of instruction that a page's own words name: "Basic, Intermediate" is two, "All" is none.
 * @param {string | null} stated @returns {string[]}
 */
export function levelsOf(stated) {
  const told = new Set(fold(stated ?? "").split(" "));
  const levels = Object.entries(figures.level_words);
  return levels.filter(([, names]) => names.some((name) => told.has(name))).map(([level]) => level);
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const CLOCKS = new Map();

/**
 * When a session starts by the clock of a zone, as a day of the week ("mon") and a time ("18:30"); null where its time
 * or one of the zones is not known.
 * @param {ScheduledSession} session @param {string | null} zone
 */
export function localStart(session, zone) {
  if (session.starts_at === null || zone === null) return null;
  const clock = fill(CLOCKS, zone, () =>
    new Intl.DateTimeFormat("en-US", {
      ...{ timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    }),
  );
  const parts = Object.fromEntries(clock.formatToParts(new Date(session.starts_at)).map(({ type, value }) => [type, value]));
  return { day: parts.weekday.toLowerCase(), time: `${parts.hour}:${parts.minute}:${parts.second}` };
}
