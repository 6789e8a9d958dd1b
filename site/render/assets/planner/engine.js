// Everything that the personal page asks, answered from the two data files for one day: the browser's command line.
//
// Answers have the shape of `aliquot ... --json`; a suggestion carries its opportunity's record besides. A profile comes
// as the document that is kept as a file. Nothing here touches the page or the network, so that tests run it anywhere.

import { verdict } from "./answers.js";
import { goalOf, steps } from "./career.js";
import { dayTaken } from "./columns.js";
import { takeFigures } from "./figures.js";
import { forHolder } from "./holding.js";
import { compare, opportunitiesOf, packagesOf } from "./load.js";
import { planFor } from "./plan.js";
import { toProfile } from "./profile.js";
import { Ranking } from "./rank.js";
import { loadRules } from "./rules.js";
import { owed } from "./shortfall.js";
import { fold } from "./taxonomy.js";
import { Analyzer } from "./text.js";
import { toEarned } from "./transcript.js";
import { asEarned, whatIf } from "./whatif.js";

/**
 * @typedef {import("./distance.js").Atlas} Atlas
 * @typedef {import("./load.js").CatalogFile} CatalogFile
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {import("./profile.js").ProfileDocument} ProfileDocument
 * @typedef {import("./rank.js").Person} Person
 * @typedef {import("./rank.js").Suggestion} Suggestion
 * @typedef {import("./rules.js").RulesFile} RulesFile
 */

/** A name that no opportunity of the file has. */
export class UnknownOpportunity extends Error {}

/**
 * @param {{catalog: CatalogFile, rules: RulesFile}} files @param {string} today
 */
export function open(files, today) {
  return new Engine(files, today);
}

export class Engine {
  /** @type {Person | null} */
  #person = null;

  /** @param {{catalog: CatalogFile, rules: RulesFile}} files @param {string} today */
  constructor({ catalog, rules }, today) {
    takeFigures(catalog.figures);
    this.rules = loadRules(rules);
    this.today = today;
    this.sample = catalog.sample;
    this.opportunities = opportunitiesOf(catalog);
    this.packages = packagesOf(catalog);
    this.ranking = new Ranking(this.opportunities, this.packages, new Analyzer(catalog.vocabulary), today);
  }

  /** What there is. */
  summary() {
    const members = this.opportunities.flatMap(({ offers, provider_name: provider }) =>
      offers.filter(({ audience }) => audience === "member").map(({ organization }) => organization ?? provider),
    );
    const organizations = this.packages.flatMap(({ organization }) => organization ?? []);
    return {
      opportunities: this.ranking.columns.length,
      read_on: this.opportunities.reduce((latest, { read_on: day }) => (day > latest ? day : latest), "") || null,
      sample: this.sample,
      packages: this.packages.map(({ id, name, organization, minor, currency }) => ({
        ...{ id, name, organization, amount: minor, currency },
      })),
      organizations: [...new Set([...members, ...organizations])].sort(compare),
    };
  }

  /** Makes one more thing ready before anybody asks for it; false where all is ready. */
  prepare() {
    return this.ranking.prepare();
  }

  /** Whether an answer needs to know where cities lie. @param {ProfileDocument} document */
  needsAtlas({ home }) {
    return this.ranking.atlas === null && Boolean(home?.city) && home?.miles !== undefined && home?.miles !== null;
  }

  /** @param {Atlas} atlas */
  takeAtlas(atlas) {
    this.ranking.atlas = atlas;
  }

  /** A technician with everything that the rules say of them. @param {ProfileDocument} document @returns {Person} */
  person(document) {
    const profile = toProfile(document, this.rules);
    const { credentials, targets, transcript, checked, plan_days_before: days } = profile;
    const key = JSON.stringify([credentials, targets, transcript, checked, days]);
    if (this.#person?.key === key) return { ...this.#person, profile };
    this.#person = {
      profile,
      credentials: forHolder(profile, this.rules, this.today),
      owed: owed(profile, this.rules, this.today),
      key,
    };
    return this.#person;
  }

