// What to take next: one published formula, and every suggestion says why. The twin of recommend/rank.py.
//
// score = the sum of weight times part over need, text, topic, deadline, fit and price, as docs/ranking.md tells it. A
// part is computed again only where what it depends on in the profile changed, so that a moved slider costs one column
// and one sum.

import { allowanceOf, isStudy, share, tuitionOf } from "./benefits.js";
import { Columns, inDollars, localStart } from "./columns.js";
import { isConfirmed } from "./counting.js";
import { daysBetween } from "./dates.js";
import { miles } from "./distance.js";
import { clip, figures, fill, rounded } from "./figures.js";
import { combine, Index } from "./index.js";
import { openSessions } from "./load.js";
import { charged, discounted, isOneOf, price } from "./price.js";
import { reasonsFor, unknownsOf } from "./reasons.js";
import { fold } from "./taxonomy.js";

/**
 * @typedef {import("./columns.js").CredentialColumns} CredentialColumns
 * @typedef {import("./columns.js").Worth} Worth
 * @typedef {import("./counting.js").CountsFor} CountsFor
 * @typedef {import("./credential.js").Credential} Credential
 * @typedef {import("./distance.js").Atlas} Atlas
 * @typedef {import("./index.js").Question} Question
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {import("./load.js").Package} Package
 * @typedef {import("./load.js").ScheduledSession} ScheduledSession
 * @typedef {import("./price.js").PersonalPrice} PersonalPrice
 * @typedef {import("./profile.js").Profile} Profile
 * @typedef {{days: string[], after: string, before: string}} FreeTime
 * @typedef {import("./shortfall.js").CredentialOwed} CredentialOwed
 * @typedef {import("./shortfall.js").Owed} Owed
 * @typedef {import("./text.js").Analyzer} Analyzer
 *
 * @typedef {object} Person one technician on one day; `key` is equal where what is held and still needed is equal
 * @property {Profile} profile
 * @property {Map<string, Credential>} credentials
 * @property {Owed} owed
 * @property {string} key
 *
 * @typedef {object} Closes what an opportunity closes of one requirement, in thousandths of the credential's unit
 * @property {string} credential
 * @property {string} requirement
 * @property {number | null} thousandths
 * @property {"stated" | "should" | "unknown"} acceptance
 * @property {boolean} confirmed
 * @property {string} label
 * @property {string} credential_name
 * @property {string} unit
 * @property {number} still
 * @property {string} reason
 * @property {boolean} is_rest
 *
 * @typedef {object} Suggestion
 * @property {Opportunity} opportunity
 * @property {number} score
 * @property {Record<string, number>} parts
 * @property {string[]} reasons
 * @property {Closes[]} closes
 * @property {PersonalPrice} price
 * @property {string[]} unknowns
 * @property {ScheduledSession | null} session
 * @property {string[]} also ids of near-duplicates that stand behind this one
 *
 * @typedef {{columns: Record<string, Float64Array>, listed: Uint8Array, scores: Float64Array}} Parts
 */

/**
 * Whether something is still needed of a renewal period in which nothing can be earned any more.
 * @param {CredentialOwed} answer
 * @param {string} today
 */
export function isOver(answer, today) {
  return Boolean(answer.still_confirmed) && answer.cycle !== null && answer.cycle.end < today;
}

/**
 * The credentials that still need something on either side, in a renewal period that is not over.
 * @param {Person} person @returns {{answer: CredentialOwed, credential: Credential}[]}
 */
export function openCredentials({ owed, credentials }) {
  return owed.credentials
    .filter((answer) => (answer.still_confirmed || answer.still_likely) && !isOver(answer, owed.today))
    .map((answer) => ({ answer, credential: /** @type {Credential} */ (credentials.get(answer.id)) }));
}

/** Ranks the live opportunities of one day. */
export class Ranking {
  /** What each part was made from, and the part. @type {Map<string, {key: string, value: unknown}>} */
  #kept = new Map();

