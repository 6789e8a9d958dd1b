// Renewal periods: where a credential's present one starts and ends, and into which one a day falls. The twin of
// recommend/cycles.py.

import { addDays, dayOf, lengthOf, partsOf } from "./dates.js";

/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./credential.js").CycleRule} CycleRule */
/** @typedef {import("./profile.js").Held} Held */

/**
 * One renewal period. Credits earned from `start` through `end` count; the renewal is due by `renew_by`. One that
 * `looks_back` ends today because the body counts the last months: it has no deadline.
 * @typedef {{start: string, end: string, renew_by: string, looks_back: boolean}} Cycle
 */

/**
 * Into which renewal period a day falls, in one sentence; `cycle` is that period where it can be told.
 * @typedef {{day: string, period: "present" | "earlier" | "later" | "unknown", cycle: Cycle | null, sentence: string}} Fall
 */

/**
 * Whether something finished on a day falls in a period.
 * @param {Cycle} cycle
 * @param {string} day
 */
export const holds = (cycle, day) => cycle.start <= day && day <= cycle.end;

/**
 * The same day so many months on, or the last day of a month that is shorter.
 * @param {string} day
 * @param {number} months
 */
export function addMonths(day, months) {
  const [year, month, date] = partsOf(day);
  const count = year * 12 + month - 1 + months;
  const [newYear, newMonth] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  return dayOf(newYear, newMonth, Math.min(date, lengthOf(newYear, newMonth)));
}

/**
 * Whole months from one day to another.
 * @param {string} start
 * @param {string} day
 */
export function monthsBetween(start, day) {
  const [year, month] = partsOf(day);
  const [startYear, startMonth] = partsOf(start);
  const months = (year - startYear) * 12 + month - startMonth;
  return addMonths(start, months) <= day ? months : months - 1;
}

/**
 * The renewal period that counts now, or null where neither the rule nor the profile tells it. The profile's own dates
 * stand before what the rule would reckon.
 * @param {Credential} credential
 * @param {Held} held
 * @param {string} today
 * @returns {Cycle | null}
 */
export function current(credential, held, today) {
  if (looksBack(held) && credential.expired?.within_months) {
    const start = addDays(addMonths(today, -credential.expired.within_months), 1);
    return { start, end: today, renew_by: today, looks_back: true };
  }
  const rule = credential.cycle;
  if (rule?.kind === "calendar_years") return calendarYears(rule, held.cycle_end);
  if (held.cycle_end !== null) return ending(held, held.cycle_end, rule);
  return rule === null ? null : reckoned(rule, held, today);
}

/**
 * The renewal period after this one, or with `step` -1 the one before; they leave no day between them.
 * @param {Cycle} cycle
 * @param {CycleRule} rule
 * @param {1 | -1} [step]
 * @returns {Cycle}
 */
export function following(cycle, rule, step = 1) {
  const renewBy = lastDayKept(cycle.renew_by, step * rule.months);
  if (step > 0) {
    return {
      start: addDays(cycle.end, 1),
      end: lastDayKept(cycle.end, rule.months),
      renew_by: renewBy,
      looks_back: false,
    };
  }
  const end = addDays(cycle.start, -1);
  return { start: startOf(end, rule.months), end, renew_by: renewBy, looks_back: false };
}

/**
 * Into which renewal period something finished on `day` falls, seen from `today`.
 * @param {Credential} credential
 * @param {Held} held
 * @param {string} day
 * @param {string} today
 */
export function fallsIn(credential, held, day, today) {
  return place(current(credential, held, today), held.status === "expired" ? null : credential.cycle, day);
}

/**
 * Where `day` lies beside the present period; other periods can be told only where a rule gives their length.
 * @param {Cycle | null} present
 * @param {CycleRule | null} rule
 * @param {string} day
 * @returns {Fall}
 */
