// What one credit counts for under the rules of one credential, and how sure that is. The twin of
// recommend/counting.py. An opportunity's credits describe the same instruction: the largest accepted one counts, and
// only those of one additive group are summed. Where sources disagree on an amount, the lowest is planned with.

import { inASentence, THOUSANDTHS, words } from "./amounts.js";
import { ANY_TOPIC, planned } from "./credential.js";
import { fill } from "./figures.js";
import { withAncestors } from "./taxonomy.js";

/** @typedef {import("./credential.js").Acceptance} Acceptance */
/** @typedef {import("./credential.js").Accepts} Accepts */
/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./credential.js").Figure} Figure */
/** @typedef {import("./credential.js").Requirement} Requirement */
/** @typedef {import("./credential.js").Unit} Unit */
/** @typedef {"stated" | "confirmed" | "guessed"} TopicOrigin */

/**
 * One credit of an opportunity, as far as counting reads it; `thousandths` is null where the amount is not stated.
 * @typedef {object} CreditView
 * @property {number | null} thousandths
 * @property {string} unit
 * @property {string} source
 * @property {string[]} topics
 * @property {string | null} additive_group
 * @property {boolean} upper_bound
 * @property {boolean} provisional
 * @property {string | null} approved_through
 * @property {string | null} [session_key]
 */

/**
 * What counting reads of an opportunity.
 * @typedef {{kind: string, credits: CreditView[], topics: {topic: string, origin: TopicOrigin}[]}} Countable
 */

/**
 * That a credit of an opportunity could count toward one requirement of one credential. `thousandths` is the amount to
 * plan with, `likely_thousandths` what it probably earns; rows that share a `piece` are the same instruction.
 * @typedef {object} CountsFor
 * @property {string} credential
 * @property {string} requirement
 * @property {number} piece
 * @property {number | null} thousandths
 * @property {number | null} likely_thousandths
 * @property {Acceptance} acceptance
 * @property {TopicOrigin} topic_origin
 * @property {string} reason
 * @property {CreditView | null} credit
 * @property {string | null} cap
 */

/**
 * What an amount of one unit is worth to a credential, on both sides, in thousandths of its own unit.
 * @typedef {object} Worth
 * @property {number | null} confirmed
 * @property {number | null} likely
 * @property {Acceptance} acceptance
 * @property {Accepts | null} entry
 * @property {string | null} cap
 */

/** @typedef {{credit: CreditView, worth: Worth}} Valued */
/** @typedef {{confirmed?: string[], stated?: string[], guessed?: string[]}} Said topics, by who says them */

/** Best first. @type {Acceptance[]} */
export const ACCEPTANCE_ORDER = ["stated", "should", "unknown"];

/** The order in which it is asked who says a topic. @type {TopicOrigin[]} */
const ORIGINS = ["confirmed", "stated", "guessed"];

/** @type {Record<string, string>} */
let unitNames = {};

/**
 * Take over what the site calls each credit unit.
 * @param {Record<string, string>} names
 */
export function setUnitNames(names) {
  unitNames = names;
}

/**
 * What one credit of a unit is called: "P.A.C.E. contact hour".
 * @param {string} unit
 */
export const unitName = (unit) => unitNames[unit];

/**
 * Whether a row may close its requirement on the confirmed side.
 * @param {CountsFor} row
 */
export function isConfirmed(row) {
  return row.acceptance !== "unknown" && row.topic_origin !== "guessed" && Boolean(row.thousandths);
}

/**
 * What `amount` thousandths of a unit are worth to a credential; `kind` is the kind of what was taken. A unit that the
 * rule does not name is worth an unknown amount with acceptance "unknown".
 * @param {Credential} credential
 * @param {string} unit
 * @param {number | null} amount
 * @param {string | null} kind
 * @returns {Worth}
 */
export function worth(credential, unit, amount, kind = null) {
  const entry = entryFor(credential, unit, kind);
  if (!entry) return { confirmed: null, likely: null, acceptance: "unknown", entry: null, cap: null };
  const { acceptance, per_unit: perUnit, cap } = entry;
  if (amount === null || perUnit === null) return { confirmed: null, likely: null, acceptance, entry, cap };
  const confirmed = times(amount, planned(perUnit));
  return { confirmed, likely: times(amount, perUnit.value), acceptance, entry, cap };
}

