// Plain days as ISO text ("2026-11-22"), which order as text does. A Date is used only to reckon, and only in UTC, so
// that no time zone can move a day.

const MILLISECONDS = 86_400_000;
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The last day there is; stands where an end is not known and ought to come last. */
export const LAST_DAY = "9999-12-31";

/**
 * Whether a text is a day of the calendar.
 * @param {unknown} text
 * @returns {text is string}
 */
export function isDay(text) {
  const found = typeof text === "string" ? ISO.exec(text) : null;
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number);
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= lengthOf(year, month);
}

/**
 * The day of a year, month (from 1) and day.
 * @param {number} year
 * @param {number} month
 * @param {number} day
 */
export function dayOf(year, month, day) {
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/**
 * Year, month (from 1) and day.
 * @param {string} day
 * @returns {[number, number, number]}
 */
export function partsOf(day) {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))];
}

/**
 * So many days on.
 * @param {string} day
 * @param {number} days
 */
export function addDays(day, days) {
  const moved = new Date((numberOf(day) + days) * MILLISECONDS);
  return dayOf(moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate());
}

/**
 * How many days lie from one day to another.
 * @param {string} from
 * @param {string} to
 */
export const daysBetween = (from, to) => numberOf(to) - numberOf(from);

/**
 * The number of days in a month (from 1).
 * @param {number} year
 * @param {number} month
 */
export function lengthOf(year, month) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
}

/**
 * Days since 1970. Date.UTC takes years below 100 for those of the last century; setUTCFullYear does not.
 * @param {string} day
 */
function numberOf(day) {
  const [year, month, date] = partsOf(day);
  return new Date(0).setUTCFullYear(year, month - 1, date) / MILLISECONDS;
}