  /** What is still needed. @param {ProfileDocument} document */
  owed(document) {
    return this.person(document).owed;
  }

  /** What is still needed, then the ranked list. @param {ProfileDocument} document @param {number | null} limit */
  next(document, limit = 10) {
    const person = this.person(document);
    return { owed: person.owed, suggestions: this.ranking.suggestions(person, limit).map(suggestionDocument) };
  }

  /** Why it is suggested, or why it is not. @param {ProfileDocument} document @param {string} name an id or an address */
  why(document, name) {
    const said = verdict(this.ranking, this.person(document), this.opportunity(name));
    return {
      id: said.opportunity.id,
      title: said.opportunity.title,
      listed: said.place !== null,
      place: said.place,
      blocked: said.blocked,
      rules: said.rules,
      behind: said.behind,
      suggestion: said.suggestion && suggestionDocument(said.suggestion),
      opportunity: said.opportunity,
    };
  }

  /** The same question asked the other way round. @param {ProfileDocument} document @param {string} name */
  whyNot(document, name) {
    return this.why(document, name);
  }

  /**
   * What an opportunity would earn, as a file keeps it, where it is finished on a day: by itself, when it can be.
   * @param {string} name @param {string} [on]
   */
  earned(name, on) {
    const opportunity = this.opportunity(name);
    return asEarned(opportunity, on ?? dayTaken(opportunity, this.today));
  }

  /**
   * What one more activity would do for each credential held.
   * @param {ProfileDocument} document @param {string} name @param {string} [on]
   */
  whatIf(document, name, on) {
    const { id, title } = this.opportunity(name);
    const earned = this.earned(name, on);
    const effects = whatIf(toProfile(document, this.rules), this.rules, this.today, toEarned(earned));
    return { opportunity: id, title, finished_on: earned.completed_on, effects };
  }

  /**
   * A plan, with the records of its opportunities.
   * @param {ProfileDocument} document @param {import("./plan.js").Options} [options]
   */
  plan(document, options) {
    return planFor(this.ranking, this.person(document), options);
  }

  /** The first steps toward the goal of a profile; null where it names none. @param {ProfileDocument} document @param {number | null} limit */
  steps(document, limit = 10) {
    const profile = toProfile(document, this.rules);
    const goal = goalOf(profile, this.rules.goals);
    if (goal === null) return null;
    return { goal: goal.label, steps: steps(this.ranking, profile, goal, limit).map(stepDocument) };
  }

  /**
   * The opportunity of an id or an address.
   * @param {string} name @returns {Opportunity}
   */
  opportunity(name) {
    const found = this.opportunities.find(({ id, url }) => id === name || url === name);
    if (found === undefined) throw new UnknownOpportunity("It is not among what can still be taken.");
    return found;
  }

  /** Live opportunities whose title or provider holds all words, by title. @param {string} words @param {number} limit */
  find(words, limit = 10) {
    const wanted = fold(words).split(" ").filter(Boolean);
    return this.ranking.columns.opportunities
      .filter(({ title, provider_name: provider }) => {
        const text = fold(`${title} ${provider}`);
        return wanted.length > 0 && wanted.every((word) => text.includes(word));
      })
      .map(({ id, title, provider_name: provider }) => ({ id, title, provider }))
      .sort((one, other) => compare(one.title, other.title) || compare(one.id, other.id))
      .slice(0, limit);
  }
}

/** One step as the command line prints it, with the record of its opportunity. @param {import("./career.js").Step} step */
function stepDocument({ opportunity, ...told }) {
  const { id, title, kind, url } = opportunity;
  return { id, title, kind, url, ...told, opportunity };
}

/** One place of the ranked list as the command line prints it, with the record of its opportunity. @param {Suggestion} one */
function suggestionDocument({ opportunity, score, parts, reasons, closes, price, unknowns, session, also }) {
  const { id, title, kind, provider_name: provider, url, sample } = opportunity;
  return { id, title, kind, provider, url, sample, score, parts, reasons, closes, price, unknowns, session, also, opportunity };
}
