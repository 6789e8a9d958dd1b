// The shortfall: which earned credit counts toward what, what is still needed, and by when. The twin of
// recommend/shortfall.py. Told twice: "confirmed" counts only what is sure, "likely" everything that probably counts.
// All amounts are thousandths of the credential's unit.

import { words } from "./amounts.js";
import { assign } from "./assignment.js";
import { claimsOf, openingClaims } from "./claims.js";
import { STALE_DAYS, mostOf, planned, readOn, sourceOf } from "./credential.js";
import { current } from "./cycles.js";
import { LAST_DAY, addDays, daysBetween } from "./dates.js";
import { usesOf } from "./explanation.js";
import { forHolder } from "./holding.js";

/** @typedef {import("./assignment.js").Answer} Answer */
/** @typedef {import("./assignment.js").Item} Item */
/** @typedef {import("./assignment.js").Question} Question */
/** @typedef {import("./claims.js").Claim} Claim */
/** @typedef {import("./credential.js").Cap} Cap */
/** @typedef {import("./credential.js").Confidence} Confidence */
/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./credential.js").Figure} Figure */
/** @typedef {import("./credential.js").Requirement} Requirement */
/** @typedef {import("./credential.js").RequirementKind} RequirementKind */
/** @typedef {import("./credential.js").RuleSource} RuleSource */
/** @typedef {import("./credential.js").Standing} Standing */
/** @typedef {import("./credential.js").Unit} Unit */
/** @typedef {import("./cycles.js").Cycle} Cycle */
/** @typedef {import("./explanation.js").CreditUse} CreditUse */
/** @typedef {import("./profile.js").Held} Held */
/** @typedef {import("./profile.js").HoldingStatus} HoldingStatus */
/** @typedef {import("./profile.js").Opening} Opening */
/** @typedef {import("./profile.js").Profile} Profile */
/** @typedef {import("./profile.js").Target} Target */
/** @typedef {import("./rules.js").Rules} Rules */
/** @typedef {import("./transcript.js").EarnedCredit} EarnedCredit */

/**
 * One requirement: what it asks, what fills it and what is still needed, on both sides. null is not known. `confirmed`
 * and `likely` never exceed `needed`; overflow is told in the remainder.
 * @typedef {object} RequirementOwed
 * @property {string} id
 * @property {string} label
 * @property {RequirementKind} kind
 * @property {string[]} topics
 * @property {number | null} needed
 * @property {number} confirmed
 * @property {number} likely
 * @property {number | null} still_confirmed
 * @property {number | null} still_likely
 * @property {string | null} figure
 * @property {Confidence | null} confidence
 * @property {boolean} checked
 * @property {string | null} source_url
 * @property {string | null} source_dated
 * @property {string | null} read_on
 * @property {string | null} note
 */

/**
 * How much of a cap is used on each side; `most` is null where the total is not known.
 * @typedef {{id: string, label: string, most: number | null, confirmed: number, likely: number}} CapUse
 */

/**
 * One credential: the renewal period, its requirements, and both sides of what is still needed. `still_confirmed` is the
 * least amount that closes every requirement. `plan_by` is the day by which a plan ends, `file_by` the one by which the
 * body wants the declaration, where its rule says so. A total that nobody found is null.
 * @typedef {object} CredentialOwed
 * @property {string} id
 * @property {string} name
 * @property {string} short_name
 * @property {string} body_name
 * @property {Unit} unit
 * @property {Standing} standing
 * @property {HoldingStatus} status
 * @property {number | null} total
 * @property {string | null} total_figure
 * @property {Confidence | null} total_confidence
 * @property {RuleSource | null} total_source
 * @property {Cycle | null} cycle
 * @property {string | null} plan_by
 * @property {RequirementOwed[]} requirements
 * @property {number} confirmed
 * @property {number} likely
 * @property {number | null} still_confirmed
 * @property {number | null} still_likely
 * @property {string | null} file_by
 * @property {CreditUse[]} uses_confirmed
 * @property {CreditUse[]} uses_likely
 * @property {CapUse[]} caps
 * @property {string[]} unsure
 * @property {string[]} notes
 */

