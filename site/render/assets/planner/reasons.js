// Why something is suggested, and what is not known about it, in plain words and numbers: the twin of
// recommend/reasons.py.

import { inASentence, THOUSANDTHS, words } from "./amounts.js";
import { lastChance } from "./columns.js";
import { daysBetween } from "./dates.js";
import { figures } from "./figures.js";
import { creditExpires } from "./load.js";
import { spokenDay } from "./price.js";
import { topics as taxonomyTopics, withAncestors } from "./taxonomy.js";

/**
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {import("./price.js").PersonalPrice} PersonalPrice
 * @typedef {import("./profile.js").Profile} Profile
 * @typedef {import("./rank.js").Closes} Closes
 * @typedef {import("./text.js").Analyzer} Analyzer
 */

/**
 * Sentences in the order in which they matter: what it closes, what it matches, the price, what ends soon.
 * @param {Opportunity} one @param {Profile} profile
 * @param {{closes: Closes[], price: PersonalPrice, language: Analyzer, today: string}} found
 */
export function reasonsFor(one, profile, { closes, price, language, today }) {
  return [
    ...closes.map(closingWords),
    ...interests(one, profile, language),
    ...topicWords(one, profile),
    ...(price.minor === null ? [] : [`Your price: ${price.reason}.`]),
    ...ending(one, today),
  ];
}

/** "Closes 1 of the 2 points still needed: ASCP MLT, chemistry (...)." @param {Closes} closes */
export function closingWords(closes) {
  const about = `${closes.credential_name}, ${inASentence(closes.label)}`;
  if (closes.thousandths === null) return `May count toward ${about}: ${closes.reason.replace(/^Not known: /, "")}`;
  const unit = closes.still === THOUSANDTHS ? closes.unit.replace(/s$/, "") : closes.unit;
  const amount = `${words(closes.thousandths)} of the ${words(closes.still)} ${unit} still needed`;
  const accepted = figures.acceptance_words[closes.acceptance];
  if (closes.confirmed) return `Closes ${amount}: ${about} (${accepted}).`;
  const why = closes.acceptance === "unknown" ? accepted : "the topic is our guess";
  return `Would likely close ${amount}: ${about} (${why}).`;
}

/** @param {Opportunity} one @param {Profile} profile @param {Analyzer} language */
function interests(one, profile, language) {
  if (profile.interests.length === 0) return [];
  const words = language.wordsWithStems([one.title, ...one.keywords].join(" ; "));
  return profile.interests.flatMap((interest) => {
    const matched = matchingWords(interest, words, language);
    return matched.length > 0 ? [`Matches your interest "${interest}": ${matched.join(", ")}.`] : [];
  });
}

/**
 * Those words of a text, as they stand there, that a question asks for, by itself or through its synonyms.
 * @param {string} question @param {ReturnType<Analyzer["wordsWithStems"]>} words @param {Analyzer} language
 */
function matchingWords(question, words, language) {
  const asked = language.query(question);
  const heavy = words
    .filter(({ stems }) => Math.max(...stems.map((stem) => asked.get(stem) ?? 0)) >= figures.match_weight)
    .map(({ word }) => word);
  return [...new Set(heavy)].slice(0, figures.matches_told);
}

/** @param {string} topic */
export function topicLabel(topic) {
  return inASentence(taxonomyTopics().get(topic)?.label ?? topic);
}

/** @param {Opportunity} one @param {Profile} profile */
function topicWords(one, profile) {
  return one.topics
    .filter(({ topic }) => withAncestors(topic).some((above) => profile.topics.includes(above)))
    .map(({ topic, origin }) => {
      const guessed = origin === "guessed" ? " by our guess" : "";
      return `About ${topicLabel(topic)}${guessed}, one of your topics.`;
    });
}

/** @param {Opportunity} one @param {string} today */
function ending(one, today) {
  const last = lastChance(one, today);
  if (last === null || daysBetween(today, last) > figures.soon_days) return [];
  return [`${whatEnds(one, last)} ${spokenDay(last)}.`];
}

/** @param {Opportunity} one @param {string} last */
function whatEnds(one, last) {
  if (creditExpires(one) === last) return "Credit until";
  if (one.apply_by === last) return "Apply by";
  if (one.sessions.some((session) => session.registration_deadline === last)) return "Register by";
  return one.available_through === last ? "Available until" : "Last date:";
}

/**
 * What its page does not say, in words that never turn "not known" into "no".
 * @param {Opportunity} one @param {PersonalPrice} price
 */
export function unknownsOf(one, price) {
  const timeless = one.sessions.some((session) => session.local_time === null);
  const zoneless = one.sessions.some((session) => session.local_time !== null && session.zone === null);
  /** @type {[boolean, string][]} */
  const said = [
    [price.minor !== null, price.reason],
    [one.credits.some((credit) => credit.thousandths !== null), "Amount of credit not stated"],
    [one.delivery !== null, "How it is taken is not stated"],
    [!timeless || one.delivery === "on_demand", "Time of day not stated"],
    [!zoneless, "Time zone not stated"],
    [one.topics.every((topic) => topic.origin !== "guessed"), "The topic is our guess"],
  ];
  return said.filter(([known]) => !known).map(([, sentence]) => sentence);
}
