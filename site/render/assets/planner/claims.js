// What each earned credit may claim under one credential: how much, toward which minimums, and what is not sure. The
// twin of recommend/claims.py.

import { inASentence, words } from "./amounts.js";
import { ACCEPTANCE_ORDER, compare, topicOrigin, unitName, worth } from "./counting.js";
import { planned, requirementOf } from "./credential.js";
import { holds } from "./cycles.js";
import { nearest } from "./documents.js";
import { HoldingError } from "./holding.js";

/** @typedef {import("./counting.js").TopicOrigin} TopicOrigin */
/** @typedef {import("./counting.js").Worth} Worth */
/** @typedef {import("./credential.js").Cap} Cap */
/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./credential.js").Requirement} Requirement */
/** @typedef {import("./cycles.js").Cycle} Cycle */
/** @typedef {import("./profile.js").Opening} Opening */
/** @typedef {import("./transcript.js").EarnedCredit} EarnedCredit */

/**
 * One credit, or the part of it that has its own topic, under one credential. Amounts are thousandths of its unit.
 * `fits_confirmed` and `fits_likely` are ids of minimums; every claim that counts may also fill the rest. `refused` says
 * why it does not count at all, `doubt` why it, or a part of it, counts only as likely.
 * @typedef {object} Claim
 * @property {string} credit
 * @property {string} title
 * @property {string | null} completed_on
 * @property {number} confirmed
 * @property {number} likely
 * @property {string[]} fits_confirmed
 * @property {string[]} fits_likely
 * @property {string[]} caps
 * @property {string | null} refused
 * @property {string | null} doubt
 */

/**
 * Activities that earn credits in a unit, by the kind of opportunity that they are. The others earn what the rule gives
 * for each of them.
 * @type {Map<string, string>}
 */
const KIND_OF_ACTIVITY = new Map([
  ["course", "course"],
  ["in_service", "in_service"],
  ["college", "degree"],
]);

const GUESSED =
  "Its topic is our guess, so it fills a category only if everything likely counts. Say what it was about.";

/**
 * The claims of earned credits, and of planned ones as if they were earned, oldest first; duplicates claim once.
 * @param {Credential} credential
 * @param {EarnedCredit[]} earned
 * @param {Cycle | null} cycle
 * @param {string} today
 * @param {EarnedCredit[]} [also]
 * @returns {Claim[]}
 */
export function claimsOf(credential, earned, cycle, today, also = []) {
  /** @type {Set<string>} */
  const seen = new Set();
  return [...earned, ...also].sort(inOrder).flatMap((credit) => {
    const twice = seen.has(credit.id) ? "The same activity stands in the list twice; it counts once." : null;
    seen.add(credit.id);
    const isPlanned = also.some((planned) => inOrder(planned, credit) === 0);
    const refused = twice ?? refusal(credit, cycle, isPlanned ? null : today);
    if (refused !== null) return [claim(credit, { refused })];
    const parts = partsOf(credential, credit);
    return cycle === null ? parts.map(undated) : parts;
  });
}

/**
 * The claims of totals from before the list begins. What has no category fills only the rest.
 * @param {Credential} credential
 * @param {Opening | null} opening
 * @returns {Claim[]}
 * @throws {HoldingError} for a category that the credential does not have
 */
export function openingClaims(credential, opening) {
  if (opening === null) return [];
  const ids = credential.requirements.map((requirement) => requirement.id);
  const claims = Object.entries(opening.by_requirement).map(([name, amount]) => {
    if (!ids.includes(name)) {
      const near = nearest(name, ids);
      throw new HoldingError(`${credential.id}: opening.by_requirement.${name} is no requirement${near}`);
    }
    const requirement = requirementOf(credential, name);
    const fits = requirement.kind === "minimum" ? [name] : [];
    return openingClaim(`Done before this list: ${inASentence(requirement.label)}`, amount, fits);
  });
  const rest = Object.values(opening.by_requirement).reduce((left, amount) => left - amount, opening.total);
  return rest > 0 ? [...claims, openingClaim("Done before this list", rest, [])] : claims;
}

/**
 * Oldest first; of duplicates one that says its topics, and always the same one by what else changes the count.
 * @param {EarnedCredit} one
 * @param {EarnedCredit} other
 */
function inOrder(one, other) {
  const [a, b] = [one, other].map((credit) => [
    credit.completed_on,
    credit.id,
    credit.topics.length > 0 ? 0 : 1,
    credit.activity,
    credit.topics,
    credit.guessed_topics,
    credit.counted_toward,
    ...[credit.points, credit.also, credit.by_topic].map((table) => Object.entries(table)),
  ]);
  return ordered(a, b);
}

