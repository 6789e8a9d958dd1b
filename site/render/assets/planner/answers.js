// Single answers about one opportunity: why it is suggested, and why it is not. The twin of recommend/answers.py.

import { isCollegeStudy } from "./columns.js";
import { countsFor } from "./counting.js";
import { figures, rounded, roundTo } from "./figures.js";
import { lastDay, openSessions } from "./load.js";
import { spokenDay } from "./price.js";
import { isOver } from "./rank.js";
import { fold } from "./taxonomy.js";

/**
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {import("./rank.js").Person} Person
 * @typedef {import("./rank.js").Ranking} Ranking
 * @typedef {import("./rank.js").Suggestion} Suggestion
 *
 * @typedef {object} Verdict
 * @property {Opportunity} opportunity
 * @property {number | null} place its place in the list from 1 (that of the one it stands behind), null where not listed
 * @property {Suggestion | null} suggestion
 * @property {string[]} blocked the reasons that keep it out
 * @property {string[]} rules one sentence or more for each credential: whether and how it counts
 * @property {string[]} behind why it stands behind the first of the list
 */

/**
 * Why an opportunity is listed where it is, or why it is not.
 * @param {Ranking} ranking @param {Person} person @param {Opportunity} opportunity @returns {Verdict}
 */
export function verdict(ranking, person, opportunity) {
  const rules = rulesOn(person, opportunity, ranking.today);
  const blocked = blockedBy(ranking, person, opportunity);
  const row = ranking.columns.rowOf.get(opportunity.id);
  const unlisted = { opportunity, place: null, suggestion: null, rules, behind: [] };
  if (row === undefined || blocked.length > 0) return { ...unlisted, blocked };
  const parts = ranking.parts(person);
  if (!parts.listed[row]) return { ...unlisted, blocked: ["No rule that we read accepts its credit for you."] };
  const ordered = ranking.best(parts, null);
  const { place, leader } = placeOf(ranking, ordered, row);
  const alike = leader === row ? [] : [`Nearly the same as "${ranking.columns.opportunities[leader].title}".`];
  const behind = [...alike, ...behindFirst(ranking, parts.columns, row, ordered[0])];
  return { opportunity, place, suggestion: ranking.suggestion(person, parts, row), blocked: [], rules, behind };
}

/**
 * The place of a row in the list, and the row that it stands behind: its own, where it leads.
 * @param {Ranking} ranking @param {number[]} ordered @param {number} row
 */
function placeOf(ranking, ordered, row) {
  let place = 0;
  for (const { row: leader, also } of ranking.groups(ordered)) {
    place += 1;
    if (leader === row || also.includes(row)) return { place, leader };
  }
  throw new Error("a row that may be listed has its place");
}

/**
 * Which parts of the formula put the first of the list before it, the heaviest first.
 * @param {Ranking} ranking @param {Record<string, Float64Array>} columns @param {number} row @param {number} first
 */
function behindFirst(ranking, columns, row, first) {
  const { title } = ranking.columns.opportunities[first];
  return Object.entries(figures.weights)
    .map(([name, weight]) => ({ name, lead: rounded(weight * (columns[name][first] - columns[name][row])) }))
    .filter(({ lead }) => lead > 0)
    .sort((one, other) => other.lead - one.lead || (one.name < other.name ? -1 : 1))
    .map(({ name, lead }) => `"${title}" stands first by ${hundredths(lead)} here: ${figures.part_words[name]}.`);
}

/** Two decimals, halves to even as in Python; only an eighth lies exactly between two. @param {number} value */
function hundredths(value) {
  return (Number.isInteger(value * 8) ? roundTo(value, 2) : value).toFixed(2);
}

/** What keeps it out of every list, in plain words. @param {Ranking} ranking @param {Person} person @param {Opportunity} opportunity */
function blockedBy({ today }, { profile }, opportunity) {
  const said = profile.disliked.includes(opportunity.id) ? ["You hid it."] : [];
  const taken = profile.transcript.find((earned) => isSame(earned, opportunity));
  if (taken !== undefined) said.push(`You took it on ${spokenDay(taken.completed_on)}.`);
  if (profile.goal === null && isCollegeStudy(opportunity)) {
    said.push("It is college study, which is listed only where you have a career goal.");
  }
  return [...said, ...overBy(opportunity, today)];
}

/** @param {Opportunity} opportunity @param {string} today */
function overBy(opportunity, today) {
  const { retired_on: retired, available_through: available, apply_by: apply, sessions } = opportunity;
  const said = [];
  if (retired !== null && retired <= today) said.push(`It was retired on ${spokenDay(retired)}.`);
  if (available !== null && available < today) said.push(`It was available until ${spokenDay(available)}.`);
  if (apply !== null && apply < today) said.push(`Applications closed on ${spokenDay(apply)}.`);
  if (sessions.length > 0 && openSessions(opportunity, today).length === 0) said.push(datesOver(opportunity, today));
  return said;
}

/** @param {Opportunity} opportunity @param {string} today */
function datesOver({ sessions }, today) {
  const coming = sessions.filter((session) => lastDay(session) >= today);
  if (coming.length === 0) {
    const days = sessions.map(lastDay).sort();
    return `Its last date was ${spokenDay(days[days.length - 1])}.`;
  }
  if (coming.every(({ status }) => status === "full")) return "Its dates are full.";
  if (coming.every(({ status }) => status === "cancelled")) return "Its dates were cancelled.";
  return "None of its dates can be attended any more.";
}

/**
 * @param {{opportunity: string | null, url: string | null, title: string}} earned
 * @param {Opportunity} opportunity
 */
function isSame(earned, opportunity) {
  const addresses = [opportunity.url, ...opportunity.listings.map(({ url }) => url)];
  const named = earned.opportunity === opportunity.id || (earned.url !== null && addresses.includes(earned.url));
  return named || fold(earned.title) === fold(opportunity.title);
}

/** How the credit counts under each credential, or that it does not, and why. @param {Person} person @param {Opportunity} opportunity @param {string} today */
function rulesOn({ owed, credentials }, opportunity, today) {
  return owed.credentials.flatMap((answer) => {
    const credential = credentials.get(answer.id);
    if (credential?.standing !== "active") return [`${answer.short_name} asks for no CE by the rule we read.`];
    if (isOver(answer, today)) {
      return [`The renewal period of ${answer.short_name} is over: ask the board what it takes now.`];
    }
    const rows = countsFor(opportunity, credential, today);
    const nothing = answer.still_confirmed === 0 && answer.still_likely === 0;
    return [
      ...new Set(rows.length > 0 ? rows.map(({ reason }) => reason) : [whyNothing(opportunity, credential, today)]),
      ...(nothing ? [`${answer.short_name}: nothing more needed by the rules we know.`] : []),
    ];
  });
}

/** @param {Opportunity} opportunity @param {import("./credential.js").Credential} credential @param {string} today */
function whyNothing(opportunity, credential, today) {
  const name = credential.short_name;
  if (opportunity.credits.length === 0) return `${name}: its page states no credit.`;
  const anyTopic = countsFor({ ...opportunity, topics: [] }, credential, today);
  if (anyTopic.length === 0) return `${name}: the approval of its credit has ended.`;
  return `${name}: what it is about counts toward no requirement.`;
}