  /**
   * @param {readonly Opportunity[]} opportunities in the order of ids @param {readonly Package[]} packages
   * @param {Analyzer} language @param {string} today
   */
  constructor(opportunities, packages, language, today) {
    this.today = today;
    this.columns = new Columns(opportunities, packages, today);
    this.index = new Index(this.columns.opportunities, language);
    /** Knows homes, once it is there. @type {Atlas | null} */
    this.atlas = null;
  }

  /** Makes one more thing ready before anybody asks for it; false where all is ready. */
  prepare() {
    return this.columns.prepare() || this.index.prepare();
  }

  /**
   * A part, made again only where what it is made from is not the same.
   * @template T @param {string} name @param {unknown} from @param {() => T} make @returns {T}
   */
  #part(name, from, make) {
    const key = JSON.stringify(from);
    const known = this.#kept.get(name);
    if (known?.key === key) return /** @type {T} */ (known.value);
    const value = make();
    this.#kept.set(name, { key, value });
    return value;
  }

  /** Every part of the formula for every live opportunity. @param {Person} person @returns {Parts} */
  parts(person) {
    const { profile } = person;
    const asked = [profile.interests, profile.topics, profile.liked, profile.disliked];
    const { text, topic } = this.#part("interests", asked, () => this.#interests(profile));
    const { need, deadline } = this.#part("need", person.key, () => this.#need(person));
    const paying = [profile.memberships, profile.subscriptions, profile.employer, profile.employer_pays];
    const columns = {
      need,
      text,
      topic,
      deadline,
      fit: this.#fit(profile),
      price: this.#part("price", paying, () => this.#price(profile)),
    };
    const listed = this.#part("listed", [person.key, profile.disliked, profile.goal], () => this.#listed(person));
    return { columns, listed, scores: this.#scores(columns) };
  }

  /** The weighted sum, rounded. @param {Record<string, Float64Array>} columns */
  #scores(columns) {
    const scores = new Float64Array(this.columns.length);
    for (const [name, weight] of Object.entries(figures.weights)) {
      const part = columns[name];
      for (let row = 0; row < scores.length; row += 1) scores[row] += weight * part[row];
    }
    for (let row = 0; row < scores.length; row += 1) scores[row] = rounded(scores[row]);
    return scores;
  }

  /** @param {Profile} profile */
  #interests(profile) {
    const question = this.question(profile);
    if (question === null) {
      const nothing = new Float64Array(this.columns.length);
      return { text: nothing, topic: nothing };
    }
    return { text: this.index.textScores(question), topic: this.index.topicScores(question) };
  }

  /** The interests, topics, liked and hidden things of a profile as one question. @param {Profile} profile @returns {Question | null} */
  question({ interests, topics, liked, disliked }) {
    const asked = interests.map((interest) => ({ weight: 1, question: this.index.question(interest) }));
    if (topics.length > 0) asked.push({ weight: 1, question: this.index.question("", topics) });
    for (const { weight, named } of [
      { weight: figures.liked_share, named: liked },
      { weight: figures.disliked_share, named: disliked },
    ]) {
      const rows = named.flatMap((id) => this.index.rowOf.get(id) ?? []);
      asked.push(...rows.map((row) => ({ weight: weight / rows.length, question: this.index.likeness(row) })));
    }
    return asked.length > 0 ? combine(asked) : null;
  }

  /** What it closes, and how that presses: each 1 - exp(-points). @param {Person} person */
  #need(person) {
    const asking = openCredentials(person).map(({ answer, credential }) => {
      const own = this.columns.credential(credential);
      return { points: pointsClosed(answer, own), worth: own.worth, urgent: urgency(answer, this.today) };
    });
    const { ending, length } = this.columns;
    const [need, deadline] = [new Float64Array(length), new Float64Array(length)];
    for (let row = 0; row < length; row += 1) {
      let [closed, pressing] = [0, 0];
      for (const { points, worth, urgent } of asking) {
        closed += points[worth[row]];
        pressing += points[worth[row]] * urgent;
      }
      need[row] = -Math.expm1(-closed);
      deadline[row] = -0.5 * Math.expm1(-pressing) + (closed > 0 ? 0.5 * ending[row] : 0);
    }
    return { need, deadline };
  }

  /** What is left of each price once the employer has paid his part, as if it were the only one. @param {Profile} profile */
  #ownPrices(profile) {
    const allowance = dollars(allowanceOf(profile, this.today));
    const tuition = tuitionOf(profile, this.today);
    const ofStudies = tuition === null ? allowance : dollars(tuition);
    const prices = this.prices(profile);
    if (allowance === null && ofStudies === null) return prices;
    const { opportunities } = this.columns;
    return prices.map((minor, row) => {
      const benefit = isStudy(opportunities[row].kind) ? ofStudies : allowance;
      return benefit === null || Number.isNaN(minor) ? minor : minor - share(benefit, minor);
    });
  }

  /**
   * What this person is charged in minor units of US dollars, NaN where it is not known. `held` are the packages that
   * apply; without it all that the profile holds.
   * @param {Profile} profile @param {readonly Package[]} held
   */
  prices(profile, held = this.columns.held(profile)) {
    const { columns, today } = this;
    const own = columns.publicPrices.slice();
    for (const [organization, rows] of columns.offersForSome) {
      if (!isOneOf(profile, organization)) continue;
      for (const row of rows) own[row] = inDollars(charged(columns.opportunities[row], profile, today)) ?? NaN;
    }
    for (const bought of held) {
      for (const row of columns.covered(bought)) {
        if (bought.effect === "free") own[row] = 0;
        else if (bought.effect !== "percent" || bought.percent === null) {
          own[row] = charged(columns.opportunities[row], profile, today, held).minor ?? NaN;
        } else if (!Number.isNaN(own[row])) own[row] = Math.min(own[row], discounted(own[row], bought.percent));
      }
    }
    return own;
  }

  /** @param {Profile} profile */
  #price(profile) {
    const { fair_price: fair, unknown_price_part: unknown } = figures;
    return this.#ownPrices(profile).map((minor) => (Number.isNaN(minor) ? unknown : fair / (fair + minor)));
  }

  // Fit

  /** The mean over the wishes that a profile has; a wish of which the page says nothing counts half. @param {Profile} profile */
  #fit(profile) {
    const { columns } = this;
    const wishes = [
      this.#wish("format", profile.formats, profile.formats.length > 0, (wanted) =>
        columns.column(({ delivery }) => formatFit(delivery, wanted)),
      ),
      this.#wish("length", profile.longest_minutes ?? 0, profile.longest_minutes !== null, (longest) =>
        columns.minutes.map((minutes) => (Number.isNaN(minutes) ? figures.unknown_fit : Number(minutes <= longest))),
      ),
      this.#wish("level", profile.levels, profile.levels.length > 0, (wanted) =>
        Float64Array.from(columns.levels, (stated) => levelFit(stated, wanted)),
      ),
      this.#wish("time", { zone: profile.time_zone, free: profile.free_times }, profile.free_times.length > 0, (wanted) =>
        this.#time(wanted.zone, wanted.free),
      ),
      this.#wish("place", profile.home, this.#hasPlace(profile), () => this.#place(profile)),
      this.#wish("language", profile.language.split("-")[0], true, (wanted) =>
        columns.column(({ language }) => Number(language?.toLowerCase().startsWith(wanted) ?? true)),
      ),
    ].filter((wish) => wish !== null);
    const fit = new Float64Array(columns.length);
    for (const wish of wishes) for (let row = 0; row < fit.length; row += 1) fit[row] += wish[row];
    for (let row = 0; row < fit.length; row += 1) fit[row] /= wishes.length;
    return fit;
  }

  /**
   * @template T @param {string} name @param {T} wanted @param {boolean} told @param {(wanted: T) => Float64Array} make
   * @returns {Float64Array | null}
   */
  #wish(name, wanted, told, make) {
    return told ? this.#part(name, wanted, () => make(wanted)) : null;
  }

  /** @param {string | null} zone @param {FreeTime[]} free */
  #time(zone, free) {
    const fits = new Float64Array(this.columns.length).fill(1);
    const starts = this.#part("starts", zone, () =>
      this.columns.withSessions.map(({ row, sessions }) => ({
        row,
        starts: sessions.map((session) => localStart(session, zone)),
      })),
    );
    for (const { row, starts: own } of starts) fits[row] = Math.max(0, ...own.map((start) => timeFit(start, free)));
    return fits;
  }

  /** @param {Profile} profile */
  #hasPlace({ home }) {
    return home !== null && home.miles !== null && home.city !== null;
  }

  /** @param {Profile} profile */
  #place({ home }) {
    const from = home === null || this.atlas === null ? null : this.atlas.locate(home);
    const most = home?.miles ?? 0;
    return this.columns.column((one) => {
      if (one.delivery !== "in_person" && one.delivery !== "hybrid") return 1;
      const place = one.place ?? one.sessions.find((session) => session.place)?.place;
      return from === null || !place?.point ? figures.unknown_fit : Number(miles(from, place.point) <= most);
    });
  }

  // Who is listed

  /** @param {Person} person */
  #listed(person) {
    const { columns } = this;
    const listed = new Uint8Array(columns.length).fill(1);
    for (const row of this.#taken(person.profile)) listed[row] = 0;
    for (const hidden of person.profile.disliked) {
      const row = columns.rowOf.get(hidden);
      if (row !== undefined) listed[row] = 0;
    }
    if (person.profile.goal === null) for (const row of columns.collegeStudies) listed[row] = 0;
    const asking = openCredentials(person).map(({ credential }) => columns.credential(credential));
    if (asking.length === 0) return listed;
    const { withoutCredit } = columns;
    for (let row = 0; row < listed.length; row += 1) {
      if (!withoutCredit[row] && !asking.some(({ named }) => named[row])) listed[row] = 0;
    }
    return listed;
  }

  /** Rows that the transcript names: by id, by address, or by the same title. @param {Profile} profile */
  #taken({ transcript }) {
    return transcript.flatMap(({ opportunity, url, title }) =>
      [opportunity, url, fold(title)].flatMap((name) => (name ? (this.columns.rowsByName.get(name) ?? []) : [])),
    );
  }

  // The list

  /** Rows that may be listed, best first, ties by id. @param {Parts} parts @param {number | null} limit */
  best({ scores, listed }, limit) {
    const least = limit === null ? -Infinity : leastOfBest(scores, listed, limit);
    const rows = [];
    for (let row = 0; row < scores.length; row += 1) if (listed[row] && scores[row] >= least) rows.push(row);
    return rows.sort((one, other) => scores[other] - scores[one] || one - other);
  }

  /**
   * The ranked list for a person; near-duplicates of what is listed stand behind it and do not fill the list.
   * @param {Person} person @param {number | null} limit @returns {Suggestion[]}
   */
  suggestions(person, limit) {
    const parts = this.parts(person);
    const enough = limit === null ? null : 4 * limit + 20;
    let groups = this.#first(this.groups(this.best(parts, enough)), limit);
    if (limit !== null && groups.length < limit) groups = this.#first(this.groups(this.best(parts, null)), limit);
    return groups.map(({ row, also }) => this.suggestion(person, parts, row, also));
  }

  /** @template T @param {Iterable<T>} found @param {number | null} limit @returns {T[]} */
  #first(found, limit) {
    const first = [];
    for (const one of found) {
      if (first.length === limit) break;
      first.push(one);
    }
    return first;
  }

  /**
   * Rows in order, each with the later ones that are nearly the same in words.
   * @param {number[]} ordered @returns {Generator<{row: number, also: number[]}>}
   */
  *groups(ordered) {
    const place = new Map(ordered.map((row, at) => [row, at]));
    const behind = new Set();
    for (const [at, row] of ordered.entries()) {
      if (behind.has(row)) continue;
      const also = this.index
        .nearDuplicates(row)
        .filter((other) => (place.get(other) ?? -1) > at && !behind.has(other))
        .sort((one, other) => (place.get(one) ?? 0) - (place.get(other) ?? 0));
      for (const other of also) behind.add(other);
      yield { row, also };
    }
  }

  /**
   * One opportunity with its score, its parts and the reasons for them.
   * @param {Person} person @param {Parts} parts @param {number} row @param {number[]} also @returns {Suggestion}
   */
  suggestion(person, parts, row, also = []) {
    const opportunity = this.columns.opportunities[row];
    const own = price(opportunity, person.profile, this.today, this.columns.packages);
    const closes = this.closes(person, row);
    const { language } = this.index;
    return {
      opportunity,
      score: parts.scores[row],
      parts: Object.fromEntries(Object.keys(figures.weights).map((name) => [name, rounded(parts.columns[name][row])])),
      reasons: reasonsFor(opportunity, person.profile, { closes, price: own, language, today: this.today }),
      closes,
      price: own,
      unknowns: unknownsOf(opportunity, own),
      session: this.sessionFor(person.profile, opportunity),
      also: also.map((other) => this.columns.opportunities[other].id),
    };
  }

  /** What one opportunity closes, credential by credential. @param {Person} person @param {number} row */
  closes(person, row) {
    return openCredentials(person).flatMap(({ answer, credential }) => {
      const { counted, kind } = this.columns.credential(credential);
      return closesOf(answer, counted[kind[row]]);
    });
  }

  /**
   * The next open date that falls in the profile's free times, else the next one of all.
   * @param {Profile} profile @param {Opportunity} opportunity @returns {ScheduledSession | null}
   */
  sessionFor({ time_zone: zone, free_times: free }, opportunity) {
    const sessions = openSessions(opportunity, this.today);
    const suits = sessions.find((session) => timeFit(free.length > 0 ? localStart(session, zone) : null, free) === 1);
    return suits ?? sessions[0] ?? null;
  }
}