/**
 * Who says that topics fit a requirement, or null where none of them fits. A requirement that takes any topic needs no
 * topic at all, unless all that is stated is refused.
 * @param {Requirement} requirement
 * @param {Said} said
 * @returns {TopicOrigin | null}
 */
export function topicOrigin(requirement, said) {
  const { confirmed = [], stated = [] } = said;
  const fits = (/** @type {string} */ topic) => taken(requirement, topic);
  if (requirement.topics.includes(ANY_TOPIC)) {
    const sure = [...confirmed, ...stated];
    return sure.length === 0 || sure.some(fits) ? "stated" : null;
  }
  return ORIGINS.find((origin) => (said[origin] ?? []).some(fits)) ?? null;
}

/**
 * Where each credit of an opportunity could count under one credential, in the order of its requirements. `on` is the
 * day on which it would be finished: a credit whose approval ended before it is left out.
 * @param {Countable} opportunity
 * @param {Credential} credential as forHolder of holding.js gives it
 * @param {string | null} on
 * @param {Valued[]} bundle the credits that count, where they are known
 * @returns {CountsFor[]}
 */
export function countsFor(opportunity, credential, on = null, bundle = bundleOf(opportunity, credential, on)) {
  if (credential.standing !== "active") return [];
  if (bundle.length === 0) return involvement(opportunity, credential);
  const whole = saidOf(opportunity);
  return bundle.flatMap((valued, piece) => {
    const own = valued.credit.topics.length > 0 || bundle.length > 1;
    return rows(credential, valued, piece, own ? { stated: valued.credit.topics } : whole);
  });
}

/**
 * The credits of an opportunity that count under one credential, whatever they count for; the same for all
 * opportunities of its kind that have the same credits.
 * @param {Countable} opportunity
 * @param {Credential} credential
 * @param {string | null} on
 * @returns {Valued[]}
 */
export function bundleOf({ kind, credits }, credential, on) {
  const valid = credits.filter((credit) => !expired(credit, on));
  return countedBundle(valid.map((credit) => value(credential, credit, kind)));
}

/**
 * The topics of an opportunity, by who says them.
 * @param {Countable} opportunity
 */
function saidOf({ topics }) {
  /** @type {Record<TopicOrigin, string[]>} */
  const said = { confirmed: [], stated: [], guessed: [] };
  for (const { topic, origin } of topics) said[origin].push(topic);
  return said;
}

/**
 * "1 point", "1.5 hours".
 * @param {Unit} unit
 * @param {number} amount
 */
export function unitWord(unit, amount) {
  return `${words(amount)} ${amount === THOUSANDTHS ? unit.replace(/s$/, "") : unit}`;
}

/**
 * "1 contact hour", "1.5 contact hours".
 * @param {number} amount
 * @param {string} name
 */
export function amountOf(amount, name) {
  return `${words(amount)} ${amount === THOUSANDTHS || name.endsWith("stated") ? name : `${name}s`}`;
}

/**
 * The first entry for a unit whose kinds fit; entries for some kinds stand before those for all.
 * @param {Credential} credential
 * @param {string} unit
 * @param {string | null} kind
 */
function entryFor(credential, unit, kind) {
  const named = credential.accepts.filter((entry) => entry.units.includes(unit));
  const ofKind = named.find((entry) => kind !== null && entry.kinds.includes(kind));
  return ofKind ?? named.find((entry) => entry.kinds.length === 0) ?? null;
}

/**
 * Thousandths of a unit times thousandths per unit, rounded down: a fraction that was not earned never counts.
 * @param {number} amount
 * @param {number} perUnit
 */
const times = (amount, perUnit) => Math.floor((amount * perUnit) / THOUSANDTHS);

/**
 * Whether a topic, or one above it, is among those that a requirement takes.
 * @param {Requirement} requirement
 * @param {string} topic
 */
function taken(requirement, topic) {
  if (requirement.refuses.includes(topic)) return false;
  return (
    requirement.topics.includes(ANY_TOPIC) || withAncestors(topic).some((name) => requirement.topics.includes(name))
  );
}

/**
 * @param {CreditView} credit
 * @param {string | null} on
 */
const expired = (credit, on) => on !== null && credit.approved_through !== null && credit.approved_through < on;

