// A credential as one technician holds it: specialties spelled out, checked figures applied, first period told apart.
// The twin of recommend/holding.py. The result is again a credential, so that what counts credits needs to know nothing
// of how it is held.

import { figuresOf, forCycleEnding } from "./credential.js";
import { current, monthsBetween } from "./cycles.js";
import { nearest } from "./documents.js";
import { topics } from "./taxonomy.js";

/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./credential.js").Figure} Figure */
/** @typedef {import("./credential.js").Requirement} Requirement */
/** @typedef {import("./cycles.js").Cycle} Cycle */
/** @typedef {import("./profile.js").CheckedFigure} CheckedFigure */
/** @typedef {import("./profile.js").Held} Held */
/** @typedef {import("./profile.js").Profile} Profile */
/** @typedef {import("./profile.js").Target} Target */
/** @typedef {import("./rules.js").Rules} Rules */

const YOURS = "You entered this figure.";

/** A profile that names a credential, specialty or figure which the rules do not know. */
export class HoldingError extends Error {}

/**
 * The credentials that a profile holds, each as it applies to this person, in the profile's order.
 * @param {Profile} profile
 * @param {Rules} rules
 * @param {string} today
 * @returns {Map<string, Credential>}
 * @throws {HoldingError} for a credential, requirement or checked figure that the rules do not know
 */
export function forHolder(profile, rules, today) {
  refuseLooseFigures(profile, rules.credentials);
  /** @type {Map<string, Credential>} */
  const personal = new Map();
  for (const held of profile.credentials) {
    const credential = rules.credentials.get(held.id);
    if (!credential) {
      const near = nearest(held.id, [...rules.credentials.keys()].sort());
      throw new HoldingError(`credential '${held.id}' is not among the rules${near}`);
    }
    personal.set(held.id, asHeld(credential, held, profile.checked, current(credential, held, today)));
  }
  for (const target of profile.targets) personal.set(target.id, ownCredential(target, rules.own));
  return personal;
}

/**
 * One credential as it applies to one holder in one renewal period.
 * @param {Credential} credential
 * @param {Held} held
 * @param {CheckedFigure[]} checked
 * @param {Cycle | null} cycle
 * @returns {Credential}
 */
export function asHeld(credential, held, checked, cycle) {
  const own = new Map(
    checked.filter((each) => credentialOf(each) === credential.id).map((each) => [pathOf(each), each]),
  );
  let personal = withChecked(forCycle(credential, cycle), own);
  personal = withOwnFigures(personal, held);
  personal = withSpecialties(personal, held);
  if (held.status === "expired") return toReinstate(personal);
  return held.first_cycle ? firstPeriod(personal, held, cycle) : personal;
}

/**
 * An own target as a credential: any hour counts as an hour, since nobody else sets its rule.
 * @param {Target} target
 * @param {Credential} own what all own targets share, from the site's data
 * @returns {Credential}
 */
export function ownCredential(target, own) {
  const parts = target.parts.map(({ id, label, topics: about, needed }) =>
    minimum({ id, label, topics: about, needed: entered(needed) }),
  );
  return {
    ...own,
    id: target.id,
    name: target.name,
    short_name: target.name,
    unit: target.unit,
    total: entered(target.total),
    requirements: [...parts, ...own.requirements],
  };
}

/**
 * A figure that names no page.
 * @param {number} value
 * @param {Partial<Figure>} said
 * @returns {Figure}
 */
function figure(value, said) {
  const silent = { strict: null, source: null, clause: null, note: null, assumed: false, checked: false, earlier: [] };
  return { value, confidence: "high", ...silent, ...said };
}

/** @param {number} value */
const entered = (value) => figure(value, { checked: true, note: YOURS });

/**
 * @param {Pick<Requirement, "id" | "label" | "topics" | "needed">} said
 * @returns {Requirement}
 */
const minimum = (said) => ({ kind: "minimum", refuses: [], units: [], splittable: false, note: null, ...said });

/** @param {CheckedFigure} checked */
const credentialOf = (checked) => checked.figure.slice(0, checked.figure.indexOf("."));

/** @param {CheckedFigure} checked */
const pathOf = (checked) => checked.figure.slice(checked.figure.indexOf(".") + 1);

/**
 * @param {Profile} profile
 * @param {Map<string, Credential>} credentials
 */
function refuseLooseFigures(profile, credentials) {
  for (const checked of profile.checked) {
    const credential = credentials.get(credentialOf(checked));
    if (!credential) {
      const near = nearest(credentialOf(checked), [...credentials.keys()].sort());
      throw new HoldingError(`checked figure '${checked.figure}': no such credential${near}`);
    }
    const paths = [...figuresOf(credential).keys()].sort();
    if (!paths.includes(pathOf(checked))) {
      throw new HoldingError(`checked figure '${checked.figure}': no such figure${nearest(pathOf(checked), paths)}`);
    }
  }
}