/**
 * Compares texts, numbers and lists of them, part by part, as Python compares tuples.
 * @param {any} one
 * @param {any} other
 * @returns {number}
 */
function ordered(one, other) {
  if (!Array.isArray(one)) return one < other ? -1 : one > other ? 1 : 0;
  for (let place = 0; place < Math.min(one.length, other.length); place += 1) {
    const order = ordered(one[place], other[place]);
    if (order !== 0) return order;
  }
  return one.length - other.length;
}

/**
 * @param {string} title
 * @param {number} amount
 * @param {string[]} fits
 * @returns {Claim}
 */
function openingClaim(title, amount, fits) {
  const origin = { id: "opening", title, completed_on: null };
  return claim(origin, { confirmed: amount, likely: amount, fits_confirmed: fits, fits_likely: fits });
}

/**
 * @param {{id: string, title: string, completed_on: string | null}} credit
 * @param {Partial<Claim>} said
 * @returns {Claim}
 */
function claim(credit, said) {
  return {
    credit: credit.id,
    title: credit.title,
    completed_on: credit.completed_on,
    confirmed: 0,
    likely: 0,
    fits_confirmed: [],
    fits_likely: [],
    caps: [],
    refused: null,
    doubt: null,
    ...said,
  };
}

/**
 * Without a renewal period nobody can tell whether a credit falls inside it.
 * @param {Claim} part
 * @returns {Claim}
 */
const undated = (part) => ({ ...part, confirmed: 0, doubt: part.doubt ?? "The renewal period is not known." });

/**
 * Why a credit cannot count for its date alone.
 * @param {EarnedCredit} credit
 * @param {Cycle | null} cycle
 * @param {string | null} today
 */
function refusal(credit, cycle, today) {
  const day = credit.completed_on;
  if (today !== null && day > today) return `Dated ${day}, which is after today.`;
  if (cycle === null || holds(cycle, day)) return null;
  const side = day < cycle.start ? "before this renewal period began" : "after this renewal period ended";
  return `Finished on ${day}, ${side} (${cycle.start} to ${cycle.end}).`;
}

/**
 * One claim, or one for each topic among which the certificate splits the amount.
 * @param {Credential} credential
 * @param {EarnedCredit} credit
 * @returns {Claim[]}
 */
function partsOf(credential, credit) {
  const split = Object.entries(credit.by_topic);
  const whole = credential.id in credit.points || !KIND_OF_ACTIVITY.has(credit.activity);
  if (split.length === 0 || whole) {
    return [valued(credential, credit, worthOf(credential, credit, credit.amount), credit.topics)];
  }
  const parts = split.map(([topic, amount]) =>
    valued(credential, credit, worthOf(credential, credit, amount), [topic]),
  );
  const rest = split.reduce((left, [, amount]) => left - amount, credit.amount ?? 0);
  return rest > 0 ? [...parts, valued(credential, credit, worthOf(credential, credit, rest), [])] : parts;
}

/**
 * @param {Credential} credential
 * @param {EarnedCredit} credit
 * @param {number | null} amount
 * @returns {Worth}
 */
function worthOf(credential, credit, amount) {
  const assigned = credit.points[credential.id];
  if (assigned !== undefined) {
    return { confirmed: assigned, likely: assigned, acceptance: "stated", entry: null, cap: null };
  }
  const kind = KIND_OF_ACTIVITY.get(credit.activity);
  if (kind === undefined) return worthOfActivity(credential, credit, amount);
  const also = amount === credit.amount ? Object.entries(credit.also) : [];
  const offered = [/** @type {[string, number | null]} */ ([credit.unit, amount]), ...also].map(([unit, part]) =>
    worth(credential, unit, part, kind),
  );
  return offered.reduce((best, other) => (compare(standing(other), standing(best)) > 0 ? other : best));
}

/**
 * @param {Credential} credential
 * @param {EarnedCredit} credit
 * @param {number | null} amount how many of the activity; one where it is not said
 * @returns {Worth}
 */
function worthOfActivity(credential, credit, amount) {
  const rule = ruleOf(credential, credit);
  const late = isLate(rule, credit);
  if (!rule?.value || late) {
    return { confirmed: null, likely: late ? 0 : null, acceptance: "unknown", entry: null, cap: null };
  }
  const times = (/** @type {number} */ figure) => Math.floor(((amount ?? 1000) * figure) / 1000);
  const [confirmed, likely] = [times(planned(rule.value)), times(rule.value.value)];
  return { confirmed, likely, acceptance: "should", entry: null, cap: rule.cap };
}

/**
 * @param {Credential} credential
 * @param {EarnedCredit} credit
 */
const ruleOf = (credential, credit) => credential.activities.find((rule) => rule.activity === credit.activity);

/**
 * @param {import("./credential.js").ActivityRule | undefined} rule
 * @param {EarnedCredit} credit
 */
