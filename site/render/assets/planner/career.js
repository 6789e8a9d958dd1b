// Steps toward a goal, a list of its own beside the credits: the twin of recommend/career.py, which tells the order.

import { compare } from "./counting.js";
import { price } from "./price.js";
import { fold, topics, withAncestors } from "./taxonomy.js";

/**
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {import("./price.js").PersonalPrice} PersonalPrice
 * @typedef {import("./profile.js").Profile} Profile
 * @typedef {import("./rank.js").Ranking} Ranking
 *
 * @typedef {{id: string, label: string, phrases: string[], topics: string[], kinds: string[]}} Goal
 *
 * @typedef {object} Step
 * @property {Opportunity} opportunity
 * @property {string[]} reasons
 * @property {string[]} asks_for what has to be there beforehand, in the words of its page
 * @property {PersonalPrice} price
 */

/** How direct a step is: its page says that it leads there, its title names it, its topic (or our guess) prepares. */
const [LEADS, NAMES, PREPARES, MAY_PREPARE] = [4, 3, 2, 1];
const SPECIALTY = "{topic}";

/** @param {string} label */
const small = (label) => `${label[0].toLowerCase()}${label.slice(1)}`;

/**
 * The profile's goal with its specialty put in, or null where it has none.
 * @param {Profile} profile @param {readonly Goal[]} goals @returns {Goal | null}
 */
export function goalOf({ goal: id, goal_topic: specialty }, goals) {
  const goal = goals.find((one) => one.id === id);
  if (goal === undefined) return null;
  const label = specialty === null ? undefined : topics().get(specialty)?.label;
  const phrases = goal.phrases.filter((phrase) => label || !phrase.includes(SPECIALTY));
  return {
    ...goal,
    label: label && id === "specialist" ? `${goal.label} in ${small(label)}` : goal.label,
    phrases: phrases.map((phrase) => phrase.replaceAll(SPECIALTY, label ?? "")),
    topics: goal.topics.map((topic) => (topic === SPECIALTY ? specialty : topic)).filter((topic) => topic !== null),
  };
}

/**
 * Live steps toward the profile's goal, the most direct first; ties by id.
 * @param {Ranking} ranking @param {Profile} profile @param {Goal} goal @param {number | null} limit @returns {Step[]}
 */
export function steps({ columns, index, today }, profile, goal, limit) {
  const question = index.question(goal.label, goal.topics);
  const [text, topic] = [index.textScores(question), index.topicScores(question)];
  const found = columns.opportunities.flatMap((opportunity, row) => {
    const place = goal.kinds.indexOf(opportunity.kind);
    if (place < 0 || profile.disliked.includes(opportunity.id)) return [];
    const { directness, reason } = directnessOf(goal, opportunity);
    return directness ? [{ opportunity, reason, order: [-directness, place, -(text[row] + topic[row]), row] }] : [];
  });
  const first = found.sort((one, other) => compare(one.order, other.order)).slice(0, limit ?? undefined);
  return first.map(({ opportunity, reason }) => ({
    opportunity,
    reasons: [reason],
    asks_for: opportunity.prerequisites,
    price: price(opportunity, profile, today, columns.packages),
  }));
}

/** @param {Goal} goal @param {Opportunity} opportunity */
function directnessOf(goal, { title, leads_to: leads, topics: about }) {
  const stated = leads.find((words) => isNamed(goal, words));
  if (stated !== undefined) return { directness: LEADS, reason: `Its page says that it leads to: "${stated}".` };
  if (isNamed(goal, title)) return { directness: NAMES, reason: `Its title names your goal: ${goal.label}.` };
  const fitting = about.filter(({ topic }) => withAncestors(topic).some((name) => goal.topics.includes(name)));
  const told = fitting.find(({ origin }) => origin !== "guessed") ?? fitting[0];
  if (told === undefined) return { directness: 0, reason: "" };
  const guessed = told.origin === "guessed";
  const label = small(topics().get(told.topic)?.label ?? told.topic);
  const reason = `About ${label}${guessed ? " by our guess" : ""}, which your goal asks for.`;
  return { directness: guessed ? MAY_PREPARE : PREPARES, reason };
}

/** @param {Goal} goal @param {string} text */
function isNamed(goal, text) {
  const folded = ` ${fold(text)} `;
  return goal.phrases.some((phrase) => folded.includes(` ${fold(phrase)} `));
}
