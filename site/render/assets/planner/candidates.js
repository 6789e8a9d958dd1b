// What a plan may choose from: the twin of recommend/candidates.py. Only credits with a stated or confirmed topic and a
// known amount are here, and what cannot be part of any best plan is left out by the same exact reduction.

import { THOUSANDTHS } from "./amounts.js";
import { benefitFor, benefitsOf } from "./benefits.js";
import { dayTaken } from "./columns.js";
import { countsFor, isConfirmed } from "./counting.js";
import { addDays } from "./dates.js";
import { figures, fill } from "./figures.js";
import { lastDay, openSessions } from "./load.js";
import { discounted, holds, priceWith } from "./price.js";
import { openCredentials } from "./rank.js";

const MINUTES_OF_HOUR = 60;

/** @typedef {import("./benefits.js").Benefit} Benefit */
/** @typedef {import("./counting.js").CountsFor} CountsFor */
/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./load.js").Opportunity} Opportunity */
/** @typedef {import("./load.js").Package} Package */
/** @typedef {import("./load.js").ScheduledSession} ScheduledSession */
/** @typedef {import("./profile.js").Profile} Profile */
/** @typedef {import("./rank.js").Parts} Parts */
/** @typedef {import("./rank.js").Person} Person */
/** @typedef {import("./rank.js").Ranking} Ranking */
/** @typedef {import("./shortfall.js").CredentialOwed} CredentialOwed */

/**
 * What one credential still needs, surely counted, and the last day on which a plan may earn it. Amounts are
 * thousandths; `caps` holds what each cap still takes.
 * @typedef {object} Need
 * @property {string} credential
 * @property {string} name
 * @property {string} unit
 * @property {{id: string, label: string, still: number, splittable: boolean}[]} minimums
 * @property {{id: string, label: string} | null} rest
 * @property {number} total
 * @property {Map<string, number>} caps
 * @property {string | null} last_day
 */
/**
 * One credit of a candidate under one need: its amount, the open minimums it fits, whether it fits the rest.
 * @typedef {object} Piece
 * @property {number} need
 * @property {number} amount
 * @property {number[]} fits
 * @property {boolean} rest
 * @property {string | null} cap
 * @property {CountsFor} row
 */
/**
 * One way to take one opportunity. `prices` maps a package's position (null: without one) to minor units; `amounts` is
 * equal where the same is closed.
 * @typedef {object} Candidate
 * @property {Opportunity} opportunity
 * @property {ScheduledSession | null} session
 * @property {Piece[]} pieces
 * @property {string} amounts
 * @property {Map<number | null, number>} prices
 * @property {number} hours
 * @property {number} minutes
 * @property {number} dullness
 * @property {number} order
 * @property {number | null} pot
 */
/**
 * @typedef {object} Pool
 * @property {Need[]} needs
 * @property {Package[]} packages
 * @property {Candidate[]} candidates
 * @property {number} considered
 * @property {Candidate[]} without_price
 * @property {Opportunity[]} only_likely
 * @property {Benefit[]} benefits
 * @property {Set<number>} held
 * @property {Set<string>} insisted
 */

/**
 * The benefit that pays for packages: the allowance.
 * @param {Pool} pool
 */
export function packagePot({ benefits }) {
  const found = benefits.findIndex((benefit) => !benefit.is_tuition);
  return found < 0 ? null : found;
}

/**
 * What is still needed of every credential whose renewal period is not over.
 * @param {Person} person
 * @returns {Need[]}
 */
export function needsOf(person) {
  return openCredentials(person).flatMap(({ answer, credential }) =>
    answer.still_confirmed ? [needOf(answer, credential)] : [],
  );
}

/**
 * @param {CredentialOwed} answer
 * @param {Credential} credential
 * @returns {Need}
 */
function needOf(answer, credential) {
  const splittable = new Map(credential.requirements.map((part) => [part.id, part.splittable]));
  const rest = answer.requirements.find((part) => part.kind === "remainder");
  return {
    credential: answer.id,
    name: answer.short_name,
    unit: answer.unit,
    minimums: answer.requirements.flatMap(({ id, label, kind, still_confirmed: still }) =>
      kind === "minimum" && still ? [{ id, label, still, splittable: splittable.get(id) ?? false }] : [],
    ),
    rest: rest ? { id: rest.id, label: rest.label } : null,
    total: answer.still_confirmed ?? 0,
    caps: new Map(
      answer.caps.flatMap(({ id, most, confirmed }) => (most === null ? [] : [[id, Math.max(0, most - confirmed)]])),
    ),
    last_day: answer.plan_by,
  };
}

