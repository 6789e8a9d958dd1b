// Values as words, as the rest of the site writes them. The vocabularies come with the page, from the same Python tables.

import { inASentence as inside, words as points } from "./amounts.js";
import { daysBetween, partsOf } from "./dates.js";

export { inside, points };

/**
 * @typedef {{units: Record<string, string>, amounts: Record<string, [string, string]>,
 *   delivery: Record<string, string>, signs: Record<string, string>, zones: Record<string, string>}} Words
 * @typedef {import("./load.js").Opportunity} Opportunity
 */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const FULL_MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const WEEK = 7;

/** @type {Words} */
export const words = JSON.parse(document.getElementById("page-words")?.textContent ?? "{}");

/** `2028-03-31` as `Mar 31, 2028`. @param {string} iso */
export function day(iso) {
  const [year, month, date] = partsOf(iso.slice(0, 10));
  return `${MONTHS[month - 1]} ${date}, ${year}`;
}

/** `2028-03-31` as `Fri Mar 31`, with its year where that is not the present one. @param {string} iso @param {string} today */
export function shortDay(iso, today) {
  const [year, month, date] = partsOf(iso.slice(0, 10));
  const weekday = DAYS[new Date(Date.UTC(year, month - 1, date)).getUTCDay()];
  return `${weekday} ${MONTHS[month - 1]} ${date}${iso.slice(0, 4) === today.slice(0, 4) ? "" : `, ${year}`}`;
}

/** `March 2028`. @param {string} iso */
export function month(iso) {
  const [year, number] = partsOf(iso.slice(0, 10));
  return `${FULL_MONTHS[number - 1]} ${year}`;
}

/** @param {number} thousandths */
function decimal(thousandths) {
  const text = points(thousandths);
  return text.includes(".") ? text : `${text}.0`;
}

/** `1 point`, `2.5 hours`. @param {number} thousandths @param {string} unit `points` or `hours` */
export const amount = (thousandths, unit) => `${points(thousandths)} ${thousandths === 1000 ? unit.replace(/s$/, "") : unit}`;

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Minor units as `Free`, `$20`, `$19.50`. @param {number} minor @param {string | null} currency */
export function money(minor, currency) {
  if (minor === 0) return "Free";
  const text = (minor / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace(/\.00$/, "");
  const sign = words.signs[currency ?? ""];
  return sign ? `${sign}${text}` : `${currency} ${text}`;
}

/** `1.0 hour P.A.C.E.`, or `null` where no credit is stated. @param {Opportunity} opportunity */
export function creditsText(opportunity) {
  const units = Object.keys(words.amounts).filter((unit) => opportunity.credits.some((credit) => credit.unit === unit));
  if (units.length === 0) return null;
  const told = units.slice(0, 2).map((unit) => {
    const total = unitTotal(opportunity, unit);
    if (total === null) return `${words.units[unit]}, amount not stated`;
    return words.amounts[unit][total === 1000 ? 0 : 1].replace("%s", decimal(total));
  });
  return told.join("\u00a0· ") + (units.length > 2 ? `\u00a0· ${units.length - 2} more` : "");
}

/** What one person gets of a unit: groups are summed, and of differing statements the lowest counts. @param {Opportunity} opportunity @param {string} unit */
function unitTotal(opportunity, unit) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  opportunity.credits.forEach((credit, number) => {
    if (credit.unit !== unit || credit.thousandths === null) return;
    const group = JSON.stringify([credit.source, credit.additive_group ?? number]);
    sums.set(group, (sums.get(group) ?? 0) + credit.thousandths);
  });
  return sums.size === 0 ? null : Math.min(...sums.values());
}

/** The next open date with its time, else how it is taken, else `null`. @param {Opportunity} opportunity @param {string} today */
export function whenText(opportunity, today) {
  const open = opportunity.sessions.filter((one) => (one.end_date ?? one.local_date) >= today && !["cancelled", "full"].includes(one.status));
  const next = open.sort((one, other) => (one.local_date < other.local_date ? -1 : 1))[0];
  if (!next) return opportunity.delivery ? words.delivery[opportunity.delivery] : null;
  if (!next.local_time) return shortDay(next.local_date, today);
  const [hour, minute] = next.local_time.split(":").map(Number);
  const clock = `${hour % 12 || 12}:${String(minute).padStart(2, "0")} ${hour >= 12 ? "PM" : "AM"}`;
  const zone = next.zone ? ` ${words.zones[next.zone] ?? next.zone}` : ", time zone not stated";
  return `${shortDay(next.local_date, today)}, ${clock}${zone}`;
}

/**
 * How fast to go: `about one every six weeks`, from today to the day on which the plan ends.
 * @param {number} thousandths @param {string} today @param {string} by
 */
export function pace(thousandths, today, by) {
  const weeks = (daysBetween(today, by) * 1000) / thousandths / WEEK;
  return weeks >= 2 ? `, about one every ${Math.round(weeks)} weeks` : weeks >= 1 ? ", about one a week" : "";
}
