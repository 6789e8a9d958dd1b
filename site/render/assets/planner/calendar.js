// A plan as a calendar file (RFC 5545): the twin of plan_calendar in aliquot/plan_output.py, line for line.
//
// Dates stand at their hour; what can be taken any time is a day that takes up no time. A reminder comes a day before.

import { addDays } from "./dates.js";
import { lastDay } from "./load.js";
import { closingWords } from "./plan.js";

/** @typedef {import("./plan.js").PlanDocument} PlanDocument */
/** @typedef {import("./plan.js").PlanItemDocument} PlanItemDocument */

/** A line holds fewer bytes than this; the rest goes on in the next one, after a space. */
const FOLD = 75;

/**
 * The file of a plan.
 * @param {PlanDocument} plan
 * @param {Date} now when it is made
 */
export function planCalendar(plan, now) {
  const sample = plan.items.some((item) => item.sample);
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Aliquot//Plan//EN",
    `X-WR-CALNAME:${sample ? "Sample data: " : ""}My CE plan`,
    ...plan.items.flatMap((item) => eventLines(item, now)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/**
 * @param {PlanItemDocument} item
 * @param {Date} now
 */
function eventLines(item, now) {
  const { session } = item;
  const summary = escaped((item.sample ? "Sample: " : "") + item.title);
  const description = `${item.reason}. Closes ${closingWords(item.closes)}. ${item.url}`;
  return [
    "BEGIN:VEVENT",
    `SUMMARY:${summary}`,
    ...timeLines(item),
    `DTSTAMP:${instant(now)}`,
    `UID:${escaped(`${item.id}-${session ? session.key : "plan"}@aliquot`)}`,
    `DESCRIPTION:${escaped(description)}`,
    ...(session ? [] : ["TRANSP:TRANSPARENT"]),
    `URL:${item.url}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    `DESCRIPTION:${summary}`,
    "TRIGGER:-P1D",
    "END:VALARM",
    "END:VEVENT",
  ];
}

/** @param {PlanItemDocument} item */
function timeLines({ session, when }) {
  if (session?.starts_at) {
    const end = session.ends_at ? [`DTEND:${instant(new Date(session.ends_at))}`] : [];
    return [`DTSTART:${instant(new Date(session.starts_at))}`, ...end];
  }
  const [first, last] = session ? [session.local_date, lastDay(session)] : [when, when];
  return [`DTSTART;VALUE=DATE:${plainDay(first)}`, `DTEND;VALUE=DATE:${plainDay(addDays(last, 1))}`];
}

/** 20270105T150000Z @param {Date} moment */
function instant(moment) {
  return `${moment.toISOString().replace(/[-:]|\.\d+/g, "")}`;
}

/** @param {string} day */
const plainDay = (day) => day.replaceAll("-", "");

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll(";", "\\;")
    .replaceAll(",", "\\,")
    .replace(/\r\n|\r|\n/g, "\\n");
}

/** A line in pieces of few enough bytes; no character and no escape is cut. @param {string} line */
function folded(line) {
  const encoder = new TextEncoder();
  const pieces = [""];
  for (const [unit] of line.matchAll(/\\.|./gsu)) {
    const piece = /** @type {string} */ (pieces.at(-1));
    if (encoder.encode(piece + unit).length < FOLD) pieces[pieces.length - 1] += unit;
    else pieces.push(unit);
  }
  return pieces.join("\r\n ");
}