/** @param {import("./benefits.js").Benefit | null} benefit */
const dollars = (benefit) => (benefit?.currency === figures.currency ? benefit : null);

/**
 * The least of the so many best scores of what is listed, -Infinity where there are not so many.
 * @param {Float64Array} scores @param {Uint8Array} listed @param {number} count
 */
function leastOfBest(scores, listed, count) {
  const best = new Float64Array(count).fill(-Infinity); // the least first
  for (let row = 0; row < scores.length; row += 1) {
    const score = scores[row];
    if (!listed[row] || score <= best[0]) continue;
    let at = 0;
    for (; at + 1 < count && best[at + 1] < score; at += 1) best[at] = best[at + 1];
    best[at] = score;
  }
  return best[0];
}

/**
 * Points (or hours) of one credential that each worth closes, weighed by how surely and where.
 * @param {CredentialOwed} answer @param {CredentialColumns} columns @returns {Float64Array}
 */
export function pointsClosed(answer, columns) {
  const parts = new Map(answer.requirements.map((part) => [part.id, part]));
  const still = columns.requirements.map((id) => {
    const part = parts.get(id);
    return { sure: part?.still_confirmed ?? 0, likely: part?.still_likely ?? 0 };
  });
  const [sure, likely] = [still.map((one) => one.sure), still.map((one) => one.likely)];
  return Float64Array.from(columns.worths, (worth) =>
    Math.max(
      closed(worth.confirmed, sure, columns.isRemainder),
      figures.likely_share * closed(worth.likely, likely, columns.isRemainder),
    ),
  );
}