/**
 * A credit's worth; one that is provisional or an upper bound counts only as likely.
 * @param {Credential} credential
 * @param {CreditView} credit
 * @param {string} kind
 * @returns {Valued}
 */
function value(credential, credit, kind) {
  const reckoned = worth(credential, credit.unit, credit.thousandths, kind);
  const acceptance = credit.provisional ? "unknown" : reckoned.acceptance;
  return { credit, worth: { ...reckoned, acceptance, confirmed: credit.upper_bound ? null : reckoned.confirmed } };
}

/** @param {Valued} valued */
const plannedOf = ({ worth: { acceptance, confirmed } }) => (acceptance === "unknown" ? 0 : (confirmed ?? 0));

/** @param {Valued} valued */
const likelyOf = (valued) => valued.worth.likely ?? 0;

/**
 * The credits that count: for each unit the lowest that sources agree on, and of the units the largest.
 * @param {Valued[]} offered
 */
function countedBundle(offered) {
  if (offered.length <= 1) return offered;
  return largest(grouped(offered, (valued) => valued.credit.unit).map(agreed));
}

/**
 * Of credits in one unit: each source's largest bundle, and of the sources that name an amount the lowest.
 * @param {Valued[]} offered
 * @returns {Valued[]}
 */
function agreed(offered) {
  if (offered.length === 1) return offered;
  const bySource = grouped(offered, (valued) => valued.credit.source).map((valued) => largest(bundles(valued)));
  const naming = bySource.filter((bundle) => sum(bundle, likelyOf) > 0);
  const told = naming.length > 0 ? naming : bySource;
  const lowest = told.reduce((one, other) => (compare(size(other), size(one)) < 0 ? other : one));
  const most = Math.max(...told.map((bundle) => sum(bundle, likelyOf)));
  if (lowest.length > 1 || most <= likelyOf(lowest[0])) return lowest;
  return [{ credit: lowest[0].credit, worth: { ...lowest[0].worth, likely: most } }];
}

/**
 * @param {Valued[]} offered
 * @returns {Valued[][]}
 */
function bundles(offered) {
  const alone = offered.filter((valued) => valued.credit.additive_group === null).map((valued) => [valued]);
  const together = offered.filter((valued) => valued.credit.additive_group !== null);
  return [...alone, ...grouped(together, (valued) => String(valued.credit.additive_group))];
}

/**
 * @param {Valued[]} offered
 * @param {(valued: Valued) => string} key
 * @returns {Valued[][]}
 */
function grouped(offered, key) {
  /** @type {Map<string, Valued[]>} */
  const groups = new Map();
  for (const valued of offered) fill(groups, key(valued), () => []).push(valued);
  return [...groups.values()];
}

/**
 * The first of the largest.
 * @param {Valued[][]} offered
 */
const largest = (offered) => offered.reduce((one, other) => (compare(size(other), size(one)) > 0 ? other : one));

/**
 * What orders bundles: the planned amount, then the likely one, then how well it is accepted.
 * @param {Valued[]} bundle
 */
function size(bundle) {
  const acceptance = Math.min(...bundle.map((valued) => -ACCEPTANCE_ORDER.indexOf(valued.worth.acceptance)));
  return [sum(bundle, plannedOf), sum(bundle, likelyOf), acceptance];
}

/**
 * @param {Valued[]} bundle
 * @param {(valued: Valued) => number} amount
 */
const sum = (bundle, amount) => bundle.reduce((total, valued) => total + amount(valued), 0);

/**
 * Below 0 where the first list of numbers comes first.
 * @param {number[]} one
 * @param {number[]} other
 */
export function compare(one, other) {
  const place = one.findIndex((number, index) => number !== other[index]);
  return place < 0 ? 0 : one[place] - other[place];
}

/**
 * One credit against every requirement; `said` are the topics that go with it.
 * @param {Credential} credential
 * @param {Valued} valued
 * @param {number} piece
 * @param {Said} said
 * @returns {CountsFor[]}
 */
function rows(credential, valued, piece, said) {
  const found = [];
  for (const requirement of credential.requirements) {
    const origin = requirement.kind === "per_specialty" ? null : rowOrigin(requirement, valued.credit, said);
    if (origin !== null) found.push(new Row(credential, requirement, valued, piece, origin));
  }
  return found;
}

