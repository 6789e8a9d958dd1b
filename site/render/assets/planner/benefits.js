// What an employer pays of a price: the twin of recommend/benefits.py. Amounts are minor units of the profile's currency.

import { figures } from "./figures.js";

/** @typedef {import("./profile.js").Profile} Profile */
/**
 * One pot of an employer's money: `percent` of a price, up to `left` (null: no limit is told).
 * @typedef {object} Benefit
 * @property {string} name
 * @property {number} percent
 * @property {number | null} left
 * @property {string} currency
 * @property {boolean} is_tuition
 * @property {number | null} service_months
 */

const WHOLE = 100;
const MINOR_PER_MAJOR = 100;

/** Minor units of an amount with two decimals at most, as a file writes it. @param {number | string} major */
export const minorOf = (major) => Math.round(Number(major) * MINOR_PER_MAJOR);

/** What a pot pays of an amount, cents rounded down. @param {Benefit} benefit @param {number} minor */
export function share(benefit, minor) {
  const part = Math.floor((minor * benefit.percent) / WHOLE);
  return benefit.left === null ? part : Math.min(part, benefit.left);
}

/** @param {number | string | null} yearly @param {number | string} used */
function leftOf(yearly, used) {
  return yearly === null ? null : Math.max(0, minorOf(yearly) - minorOf(used));
}

/**
 * What a file leaves out of `employer_pays`.
 * @type {{
 *   allowance_per_year: number | string | null, allowance_used: number | string, currency: string,
 *   tuition_percent: number | null, tuition_cap: number | string | null, tuition_used: number | string,
 *   service_months: number | null, starts_on: string | null,
 * }}
 */
const SILENT = {
  allowance_per_year: null,
  allowance_used: 0,
  currency: "USD",
  tuition_percent: null,
  tuition_cap: null,
  tuition_used: 0,
  service_months: null,
  starts_on: null,
};

/** @param {Profile | null} profile @param {string} day */
function paying(profile, day) {
  if (!profile?.employer_pays) return null;
  const pays = { ...SILENT, ...profile.employer_pays };
  return pays.starts_on !== null && day < pays.starts_on ? null : pays;
}

/**
 * What is left of the yearly allowance, or null where there is none on a day.
 * @param {Profile | null} profile @param {string} day @returns {Benefit | null}
 */
export function allowanceOf(profile, day) {
  const pays = paying(profile, day);
  if (pays === null || pays.allowance_per_year === null) return null;
  const left = leftOf(pays.allowance_per_year, pays.allowance_used);
  return { name: "allowance", percent: WHOLE, left, currency: pays.currency, is_tuition: false, service_months: null };
}

/**
 * The help with tuition, or null where there is none on a day.
 * @param {Profile | null} profile @param {string} day @returns {Benefit | null}
 */
export function tuitionOf(profile, day) {
  const pays = paying(profile, day);
  if (pays === null || (pays.tuition_percent === null && pays.tuition_cap === null)) return null;
  return {
    name: "help with tuition",
    percent: pays.tuition_percent ?? WHOLE,
    left: leftOf(pays.tuition_cap, pays.tuition_used),
    currency: pays.currency,
    is_tuition: true,
    service_months: pays.service_months,
  };
}

/** Whether it is paid as tuition. @param {string} kind */
export const isStudy = (kind) => figures.studies.includes(kind);

/**
 * The pot that pays for an opportunity of a kind.
 * @param {string} kind @param {Profile | null} profile @param {string} day
 */
export function benefitFor(kind, profile, day) {
  return (isStudy(kind) ? tuitionOf(profile, day) : null) ?? allowanceOf(profile, day);
}

/**
 * All pots in one currency, the allowance first.
 * @param {Profile} profile @param {string} day @param {string} currency @returns {Benefit[]}
 */
export function benefitsOf(profile, day, currency) {
  return [allowanceOf(profile, day), tuitionOf(profile, day)].flatMap((pot) => (pot?.currency === currency ? [pot] : []));
}
