// The shape of a credential's rules, as the site's data carries them, and what one figure says. The twin of
// recommend/credential.py; fields are spelled as there, amounts are thousandths, days ISO text.

/** Rules that nobody has read for so many days say so. */
export const STALE_DAYS = 365;

/** In a requirement's topics: every topic is accepted, known or not. */
export const ANY_TOPIC = "any";

/** @typedef {"high" | "medium" | "low"} Confidence */
/** @typedef {"points" | "hours"} Unit */
/** @typedef {"minimum" | "per_specialty" | "remainder"} RequirementKind */
/** @typedef {"stated" | "should" | "unknown"} Acceptance */
/** @typedef {"active" | "no_ce" | "no_license"} Standing */
/** @typedef {"anniversary" | "fixed" | "calendar_years"} CycleKind */

/**
 * A page that a figure was read from; `dated` is its own date in words, `read_on` the day we read it.
 * @typedef {{url: string, title: string, dated: string, read_on: string}} RuleSource
 */

/**
 * One number of a rule; `strict` is the reading to plan for while it is not sure and not checked.
 * @typedef {object} Figure
 * @property {number} value
 * @property {number | null} strict
 * @property {Confidence} confidence
 * @property {string | null} source
 * @property {string | null} clause
 * @property {string | null} note
 * @property {boolean} assumed
 * @property {boolean} checked
 * @property {{cycle_ends_before: string, value: number}[]} earlier
 */

/**
 * @typedef {object} Requirement
 * @property {string} id
 * @property {string} label
 * @property {RequirementKind} kind
 * @property {string[]} topics
 * @property {string[]} refuses
 * @property {string[]} units
 * @property {Figure | null} needed
 * @property {boolean} splittable
 * @property {string | null} note
 */

/**
 * @typedef {object} Accepts
 * @property {string} id
 * @property {string} label
 * @property {string[]} units
 * @property {string[]} kinds
 * @property {Acceptance} acceptance
 * @property {Figure | null} per_unit
 * @property {string | null} cap
 */

/**
 * @typedef {object} ActivityRule
 * @property {string} activity
 * @property {string} label
 * @property {string} per
 * @property {Figure | null} value
 * @property {string | null} not_after
 * @property {string | null} cap
 * @property {Confidence} confidence
 * @property {string | null} source
 * @property {string | null} note
 */

/**
 * @typedef {object} Cap
 * @property {string} id
 * @property {string} label
 * @property {string[]} topics
 * @property {number | null} percent_of_total
 * @property {number | null} amount
 * @property {Confidence} confidence
 * @property {string | null} source
 * @property {string | null} note
 */

/**
 * @typedef {object} CycleRule
 * @property {CycleKind} kind
 * @property {number} months
 * @property {number | null} end_month
 * @property {number | null} end_day
 * @property {boolean} even_years
 * @property {Confidence} confidence
 * @property {string | null} source
 * @property {string | null} note
 */

/**
 * @typedef {object} FirstCycle
 * @property {string[]} only
 * @property {boolean} exempt
 * @property {{before_month: number, total: number}[]} steps
 * @property {Confidence} confidence
 * @property {string | null} source
 * @property {string | null} note
 */

/** @typedef {{total: Figure | null, within_months: number | null, note: string}} ExpiredRule */
/** @typedef {{text: string, confidence: Confidence, source: string | null}} Fact */
/** @typedef {{name: string, dollars: number | null, confidence: Confidence, source: string | null, note: string | null}} Fee */

/**
 * The rules of one certification or license, or of a target that a person set.
 * @typedef {object} Credential
 * @property {string} id
 * @property {string} name
 * @property {string} short_name
 * @property {string} body
 * @property {string} body_name
 * @property {string | null} body_url
 * @property {string} jurisdiction
 * @property {Unit} unit
 * @property {Standing} standing
 * @property {CycleRule | null} cycle
 * @property {Figure | null} total
 * @property {Requirement[]} requirements
 * @property {Accepts[]} accepts
 * @property {ActivityRule[]} activities
 * @property {Cap[]} caps
 * @property {FirstCycle | null} first_cycle
 * @property {ExpiredRule | null} expired
 * @property {Fact[]} documentation
 * @property {Fee[]} fees
 * @property {number | null} file_days_before
 * @property {string[]} certificate_fields
 * @property {string[]} open_questions
 * @property {Record<string, RuleSource>} sources
 * @property {string | null} note
 */

/**
 * Thousandths to plan with: the value where it is sure, else the stricter reading.
 * @param {Figure} figure
 */
export const planned = (figure) =>
  figure.strict === null || figure.confidence === "high" ? figure.value : figure.strict;

/**
 * The value that held for a renewal period ending on `end` (null: the one that holds now).
 * @param {Figure} figure
 * @param {string | null} end
 */
export function forCycleEnding(figure, end) {
  const held = figure.earlier.filter((change) => end !== null && end < change.cycle_ends_before);
  held.sort((one, other) => (one.cycle_ends_before < other.cycle_ends_before ? -1 : 1));
  return held.length > 0 ? held[0].value : figure.value;
}

/**
 * A cap in thousandths for a total in thousandths; null where it is a share of an unknown total.
 * @param {Cap} cap
 * @param {number | null} total
 */
export function mostOf(cap, total) {
  if (cap.amount !== null || cap.percent_of_total === null) return cap.amount;
  return total === null ? null : Math.floor((total * cap.percent_of_total) / 100);
}

/**
 * The requirement of that id.
 * @param {Credential} credential
 * @param {string} id
 * @throws {Error} where the credential has none
 */
export function requirementOf(credential, id) {
  const found = credential.requirements.find((requirement) => requirement.id === id);
  if (!found) throw new Error(`${credential.id} has no requirement ${id}`);
  return found;
}

/**
 * The source of that key, or null where the figure names none.
 * @param {Credential} credential
 * @param {string | null} key
 * @returns {RuleSource | null}
 */
export const sourceOf = (credential, key) => (key === null ? null : (credential.sources[key] ?? null));

/**
 * The earliest day on which one of its figures was read; null where no figure names a source.
 * @param {Credential} credential
 * @returns {string | null}
 */
export function readOn(credential) {
  const days = [...figuresOf(credential).values()].map((figure) => sourceOf(credential, figure.source)?.read_on);
  return days.filter((day) => day !== undefined).sort()[0] ?? null;
}

/**
 * Every figure by its path (`total`, `requirements.safety`, `accepts.hours`): what `checked` in a profile names.
 * @param {Credential} credential
 * @returns {Map<string, Figure>}
 */
export function figuresOf(credential) {
  /** @type {[string, Figure | null][]} */
  const named = [
    ["total", credential.total],
    ...credential.requirements.map(
      (part) => /** @type {[string, Figure | null]} */ ([`requirements.${part.id}`, part.needed]),
    ),
    ...credential.accepts.map(
      (entry) => /** @type {[string, Figure | null]} */ ([`accepts.${entry.id}`, entry.per_unit]),
    ),
    ...credential.activities.map(
      (rule) => /** @type {[string, Figure | null]} */ ([`activities.${rule.activity}`, rule.value]),
    ),
  ];
  const found = new Map();
  for (const [path, figure] of named) if (figure !== null) found.set(path, figure);
  return found;
}