/**
 * Everything that a plan for this person may choose from, in the order of ids and dates. Opportunities whose ids are in
 * `without` are as if they did not exist; those in `insisted` have to be taken.
 * @param {Ranking} ranking
 * @param {Person} person
 * @param {Parts} parts
 * @param {ReadonlySet<string>} without
 * @param {Set<string>} insisted
 * @returns {Pool}
 */
export function poolOf(ranking, person, parts, without, insisted) {
  const maker = new Maker(ranking, person, parts);
  /** @type {Candidate[]} */
  const candidates = [];
  /** @type {Opportunity[]} */
  const likely = [];
  ranking.columns.opportunities.forEach((opportunity, row) => {
    if (!parts.listed[row] || without.has(opportunity.id)) return;
    const ways = maker.ways(row);
    for (const { session, pieces } of ways) candidates.push(maker.candidate(row, session, pieces, candidates.length));
    if (ways.length === 0 && maker.likelyCloses(row)) likely.push(opportunity);
  });
  const priced = candidates.filter((candidate) => candidate.prices.size > 0);
  const used = new Set(priced.flatMap((candidate) => coverOf(candidate)));
  const useful = [...used].sort((one, other) => one - other);
  return {
    needs: maker.needs,
    packages: useful.map((number) => maker.packages[number]),
    candidates: priced.map((candidate) => renumbered(candidate, useful)),
    considered: new Set(priced.map(({ opportunity }) => opportunity.id)).size,
    without_price: candidates.filter((candidate) => candidate.prices.size === 0),
    only_likely: likely,
    benefits: maker.benefits,
    held: new Set(useful.flatMap((number, place) => (holds(person.profile, maker.packages[number]) ? [place] : []))),
    insisted,
  };
}

/** Makes the candidates of one person, reading what the ranking has laid out already. */
class Maker {
  /**
   * @param {Ranking} ranking
   * @param {Person} person
   * @param {Parts} parts
   */
  constructor(ranking, person, parts) {
    const { columns, today } = ranking;
    this.ranking = ranking;
    this.person = person;
    this.parts = parts;
    this.needs = needsOf(person);
    this.packages = packagesOf(columns.packages, person.profile);
    this.prices = ranking.prices(person.profile, unlimited(columns.held(person.profile)));
    this.benefits = benefitsOf(person.profile, today, figures.currency);
    this.covered = this.packages.map((bought) => new Set(columns.covered(bought)));
    this.counted = this.needs.map((need) => columns.credential(this.credential(need)));
    this.open = openCredentials(person).map(({ credential }) => columns.credential(credential));
  }

  /** @param {Need} need @returns {Credential} */
  credential(need) {
    return /** @type {Credential} */ (this.person.credentials.get(need.credential));
  }

  /**
   * One way to take the opportunity of one row.
   * @param {number} row
   * @param {ScheduledSession | null} session
   * @param {Piece[]} pieces
   * @param {number} order
   * @returns {Candidate}
   */
  candidate(row, session, pieces, order) {
    const opportunity = this.ranking.columns.opportunities[row];
    const { text, topic } = this.parts.columns;
    const hours = Math.max(0, ...opportunity.credits.map(({ thousandths }) => thousandths ?? 0));
    return {
      opportunity,
      session,
      pieces,
      amounts: JSON.stringify(pieces.map(({ need, fits, rest, cap, amount }) => [need, fits, rest, cap, amount])),
      prices: this.pricesOf(row, session),
      hours,
      minutes: opportunity.duration?.at_most ?? (hours / THOUSANDTHS) * MINUTES_OF_HOUR,
      dullness: 1 - (text[row] + topic[row]) / 2,
      order,
      pot: this.pot(opportunity.kind),
    };
  }

  /** @param {string} kind */
  pot(kind) {
    const benefit = benefitFor(kind, this.person.profile, this.ranking.today);
    const found = this.benefits.findIndex(({ is_tuition: tuition }) => tuition === benefit?.is_tuition);
    return benefit === null || found < 0 ? null : found;
  }