/**
 * What one technician still needs, credential by credential, the earlier deadline first.
 * @typedef {{today: string, credentials: CredentialOwed[]}} Owed
 */

/**
 * One credential as it is held, with everything that its answer needs.
 * @typedef {object} Case
 * @property {Credential} credential
 * @property {string} today
 * @property {Cycle | null} cycle
 * @property {HoldingStatus} status
 * @property {Opening | null} opening
 * @property {string[]} notes
 * @property {Requirement[]} minimums
 * @property {Requirement | null} rest
 */

/**
 * One of the two answers: what is asked, what fills it, and where each claim went.
 * @typedef {object} Side
 * @property {number[]} needs
 * @property {number | null} total
 * @property {number[]} filled
 * @property {number | null} rest_needed
 * @property {number} rest_filled
 * @property {number | null} still
 * @property {number[]} caps
 * @property {CreditUse[]} uses
 */

/**
 * What a profile still needs on a day, credential by credential, the earlier deadline first.
 * @param {Profile} profile
 * @param {Rules} rules
 * @param {string} today
 * @param {EarnedCredit[]} [also] credits to count as if they were earned; theirs may lie in the future
 * @returns {Owed}
 * @throws {import("./holding.js").HoldingError} where the profile names what the rules do not know
 */
export function owed(profile, rules, today, also = []) {
  const personal = forHolder(profile, rules, today);
  const of = (/** @type {Map<string, Credential>} */ map, /** @type {string} */ id) =>
    /** @type {Credential} */ (map.get(id));
  const cases = [
    ...profile.credentials.map((held) => heldCase(of(rules.credentials, held.id), of(personal, held.id), held, today)),
    ...profile.targets.map((target) => targetCase(of(personal, target.id), target, today)),
  ];
  const credentials = cases.map((held) => answer(held, profile, also));
  const deadline = (/** @type {CredentialOwed} */ each) => `${each.cycle?.end ?? LAST_DAY} ${each.id}`;
  credentials.sort((one, other) => (deadline(one) < deadline(other) ? -1 : 1));
  return { today, credentials };
}

/**
 * @param {Credential} rule
 * @param {Credential} personal
 * @param {Held} held
 * @param {string} today
 */
function heldCase(rule, personal, held, today) {
  const cycle = current(rule, held, today);
  return caseOf(personal, today, cycle, held.status, held.opening, notesOn(rule, held, cycle, today));
}

/**
 * @param {Credential} personal
 * @param {Target} target
 * @param {string} today
 */
function targetCase(personal, target, today) {
  const cycle = { start: target.starts_on, end: target.due_on, renew_by: target.due_on, looks_back: false };
  return caseOf(personal, today, cycle, "active", target.opening, ["You set this target yourself."]);
}

/**
 * @param {Credential} credential
 * @param {string} today
 * @param {Cycle | null} cycle
 * @param {HoldingStatus} status
 * @param {Opening | null} opening
 * @param {string[]} notes
 * @returns {Case}
 */
function caseOf(credential, today, cycle, status, opening, notes) {
  const minimums = credential.requirements.filter((part) => part.kind === "minimum");
  const rest = credential.requirements.find((part) => part.kind === "remainder") ?? null;
  return { credential, today, cycle, status, opening, notes, minimums, rest };
}

/**
 * @param {Case} held
 * @param {Profile} profile
 * @param {EarnedCredit[]} also
 * @returns {CredentialOwed}
 */
function answer(held, profile, also) {
  const { credential, cycle, today } = held;
  const claims = [
    ...openingClaims(credential, held.opening),
    ...claimsOf(credential, profile.transcript, cycle, today, also),
  ];
  const sure = sideOf(held, claims, true);
  const probable = sideOf(held, claims, false);
  return {
    id: credential.id,
    name: credential.name,
    short_name: credential.short_name,
    body_name: credential.body_name,
    unit: credential.unit,
    standing: credential.standing,
    status: held.status,
    total: sure.total,
    total_figure: credential.total && `${credential.id}.total`,
    total_confidence: credential.total && credential.total.confidence,
    total_source: credential.total && sourceOf(credential, credential.total.source),
    cycle,
    plan_by: planBy(cycle, today, profile.plan_days_before),
    requirements: requirementsOf(held, sure, probable),
    confirmed: sum(sure.filled) + sure.rest_filled,
    likely: sum(probable.filled) + probable.rest_filled,
    still_confirmed: sure.still,
    still_likely: probable.still,
    file_by: fileBy(held),
    uses_confirmed: sure.uses,
    uses_likely: probable.uses,
    caps: credential.caps.map(({ id, label }, index) => ({
      id,
      label,
      most: mostOf(credential.caps[index], sure.total),
      confirmed: sure.caps[index],
      likely: probable.caps[index],
    })),
    unsure: unsureOf(held, claims),
    notes: held.notes,
  };
}

