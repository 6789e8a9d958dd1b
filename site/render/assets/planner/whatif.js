// What if I took this? For each credential held: what it would close, what would be lost, and in which period it falls.
// The twin of recommend/whatif.py.

import { units } from "./amounts.js";
import { fallsIn, place } from "./cycles.js";
import { owed } from "./shortfall.js";

/** @typedef {import("./counting.js").Countable} Countable */
/** @typedef {import("./counting.js").CreditView} CreditView */
/** @typedef {import("./cycles.js").Fall} Fall */
/** @typedef {import("./explanation.js").CreditUse} CreditUse */
/** @typedef {import("./profile.js").Profile} Profile */
/** @typedef {import("./rules.js").Rules} Rules */
/** @typedef {import("./shortfall.js").CredentialOwed} CredentialOwed */
/** @typedef {import("./transcript.js").CreditDocument} CreditDocument */
/** @typedef {import("./transcript.js").EarnedCredit} EarnedCredit */

/** What taking an opportunity is, where it is not simply a course. @type {Map<string, string>} */
const ACTIVITY_OF_KIND = new Map([
  ["in_service", "in_service"],
  ["degree", "college"],
  ["involvement", "other"],
]);

/**
 * What one more activity would do for one credential. Amounts are thousandths of its unit. `closes_confirmed` and
 * `closes_likely` are by how much less would be needed; `lost` is what it would be worth beyond that.
 * @typedef {object} Effect
 * @property {string} credential
 * @property {string} short_name
 * @property {import("./credential.js").Unit} unit
 * @property {Fall} falls
 * @property {CredentialOwed} before
 * @property {CredentialOwed} after
 * @property {CreditUse[]} uses
 * @property {number} closes_confirmed
 * @property {number} closes_likely
 * @property {number} lost
 */

/**
 * What `taken` would do for each credential and target that the profile holds.
 * @param {Profile} profile
 * @param {Rules} rules
 * @param {string} today
 * @param {EarnedCredit} taken
 * @returns {Effect[]}
 */
export function whatIf(profile, rules, today, taken) {
  const before = owed(profile, rules, today);
  const after = owed(profile, rules, today, [taken]);
  return before.credentials.map((old, index) => {
    const held = profile.credentials.find((each) => each.id === old.id);
    const rule = rules.credentials.get(old.id);
    const day = taken.completed_on;
    const falls = held && rule ? fallsIn(rule, held, day, today) : place(old.cycle, null, day);
    return effect(old, after.credentials[index], falls, taken);
  });
}

/**
 * An opportunity as the credit that one would have after finishing it on a day, as a profile's file has it. Where sources
 * disagree on an amount the lowest is taken; parts of an additive group keep their topics.
 * @param {Countable & {id: string, title: string, provider_name: string, url: string}} opportunity
 * @param {string} on
 * @returns {CreditDocument}
 */
export function asEarned(opportunity, on) {
  const valid = opportunity.credits.filter(
    (credit) => credit.approved_through === null || credit.approved_through >= on,
  );
  const offered = lowestOfEachUnit(valid);
  const [[unit, amount] = ["unstated", null]] = offered;
  const parts = partsByTopic(
    valid.filter((credit) => credit.unit === unit),
    amount ?? 0,
  );
  const of = (/** @type {boolean} */ guess) =>
    opportunity.topics.filter(({ origin }) => (origin === "guessed") === guess).map(({ topic }) => topic);
  const said = new Set([...valid.flatMap((credit) => credit.topics), ...of(false)]);
  const also = [...offered].flatMap(([other, part]) => (other !== unit && part !== null ? [[other, units(part)]] : []));
  return {
    completed_on: on,
    title: opportunity.title,
    provider: opportunity.provider_name,
    amount: amount === null ? null : units(amount),
    unit,
    also: Object.fromEntries(also),
    activity: ACTIVITY_OF_KIND.get(opportunity.kind) ?? "course",
    topics: [...said].sort(),
    guessed_topics: [...new Set(of(true))].filter((topic) => !said.has(topic)).sort(),
    by_topic: Object.fromEntries([...parts].map(([topic, part]) => [topic, units(part)])),
    opportunity: opportunity.id,
    url: opportunity.url,
  };
}

/**
 * @param {CredentialOwed} before
 * @param {CredentialOwed} after
 * @param {Fall} falls
 * @param {EarnedCredit} taken
 * @returns {Effect}
 */
function effect(before, after, falls, taken) {
  const uses = after.uses_likely.filter((use) => use.credit === taken.id);
  const counted = uses.reduce((sum, use) => sum + use.thousandths, 0);
  const likely = less(before.still_likely, after.still_likely);
  return {
    credential: before.id,
    short_name: before.short_name,
    unit: before.unit,
    falls,
    before,
    after,
    uses,
    closes_confirmed: less(before.still_confirmed, after.still_confirmed),
    closes_likely: likely,
    lost: before.still_likely === null ? 0 : Math.max(0, counted - likely),
  };
}

/**
 * @param {number | null} before
 * @param {number | null} after
 */
const less = (before, after) => (before === null || after === null ? 0 : before - after);

/**
 * The parts of the first additive group whose topics are known, where they fit into what is counted.
 * @param {CreditView[]} offered
 * @param {number} amount
 * @returns {Map<string, number>}
 */
function partsByTopic(offered, amount) {
  /** @type {Map<string, number>} */
  const parts = new Map();
  const first = offered.find((credit) => credit.additive_group);
  const ofGroup = offered.filter(
    (credit) => credit.source === first?.source && credit.additive_group === first.additive_group,
  );
  for (const { topics, thousandths } of first ? ofGroup : []) {
    if (topics.length > 0 && thousandths) parts.set(topics[0], (parts.get(topics[0]) ?? 0) + thousandths);
  }
  const sum = [...parts.values()].reduce((total, part) => total + part, 0);
  return sum <= amount ? parts : new Map();
}

/**
 * For each unit the lowest that a source says; a source's own is its largest single credit or additive group.
 * @param {CreditView[]} offered
 * @returns {Map<string, number | null>}
 */
function lowestOfEachUnit(offered) {
  /** @type {Map<string, {unit: string, groups: Map<string, number>}>} */
  const bySource = new Map();
  offered.forEach(({ unit, source, thousandths, upper_bound: bound, additive_group: group }, number) => {
    if (thousandths === null || bound) return;
    const key = `${unit} ${source}`;
    const { groups } = bySource.get(key) ?? { groups: new Map() };
    const name = group ?? `alone ${number}`;
    bySource.set(key, { unit, groups: groups.set(name, (groups.get(name) ?? 0) + thousandths) });
  });
  /** @type {Map<string, number | null>} */
  const lowest = new Map(offered.map(({ unit }) => [unit, null]));
  for (const { unit, groups } of bySource.values()) {
    const largest = Math.max(...groups.values());
    lowest.set(unit, Math.min(lowest.get(unit) ?? Infinity, largest));
  }
  return lowest;
}