const POINT = 1000;

/**
 * The best of its categories takes what is still needed there; what is left flows into the rest of the total.
 * @param {number[]} amounts @param {number[]} still @param {boolean[]} isRemainder
 */
function closed(amounts, still, isRemainder) {
  let [category, whole, room] = [0, 0, 0];
  for (let at = 0; at < amounts.length; at += 1) {
    whole = Math.max(whole, amounts[at]);
    if (isRemainder[at]) room += still[at];
    else category = Math.max(category, Math.min(amounts[at], still[at]));
  }
  const rest = room ? Math.min(Math.max(whole - category, 0), room) : 0;
  return (category + figures.remainder_share * rest) / POINT;
}

/** 0 where the plan's last day is three years off or not known, 1 where it is today. @param {CredentialOwed} answer @param {string} today */
export function urgency(answer, today) {
  if (answer.plan_by === null) return 0;
  return clip(1 - daysBetween(today, answer.plan_by) / figures.horizon_days, 0, 1);
}

/**
 * What the rows of one opportunity close of one credential: piece by piece, the requirement that takes most.
 * @param {CredentialOwed} answer @param {CountsFor[]} rows @returns {Closes[]}
 */
export function closesOf(answer, rows) {
  /** @type {Map<number, Closes[]>} */
  const byPiece = new Map();
  for (const row of rows) {
    const closes = closeOf(answer, row);
    if (closes !== null) fill(byPiece, row.piece, () => []).push(closes);
  }
  return [...byPiece].sort(([one], [other]) => one - other).flatMap(([, options]) => told(options));
}