/**
 * Solve one side. Only what is asked for certain differs: stricter figures, smaller amounts, fewer topics.
 * @param {Case} held
 * @param {Claim[]} claims
 * @param {boolean} confirmed
 * @returns {Side}
 */
function sideOf(held, claims, confirmed) {
  const { credential, minimums } = held;
  const needs = minimums.map((part) => asked(part.needed, confirmed) ?? 0);
  const total = asked(credential.total, confirmed);
  const counting = claims.filter((claim) => (confirmed ? claim.confirmed : claim.likely) > 0);
  /** @type {Question} */
  const question = {
    needs,
    total,
    caps: credential.caps.map((cap) => capSize(cap, total, claims)),
    items: counting.map((claim) => itemOf(held, claim, confirmed)),
  };
  const solved = assign(question);
  const filled = needs.map((need, place) => need - solved.owed[place]);
  const restNeeded = total === null ? null : Math.max(0, total - sum(needs));
  const overflow = Math.max(0, solved.all_counted - sum(filled));
  return {
    needs,
    total,
    filled,
    rest_needed: restNeeded,
    rest_filled: restNeeded === null ? overflow : Math.min(overflow, restNeeded),
    still: total !== null || minimums.length > 0 ? solved.still : null,
    caps: credential.caps.map((_, cap) => usedOf(solved, question, cap)),
    uses: usesOf(minimums, held.rest, question, claims, counting, solved),
  };
}

/**
 * @param {Figure | null} figure
 * @param {boolean} confirmed
 */
function asked(figure, confirmed) {
  if (figure === null) return null;
  return confirmed ? Math.max(figure.value, planned(figure)) : figure.value;
}

/**
 * A cap's size; one that is a share of an unknown total cannot bind.
 * @param {Cap} cap
 * @param {number | null} total
 * @param {Claim[]} claims
 */
const capSize = (cap, total, claims) => mostOf(cap, total) ?? sum(claims.map((claim) => claim.likely));

/**
 * @param {Case} held
 * @param {Claim} claim
 * @param {boolean} confirmed
 * @returns {Item}
 */
function itemOf(held, claim, confirmed) {
  const places = held.minimums.map((part) => part.id);
  const fits = (confirmed ? claim.fits_confirmed : claim.fits_likely).map((name) => places.indexOf(name));
  const caps = held.credential.caps.flatMap((cap, index) => (claim.caps.includes(cap.id) ? [index] : []));
  const splits = fits.filter((place) => held.minimums[place].splittable);
  return { amount: confirmed ? claim.confirmed : claim.likely, fits, caps, splits };
}

/**
 * @param {Answer} solved
 * @param {Question} question
 * @param {number} cap
 */
function usedOf(solved, question, cap) {
  const under = solved.counted.filter((_, index) => question.items[index].caps.includes(cap));
  return sum(under.flatMap((parts) => [...parts.values()]));
}

/**
 * @param {Case} held
 * @param {Side} sure
 * @param {Side} probable
 * @returns {RequirementOwed[]}
 */