const isLate = (rule, credit) => Boolean(rule?.not_after && credit.completed_on > rule.not_after);

/**
 * What orders the credits of one certificate: the accepted amount, the likely one, and how well it is accepted.
 * @param {Worth} value
 */
const standing = (value) => [accepted(value), value.likely ?? 0, -ACCEPTANCE_ORDER.indexOf(value.acceptance)];

/** @param {Worth} value */
const accepted = (value) => (value.acceptance === "unknown" ? 0 : (value.confirmed ?? 0));

/**
 * @param {Credential} credential
 * @param {EarnedCredit} credit
 * @param {Worth} value
 * @param {string[]} topics
 * @returns {Claim}
 */
function valued(credential, credit, value, topics) {
  const likely = value.likely ?? 0;
  const confirmed = accepted(value);
  if (likely === 0) return claim(credit, { refused: worthless(credential, credit) });
  const fits = credential.requirements.map((part) => ({ part, origin: originOf(part, credit, topics, credential) }));
  if (fits.length > 0 && fits.every(({ origin }) => origin === null)) {
    return claim(credit, { refused: `Its topic does not count for ${credential.short_name}.` });
  }
  const probable = fits.filter(({ part, origin }) => part.kind === "minimum" && origin !== null);
  const sure = probable.filter(({ origin }) => origin !== "guessed");
  const caps = credential.caps.filter((cap) => isUnder(cap, topics)).map((cap) => cap.id);
  const doubt = doubtOf(credential, credit, value, confirmed, likely);
  return claim(credit, {
    confirmed,
    likely,
    fits_confirmed: sure.map(({ part }) => part.id),
    fits_likely: probable.map(({ part }) => part.id),
    caps: [...new Set(value.cap === null ? caps : [value.cap, ...caps])],
    doubt: doubt ?? (probable.length > sure.length ? GUESSED : null),
  });
}

/**
 * Who says that a credit fits a requirement; the technician's own choice stands before any topic.
 * @param {Requirement} requirement
 * @param {EarnedCredit} credit
 * @param {string[]} topics
 * @param {Credential} credential
 * @returns {TopicOrigin | null}
 */
function originOf(requirement, credit, topics, credential) {
  const chosen = chosenIn(credit, credential);
  if (chosen !== null && requirement.kind === "minimum") return requirement.id === chosen ? "confirmed" : null;
  const offered = [credit.unit, ...Object.keys(credit.also)];
  if (requirement.units.length > 0 && !offered.some((unit) => requirement.units.includes(unit))) return null;
  return topicOrigin(requirement, { stated: topics, guessed: credit.guessed_topics });
}

/**
 * @param {EarnedCredit} credit
 * @param {Credential} credential
 */
function chosenIn(credit, credential) {
  const choices = credit.counted_toward.map((choice) => choice.split(":"));
  return choices.find(([name, requirement]) => name === credential.id && requirement)?.[1] ?? null;
}

/**
 * @param {Cap} cap
 * @param {string[]} topics
 */
const isUnder = (cap, topics) =>
  cap.topics.length > 0 && topics.length > 0 && topics.every((topic) => cap.topics.includes(topic));

/**
 * Why a credit is worth nothing that we could count.
 * @param {Credential} credential
 * @param {EarnedCredit} credit
 */
function worthless(credential, credit) {
  const rule = ruleOf(credential, credit);
  const enter = `Enter the ${credential.unit} that ${credential.body_name} gives for it`;
  if (KIND_OF_ACTIVITY.has(credit.activity)) {
    if (credit.amount === null) return "Its amount is not known.";
    return `What one ${unitName(credit.unit)} is worth to ${credential.short_name} was not found. ${enter}.`;
  }
  if (!rule) return `The ${credential.short_name} rule we read does not name this activity. ${enter}, if any.`;
  if (isLate(rule, credit)) return `${rule.label} counts only up to ${rule.not_after}.`;
  return `${rule.label} counts for ${credential.short_name}, but how much was not found. ${enter}.`;
}

/**
 * Why a credit counts for less on the confirmed side.
 * @param {Credential} credential
 * @param {EarnedCredit} credit
 * @param {Worth} value
 * @param {number} confirmed
 * @param {number} likely
 */
function doubtOf(credential, credit, value, confirmed, likely) {
  if (confirmed === likely) return null;
  const name = unitName(credit.unit);
  if (value.acceptance === "unknown") return `Not known whether ${credential.short_name} takes this credit (${name}).`;
  if (value.entry?.per_unit?.assumed) {
    return `What an hour is worth to ${credential.short_name} is assumed, not read from a page. Check it.`;
  }
  return `Counts as ${words(confirmed)} until you have checked what one ${name} is worth.`;
}