/**
 * The figures that held for the renewal period; a minimum that did not exist yet is left out.
 * @param {Credential} credential
 * @param {Cycle | null} cycle
 * @returns {Credential}
 */
function forCycle(credential, cycle) {
  const held = (/** @type {Figure} */ asked) => ({ ...asked, value: forCycleEnding(asked, cycle?.end ?? null) });
  const requirements = credential.requirements
    .map((part) => ({ ...part, needed: part.needed && held(part.needed) }))
    .filter((part) => part.needed === null || part.needed.value > 0);
  return { ...credential, requirements, total: credential.total && held(credential.total) };
}

/**
 * The credential with the figures that the technician vouches for: sure now, and changed where a value is given.
 * @param {Credential} credential
 * @param {Map<string, CheckedFigure>} checked by path
 * @returns {Credential}
 */
function withChecked(credential, checked) {
  /** @type {(path: string, asked: Figure | null) => Figure | null} */
  const vouched = (path, asked) => {
    const found = checked.get(path);
    if (!asked || !found) return asked;
    return { ...asked, confidence: "high", checked: true, value: found.value ?? asked.value };
  };
  return {
    ...credential,
    total: vouched("total", credential.total),
    requirements: credential.requirements.map((part) => ({
      ...part,
      needed: vouched(`requirements.${part.id}`, part.needed),
    })),
    accepts: credential.accepts.map((entry) => ({
      ...entry,
      per_unit: vouched(`accepts.${entry.id}`, entry.per_unit),
    })),
    activities: credential.activities.map((rule) => ({
      ...rule,
      value: vouched(`activities.${rule.activity}`, rule.value),
    })),
  };
}

/**
 * Figures that nobody found and the technician entered. A new minimum is named by its topic.
 * @param {Credential} credential
 * @param {Held} held
 * @returns {Credential}
 */
function withOwnFigures(credential, held) {
  let requirements = [...credential.requirements];
  const ids = requirements.map((part) => part.id);
  for (const [name, needed] of Object.entries(held.own_requirements)) {
    const place = ids.indexOf(name);
    const topic = topics().get(name);
    if (place >= 0) {
      requirements = requirements.map((part) =>
        part.id === name ? { ...part, needed: entered(needed), kind: "minimum" } : part,
      );
    } else if (topic) {
      requirements.unshift(minimum({ id: name, label: topic.label, topics: [name], needed: entered(needed) }));
    } else {
      const near = nearest(name, [...ids, ...topics().keys()]);
      throw new HoldingError(`${credential.id}: own_requirements.${name} is no requirement and no topic${near}`);
    }
  }
  return { ...credential, requirements, total: held.own_total === null ? credential.total : entered(held.own_total) };
}

/**
 * Each specialty on the license as its own minimum. One just added is exempt (Fla. Admin. Code 64B3-11.001).
 * @param {Credential} credential
 * @param {Held} held
 * @returns {Credential}
 */
function withSpecialties(credential, held) {
  const owed = held.specialties.filter((specialty) => !held.new_specialties.includes(specialty));
  const requirements = credential.requirements.flatMap((part) =>
    part.kind === "per_specialty" ? owed.map((specialty) => forSpecialty(part, specialty)) : [part],
  );
  return { ...credential, requirements };
}

/**
 * @param {Requirement} part
 * @param {string} specialty
 * @returns {Requirement}
 */
function forSpecialty(part, specialty) {
  const label = `Licensed specialty: ${topics().get(specialty)?.label}`;
  return { ...part, id: `specialty_${specialty}`, label, kind: "minimum", topics: [specialty] };
}

/**
 * What brings an expired credential back: its own total where the rule gives one, else the whole set.
 * @param {Credential} credential
 * @returns {Credential}
 */
function toReinstate(credential) {
  if (!credential.expired?.total) return credential;
  const requirements = credential.requirements.filter((part) => part.kind === "remainder");
  return { ...credential, total: credential.expired.total, requirements };
}

/**
 * What the first renewal period asks, where the rule makes an exception for it.
 * @param {Credential} credential
 * @param {Held} held
 * @param {Cycle | null} cycle
 * @returns {Credential}
 */
function firstPeriod(credential, held, cycle) {
  const rule = credential.first_cycle;
  if (!rule) return credential;
  const { confidence, source, note } = rule;
  const totalOf = (/** @type {number} */ total) => figure(total, { confidence, source, note });
  if (rule.exempt) return { ...credential, requirements: [], total: totalOf(0) };
  if (rule.only.length > 0) {
    const requirements = credential.requirements.filter((part) => rule.only.includes(part.id));
    const total = requirements.reduce((sum, part) => sum + (part.needed?.value ?? 0), 0);
    return { ...credential, requirements, total: totalOf(total) };
  }
  if (cycle === null || held.certified_on === null) return credential;
  const month = monthsBetween(cycle.start, held.certified_on);
  const step = rule.steps.find((each) => month < each.before_month);
  return step ? { ...credential, total: totalOf(step.total) } : credential;
}