function requirementsOf(held, sure, probable) {
  return held.credential.requirements.map((part) => {
    const place = held.minimums.indexOf(part);
    const [needed, likelyNeeded] = [sure, probable].map((side) => (place < 0 ? side.rest_needed : side.needs[place]));
    const [confirmed, likely] = [sure, probable].map((side) => (place < 0 ? side.rest_filled : side.filled[place]));
    const figure = part.needed ?? held.credential.total;
    const source = figure && sourceOf(held.credential, figure.source);
    return {
      id: part.id,
      label: part.label,
      kind: part.kind,
      topics: part.topics,
      needed,
      confirmed,
      likely,
      still_confirmed: needed === null ? null : Math.max(0, needed - confirmed),
      still_likely: likelyNeeded === null ? null : Math.max(0, likelyNeeded - likely),
      figure: figure && `${held.credential.id}.${part.needed === null ? "total" : `requirements.${part.id}`}`,
      confidence: figure && figure.confidence,
      checked: figure ? figure.checked : false,
      source_url: source && source.url,
      source_dated: source && source.dated,
      read_on: source && source.read_on,
      note: part.note ?? figure?.note ?? null,
    };
  });
}

/**
 * The day by which a plan ends: so many days before the end, or the end itself where that day is over.
 * @param {Cycle | null} cycle
 * @param {string} today
 * @param {number} daysBefore
 */
function planBy(cycle, today, daysBefore) {
  if (cycle === null || cycle.looks_back) return null;
  const early = addDays(cycle.end, -daysBefore);
  return early >= today ? early : cycle.end;
}

/** @param {Case} held */
function fileBy({ cycle, credential: { file_days_before: days } }) {
  return cycle !== null && days !== null && !cycle.looks_back ? addDays(cycle.renew_by, -days) : null;
}

/**
 * Plain sentences on what is not sure: figures first, then credits.
 * @param {Case} held
 * @param {Claim[]} claims
 */
function unsureOf(held, claims) {
  const { credential, today, opening } = held;
  const told = [];
  if (credential.total === null && credential.standing === "active") {
    told.push(`${credential.short_name}: no page we read gives the total. Check with the board and enter it.`);
  }
  const read = readOn(credential);
  if (read !== null && daysBetween(read, today) > STALE_DAYS) {
    told.push(`${credential.short_name}: this rule was last read on ${read}, more than 12 months ago. Check it.`);
  }
  /** @type {[string, Figure | null][]} */
  const named = [["The total", credential.total], ...held.minimums.map(labelled)];
  for (const [label, figure] of named) {
    if (figure === null || figure.confidence === "high") continue;
    const amount = words(Math.max(figure.value, planned(figure)));
    told.push(`${label}: ${amount} ${credential.unit}, ${figure.confidence} confidence. Check it.`);
  }
  for (const claim of claims) if (claim.doubt !== null) told.push(`${claim.title}: ${claim.doubt}`);
  if (opening?.about) {
    told.push(`About ${words(opening.total)} ${credential.unit} are your own count. Check your certificates.`);
  }
  return told;
}

/**
 * @param {Requirement} part
 * @returns {[string, Figure | null]}
 */
const labelled = (part) => [part.label, part.needed];

/**
 * What one should know about this holding, in calm words.
 * @param {Credential} rule
 * @param {Held} held
 * @param {Cycle | null} cycle
 * @param {string} today
 */
function notesOn(rule, held, cycle, today) {
  const told = [];
  if (rule.standing === "no_ce") told.push(`No CE is required by the rule we read for ${rule.short_name}.`);
  if (rule.standing === "no_license") told.push(`${rule.body_name}: this license has ended, by what we read.`);
  if (held.status === "on_leave") told.push("Leave may not move your deadline. Ask the board.");
  if (held.status === "voluntary") {
    told.push("You hold this voluntarily. What follows is what the program asks of those who take part.");
  }
  if (held.status === "expired") told.push(rule.expired?.note ?? "Expired: ask the board what brings it back.");
  if (held.first_cycle && rule.first_cycle?.note) told.push(rule.first_cycle.note);
  if (cycle === null && rule.standing === "active") {
    told.push("Enter the renewal period's last day, so that we can tell which credits fall inside it.");
  }
  if (cycle !== null && cycle.end < today) {
    told.push(`This renewal period ended on ${cycle.end}. If you renewed, enter the new one.`);
  }
  if (rule.requirements.some((part) => part.kind === "per_specialty") && held.specialties.length === 0) {
    told.push("Enter the specialties on your license: each one asks for an hour of its own.");
  }
  return told;
}

/** @param {number[]} amounts */
const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0);