/** @param {Closes[]} options @returns {Closes[]} */
function told(options) {
  const best = mostWorth(options);
  const guessed = options.filter((one) => !one.confirmed && !one.is_rest && one.thousandths);
  return best.is_rest && guessed.length > 0 ? [best, mostWorth(guessed)] : [best];
}

/** The first of the best: surely, a category before the rest, the most. @param {Closes[]} options */
function mostWorth(options) {
  const worth = (/** @type {Closes} */ one) => Number(one.confirmed) * 2 + Number(!one.is_rest);
  return options.reduce((best, one) => {
    const more = worth(one) - worth(best) || (one.thousandths ?? 0) - (best.thousandths ?? 0);
    return more > 0 ? one : best;
  });
}

/** @param {CredentialOwed} answer @param {CountsFor} row @returns {Closes | null} */
function closeOf(answer, row) {
  const part = answer.requirements.find(({ id }) => id === row.requirement);
  if (part === undefined) return null;
  const confirmed = isConfirmed(row);
  const still = (confirmed ? part.still_confirmed : part.still_likely) ?? 0;
  if (still <= 0) return null;
  const amount = confirmed ? row.thousandths : row.likely_thousandths;
  return {
    credential: answer.id,
    requirement: row.requirement,
    thousandths: amount === null ? null : Math.min(amount, still),
    acceptance: row.acceptance,
    confirmed,
    label: part.label,
    credential_name: answer.short_name,
    unit: answer.unit,
    still,
    reason: row.reason,
    is_rest: part.kind === "remainder",
  };
}

const ONLINE = ["on_demand", "live_online", "online"];

/** 1 where it is taken as wished, half where the page says only "online" or nothing. @param {string | null} delivery @param {string[]} wanted */
export function formatFit(delivery, wanted) {
  if (delivery === null) return figures.unknown_fit;
  if (wanted.includes(delivery)) return 1;
  if (delivery === "hybrid" && wanted.some((one) => one !== "on_demand")) return 1;
  if (delivery === "online" && wanted.some((one) => ONLINE.includes(one))) return figures.unknown_fit;
  return Number(wanted.includes("online") && ONLINE.includes(delivery));
}

/** @param {string[]} stated @param {string[]} wanted */
function levelFit(stated, wanted) {
  return stated.length === 0 ? figures.unknown_fit : Number(stated.some((level) => wanted.includes(level)));
}

/**
 * 1 where a local start falls into a free time (or none is told), half where the start is not known, else 0.
 * @param {{day: string, time: string} | null} start @param {FreeTime[]} free
 */
export function timeFit(start, free) {
  if (free.length === 0) return 1;
  if (start === null) return figures.unknown_fit;
  const { day, time } = start;
  return Number(free.some(({ days, after, before }) => days.includes(day) && after <= time && time < before));
}