  /**
   * Each way to take an opportunity with what it surely closes; empty where it surely closes nothing.
   * @param {number} row
   */
  ways(row) {
    const { today, columns } = this.ranking;
    const sessions = openSessions(columns.opportunities[row], today).slice(0, figures.sessions_at_most);
    /** @type {(ScheduledSession | null)[]} */
    const open = sessions.length > 0 ? sessions : [null];
    return open
      .map((session) => ({ session, pieces: this.piecesOf(row, session, session ? lastDay(session) : today) }))
      .filter(({ pieces }) => pieces.length > 0);
  }

  /**
   * @param {number} row
   * @param {ScheduledSession | null} session
   * @param {string} finished
   */
  piecesOf(row, session, finished) {
    return this.needs.flatMap((need, number) =>
      need.last_day === null || finished <= need.last_day
        ? piecesUnder(this.rows(row, number, finished), session, need, number)
        : [],
    );
  }

  /**
   * What an opportunity counts for under one need when finished on a day; laid out for the earliest day.
   * @param {number} row
   * @param {number} number
   * @param {string} finished
   */
  rows(row, number, finished) {
    const { columns, today } = this.ranking;
    const opportunity = columns.opportunities[row];
    if (finished === dayTaken(opportunity, today)) return rowsOf(this.counted[number], row);
    return countsFor(opportunity, this.credential(this.needs[number]), finished);
  }

  /**
   * Whether something of it counts only probably.
   * @param {number} row
   */
  likelyCloses(row) {
    return this.open.some((columns) =>
      rowsOf(columns, row).some((one) => !isConfirmed(one) && Boolean(one.likely_thousandths)),
    );
  }

  /**
   * What it costs without and with each package that could be bought; what is not known is not there.
   * @param {number} row
   * @param {ScheduledSession | null} session
   */
  pricesOf(row, session) {
    const base = Number.isNaN(this.prices[row]) ? null : this.prices[row];
    /** @type {Map<number | null, number>} */
    const prices = new Map();
    if (base !== null) prices.set(null, base);
    this.packages.forEach((bought, number) => {
      if (base === 0 || !this.covered[number].has(row) || !this.lasts(bought, session)) return;
      const minor = this.under(row, bought, base);
      if (minor !== null && (base === null || minor < base)) prices.set(number, minor);
    });
    return prices;
  }

  /**
   * Whether a package that is bought today still runs when a date is over.
   * @param {Package} bought
   * @param {ScheduledSession | null} session
   */
  lasts(bought, session) {
    return session === null || bought.days === null || lastDay(session) <= addDays(this.ranking.today, bought.days);
  }

  /**
   * What it costs once a package is held; null where the package changes nothing that is known.
   * @param {number} row
   * @param {Package} bought
   * @param {number | null} base
   */
  under(row, bought, base) {
    if (bought.effect === "free") return 0;
    if (bought.effect === "percent") {
      return base === null || bought.percent === null ? null : discounted(base, bought.percent);
    }
    const { columns, today } = this.ranking;
    const found = priceWith(columns.opportunities[row], this.person.profile, today, [bought]);
    return found.minor === 0 || found.currency === figures.currency ? found.minor : null;
  }
}

/**
 * @param {import("./columns.js").CredentialColumns} columns
 * @param {number} row
 */
function rowsOf({ counted, kind }, row) {
  return counted[kind[row]];
}

/**
 * @param {Candidate} candidate
 * @param {number[]} useful
 * @returns {Candidate}
 */
function renumbered(candidate, useful) {
  const place = new Map(useful.map((number, position) => [number, position]));
  /** @type {[number | null, number][]} */
  const prices = [...candidate.prices].map(([number, minor]) => [number === null ? null : (place.get(number) ?? 0), minor]);
  return { ...candidate, prices: new Map(prices) };
}

/**
 * The packages without a limit of hours: a plan takes no more hours of the others than they have.
 * @param {readonly Package[]} held
 */
export function unlimited(held) {
  return held.filter((bought) => bought.cap_thousandths === null);
}

/**
 * Packages that a plan reckons with: those with a known price, and those held whose hours are limited.
 * @param {readonly Package[]} packages
 * @param {Profile} profile
 */
function packagesOf(packages, profile) {
  return packages.filter((bought) => (holds(profile, bought) ? bought.cap_thousandths !== null : canBeBought(bought)));
}