/** One credit toward one requirement, as {@link CountsFor} tells it. */
class Row {
  #told;

  /**
   * @param {Credential} credential @param {Requirement} requirement @param {Valued} valued @param {number} piece
   * @param {TopicOrigin} origin
   */
  constructor(credential, requirement, valued, piece, origin) {
    const { credit, worth: reckoned } = valued;
    this.credential = credential.id;
    this.requirement = requirement.id;
    this.piece = piece;
    this.thousandths = reckoned.confirmed;
    this.likely_thousandths = reckoned.likely;
    this.acceptance = reckoned.acceptance;
    this.topic_origin = origin;
    this.credit = credit;
    this.cap = reckoned.cap;
    this.#told = { credential, requirement, valued };
  }

  /** Told only where somebody asks: most rows are counted and never shown. */
  get reason() {
    const { credential, requirement, valued } = this.#told;
    return reason(credential, requirement, valued, this.topic_origin);
  }
}

/**
 * @param {Requirement} requirement
 * @param {CreditView} credit
 * @param {Said} said
 */
function rowOrigin(requirement, credit, said) {
  if (requirement.units.length > 0 && !requirement.units.includes(credit.unit)) return null;
  return topicOrigin(requirement, said);
}

/** @type {Record<Acceptance, (count: string, earned: string) => string>} */
const OPENINGS = {
  stated: (count, earned) => `The provider states it: ${count}, ${earned} toward`,
  should: (count, earned) => `Should count: ${count} is ${earned} toward`,
  unknown: (count, earned) => `Not known whether it is accepted: ${count} would be ${earned} toward`,
};

/**
 * One plain sentence: what counts, toward what, and what is not sure about it.
 * @param {Credential} credential
 * @param {Requirement} requirement
 * @param {Valued} valued
 * @param {TopicOrigin} origin
 */
function reason(credential, requirement, valued, origin) {
  const { credit, worth: reckoned } = valued;
  const name = unitName(credit.unit);
  if (reckoned.entry === null) {
    return `Not known: the ${credential.short_name} rule we read does not name this credit (${name}).`;
  }
  if (credit.thousandths === null || reckoned.likely === null) {
    const missing = credit.thousandths === null ? "the amount is not stated" : "what one is worth was not found";
    return `Not known: ${name} for ${credential.short_name}, but ${missing}.`;
  }
  const opening = OPENINGS[reckoned.acceptance](
    amountOf(credit.thousandths, name),
    unitWord(credential.unit, reckoned.likely),
  );
  const doubt = doubts(valued, origin, reckoned.entry.per_unit)
    .map((each) => `; ${each}`)
    .join("");
  return `${opening} ${credential.short_name} ${inASentence(requirement.label)}${doubt}.`;
}

/**
 * @param {Valued} valued
 * @param {TopicOrigin} origin
 * @param {Figure | null} perUnit
 */
function doubts({ credit, worth: reckoned }, origin, perUnit) {
  const found = [];
  if (origin === "guessed") found.push("the topic is our guess");
  if (perUnit?.assumed && !perUnit.checked) {
    found.push("the amount per hour is assumed, so check it with the board");
  } else if (reckoned.confirmed !== null && reckoned.confirmed !== reckoned.likely) {
    found.push(`we plan with the lower reading, ${words(reckoned.confirmed)}`);
  }
  if (credit.upper_bound) found.push("that is the most one can earn");
  if (credit.provisional) found.push("the approval is still pending");
  return found;
}

/**
 * Teaching and volunteering that states no credit: it may count, but how much was not found.
 * @param {Countable} opportunity
 * @param {Credential} credential
 * @returns {CountsFor[]}
 */
function involvement(opportunity, credential) {
  const rest = credential.requirements.find((part) => part.kind === "remainder");
  if (opportunity.kind !== "involvement" || credential.activities.length === 0 || !rest) return [];
  return [
    {
      credential: credential.id,
      requirement: rest.id,
      piece: 0,
      thousandths: null,
      likely_thousandths: null,
      acceptance: "unknown",
      topic_origin: "stated",
      reason: `Not known: ${credential.body_name} counts some teaching and service; how much was not found.`,
      credit: null,
      cap: null,
    },
  ];
}