export function place(present, rule, day) {
  if (present === null) {
    return { day, period: "unknown", cycle: null, sentence: "The renewal period is not known: enter its last day." };
  }
  if (holds(present, day)) {
    return {
      day,
      period: "present",
      cycle: present,
      sentence: `${day} falls in the present renewal period, ${span(present)}.`,
    };
  }
  const period = day < present.start ? "earlier" : "later";
  if (rule === null) return { day, period, cycle: null, sentence: `${day} lies outside ${span(present)}.` };
  const cycle = stepTo(present, rule, day);
  const sentence =
    period === "earlier"
      ? `${day} fell in an earlier period, ${span(cycle)}: it does not count now.`
      : `${day} falls in a later period, ${span(cycle)}: it does not help the present one.`;
  return { day, period, cycle, sentence };
}

/**
 * @param {Cycle} from
 * @param {CycleRule} rule
 * @param {string} day
 */
function stepTo(from, rule, day) {
  const step = day > from.end ? 1 : -1;
  let cycle = from;
  while (!holds(cycle, day)) cycle = following(cycle, rule, step);
  return cycle;
}

/** @param {Cycle} cycle */
const span = (cycle) => `${cycle.start} to ${cycle.end}`;

/**
 * @param {Held} held
 * @param {string} end
 * @param {CycleRule | null} rule
 * @returns {Cycle | null}
 */
function ending(held, end, rule) {
  if (held.cycle_start !== null) return { start: held.cycle_start, end, renew_by: end, looks_back: false };
  return rule === null ? null : { start: startOf(end, rule.months), end, renew_by: end, looks_back: false };
}

/** @param {Held} held */
function looksBack(held) {
  const dated = held.cycle_start ?? held.cycle_end ?? held.certified_on;
  return held.status === "expired" || (held.status === "voluntary" && dated === null);
}

/**
 * @param {CycleRule} rule
 * @param {Held} held
 * @param {string} today
 * @returns {Cycle | null}
 */
function reckoned(rule, held, today) {
  if (rule.kind === "fixed") {
    const end = nextFixedEnd(rule, today);
    return { start: held.cycle_start ?? startOf(end, rule.months), end, renew_by: end, looks_back: false };
  }
  if (held.cycle_start !== null) return starting(held.cycle_start, rule.months);
  if (held.certified_on === null) return null;
  const periods = Math.floor(Math.max(0, monthsBetween(held.certified_on, today)) / rule.months);
  return starting(addMonths(held.certified_on, periods * rule.months), rule.months);
}

/**
 * @param {string} start
 * @param {number} months
 * @returns {Cycle}
 */
function starting(start, months) {
  const end = addDays(addMonths(start, months), -1);
  return { start, end, renew_by: end, looks_back: false };
}

/**
 * @param {string} end
 * @param {number} months
 */
const startOf = (end, months) => addMonths(addDays(end, 1), -months);

/**
 * So many months on; the last day of a month stays the last day of its month.
 * @param {string} day
 * @param {number} months
 */
const lastDayKept = (day, months) => addDays(addMonths(addDays(day, 1), months), -1);

/**
 * The whole calendar years before the year of renewal, as Tennessee counts (Tenn. R. 1200-06-01-.12).
 * @param {CycleRule} rule
 * @param {string | null} expires
 * @returns {Cycle | null}
 */
function calendarYears(rule, expires) {
  if (expires === null) return null;
  const [year] = partsOf(expires);
  const years = Math.floor(rule.months / 12);
  return { start: dayOf(year - years, 1, 1), end: dayOf(year - 1, 12, 31), renew_by: expires, looks_back: false };
}

/**
 * @param {CycleRule} rule
 * @param {string} today
 */
function nextFixedEnd(rule, today) {
  const [month, day] = [rule.end_month ?? 12, rule.end_day ?? 31];
  const [thisYear] = partsOf(today);
  const year = dayOf(thisYear, month, day) >= today ? thisYear : thisYear + 1;
  return dayOf(rule.even_years ? year + (year % 2) : year, month, day);
}