/**
 * Whether its price is known and in US dollars.
 * @param {Package} bought
 */
export function canBeBought({ minor, currency }) {
  return minor !== null && (minor === 0 || currency === figures.currency);
}

/**
 * The credits that surely count, one piece each; a credit of another date is left out.
 * @param {readonly CountsFor[]} rows
 * @param {ScheduledSession | null} session
 * @param {Need} need
 * @param {number} number
 * @returns {Piece[]}
 */
function piecesUnder(rows, session, need, number) {
  const place = new Map(need.minimums.map(({ id }, position) => [id, position]));
  /** @type {Map<number, CountsFor[]>} */
  const pieces = new Map();
  for (const row of rows) {
    const date = row.credit?.session_key ?? null;
    if (isConfirmed(row) && (date === null || date === session?.key)) fill(pieces, row.piece, () => []).push(row);
  }
  return [...pieces.values()].flatMap((own) => {
    const fits = own.flatMap(({ requirement }) => place.get(requirement) ?? []).sort((one, other) => one - other);
    const rest = need.rest !== null && own.some(({ requirement }) => requirement === need.rest?.id);
    const [row] = own;
    return fits.length > 0 || rest
      ? [{ need: number, amount: row.thousandths ?? 0, fits, rest, cap: row.cap, row }]
      : [];
  });
}

// Dominance

/**
 * The pool without candidates that no best plan needs; `weight` is what the plan minimizes, by candidate order. Why this
 * is exact stands in recommend/candidates.py.
 * @param {Pool} pool
 * @param {ReadonlyMap<number, number>} weight
 * @returns {Pool}
 */
export function reduced(pool, weight) {
  const kept = pool.candidates.filter(({ opportunity }) => pool.insisted.has(opportunity.id));
  /** @type {Map<string, Candidate[]>} */
  const groups = new Map();
  for (const one of pool.candidates) {
    if (pool.insisted.has(one.opportunity.id)) continue;
    fill(groups, JSON.stringify([one.amounts, coverOf(one), one.hours, one.pot]), () => []).push(one);
  }
  for (const group of groups.values()) kept.push(...undominated(group, weight, roomFor(group[0], pool.needs)));
  return { ...pool, candidates: kept.sort((one, other) => one.order - other.order) };
}

/**
 * Those of which fewer than `room` others are at least as good: bound to no date, no dearer, no heavier.
 * @param {Candidate[]} group
 * @param {ReadonlyMap<number, number>} weight
 * @param {number} room
 */
function undominated(group, weight, room) {
  const free = group.filter(({ session }) => session === null);
  if (free.length < room) return group;
  const costs = new Map(group.map((one) => [one, costsOf(one, coverOf(group[0]), weight)]));
  const costsOfFree = free.map((one) => /** @type {number[]} */ (costs.get(one)));
  return group.filter((one) => {
    const own = /** @type {number[]} */ (costs.get(one));
    let better = 0;
    for (let at = 0; at < free.length && better < room; at += 1) {
      const other = costsOfFree[at];
      if (!other.every((cost, way) => cost <= own[way])) continue;
      if (free[at].order < one.order || other.some((cost, way) => cost !== own[way])) better += 1;
    }
    return better < room;
  });
}

/**
 * Weight, price without a package, price with each; infinite where a price is not known.
 * @param {Candidate} one
 * @param {number[]} cover
 * @param {ReadonlyMap<number, number>} weight
 */
function costsOf(one, cover, weight) {
  return [weight.get(one.order) ?? 0, ...[null, ...cover].map((way) => one.prices.get(way) ?? Infinity)];
}

/**
 * The packages that change its price.
 * @param {Candidate} candidate
 */
function coverOf({ prices }) {
  return [...prices.keys()].filter((number) => number !== null).sort((one, other) => one - other);
}

/**
 * How many pieces of a candidate's size a plan can use at most: as often as each goes into what it fits.
 * @param {Candidate} candidate
 * @param {Need[]} needs
 */
function roomFor({ pieces }, needs) {
  let room = 0;
  for (const { need, amount, fits } of pieces) {
    if (!amount) continue;
    room += Math.ceil(needs[need].total / amount);
    for (const at of fits) room += Math.ceil(needs[need].minimums[at].still / amount);
  }
  return Math.max(1, room);
}
