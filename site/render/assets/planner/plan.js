// A plan: which courses, dates and packages close everything that is still needed, at least cost, time or boredom. The
// twin of recommend/plan.py; `planDocument` gives what `aliquot plan --json` prints, with the records beside.

import { inASentence, THOUSANDTHS, units, words } from "./amounts.js";
import { share } from "./benefits.js";
import { packagePot, poolOf, reduced, unlimited } from "./candidates.js";
import { lastChance } from "./columns.js";
import { countsFor, unitWord } from "./counting.js";
import { addDays, daysBetween } from "./dates.js";
import { figures, roundTo } from "./figures.js";
import { compare } from "./load.js";
import { placementOf } from "./placement.js";
import { charged, money, spokenDay } from "./price.js";
import { Program } from "./program.js";
import { isOver } from "./rank.js";
import { SolverError } from "./solver.js";

/** Nodes after which the browser tells the gap instead of looking on: a second or so. */
export const NODE_LIMIT = 2_000;

/** @typedef {import("./candidates.js").Candidate} Candidate */
/** @typedef {import("./candidates.js").Need} Need */
/** @typedef {import("./candidates.js").Package} Package */
/** @typedef {import("./candidates.js").Pool} Pool */
/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./credential.js").Unit} Unit */
/** @typedef {import("./figures.js").Objective} Objective */
/** @typedef {import("./load.js").Opportunity} Opportunity */
/** @typedef {import("./load.js").ScheduledSession} ScheduledSession */
/** @typedef {import("./profile.js").Profile} Profile */
/** @typedef {import("./program.js").Chosen} Chosen */
/** @typedef {import("./rank.js").Person} Person */
/** @typedef {import("./rank.js").Ranking} Ranking */

/**
 * What is asked of a plan. `budget` is in minor units and stands before the profile's own; `no_budget` plans without any.
 * `without` are ids of opportunities to leave out, `with` of those to take in any case.
 * @typedef {object} Options
 * @property {Objective} [objective]
 * @property {number | null} [budget]
 * @property {boolean} [no_budget]
 * @property {string[]} [without]
 * @property {string[]} [with]
 * @property {number} [node_limit]
 */
/**
 * What one item gives to one requirement.
 * @typedef {object} Share
 * @property {string} credential
 * @property {string} credential_name
 * @property {string} requirement
 * @property {string} label
 * @property {number} thousandths
 * @property {Unit} unit
 * @property {import("./credential.js").Acceptance} acceptance
 */
/**
 * One course of a plan, as it is printed; `session` and `opportunity` are the records besides.
 * @typedef {object} PlanItemDocument
 * @property {string} id
 * @property {string} title
 * @property {string} provider
 * @property {string} url
 * @property {boolean} sample
 * @property {string} when
 * @property {string | null} date
 * @property {number} cost
 * @property {string} reason
 * @property {string | null} package
 * @property {Share[]} closes
 * @property {ScheduledSession | null} session
 * @property {Opportunity} opportunity
 */
/**
 * A requirement that stays open, and where to look.
 * @typedef {object} Gap
 * @property {string} credential
 * @property {string} credential_name
 * @property {string} requirement
 * @property {string} label
 * @property {number} missing in units
 * @property {string} unit
 * @property {number} supply in thousandths
 * @property {string[]} look_at
 * @property {string} words
 */
/**
 * @typedef {object} PlanDocument
 * @property {string} headline
 * @property {Objective} objective
 * @property {boolean} closes_everything
 * @property {number} cost
 * @property {number} out_of_pocket
 * @property {number | null} budget
 * @property {string} currency
 * @property {number} hours
 * @property {number} minutes
 * @property {PlanItemDocument[]} items
 * @property {{id: string, name: string, times: number, cost: number, saves: number | null}[]} packages
 * @property {string[]} notes
 * @property {Gap[]} gaps
 * @property {{id: string, title: string, url: string}[]} likely
 * @property {{proved: boolean, gap: number, candidates: number, without_price: number, only_likely: number, read_from: string | null, read_to: string | null, words: string}} proof
 */

/** Something that is insisted on cannot be in a plan. */
export class InsistedError extends Error {}

/** A budget in a currency in which no prices are compared. */
export class BudgetError extends Error {}

/**
 * Plan for one person over a ranking's opportunities.
 * @param {Ranking} ranking
 * @param {Person} person
 * @param {Options} options
 * @returns {PlanDocument}
 */
export function planFor(ranking, person, options = {}) {
  const insisted = new Set(options.with ?? []);
  const pool = poolOf(ranking, person, ranking.parts(person), new Set(options.without ?? []), insisted);
  checkInsisted(pool);
  const objective = options.objective ?? "cheapest";
  const budget = budgetOf(person.profile, options);
  const weight = weightOf(pool, objective);
  const small = reduced(pool, weight);
  const program = new Program(small, budget, options.node_limit ?? NODE_LIMIT, objective === "cheapest" ? null : weight);
  return new Answer(ranking, person, pool, objective, budget, solved(program, insisted)).document();
}

/**
 * @param {Program} program
 * @param {Set<string>} insisted
 */
function solved(program, insisted) {
  try {
    return program.solve();
  } catch (error) {
    if (!(error instanceof SolverError) || insisted.size === 0) throw error;
    throw new InsistedError("what you insist on cannot all be taken within the budget and at different times");
  }
}

/** @param {Pool} pool */
function checkInsisted(pool) {
  const possible = new Set(pool.candidates.map(({ opportunity }) => opportunity.id));
  for (const id of [...pool.insisted].sort()) {
    if (possible.has(id)) continue;
    throw new InsistedError(
      `${id} cannot be planned: it is not listed for you, surely closes nothing that is needed, or has no known price`,
    );
  }
}

/**
 * What the technician may spend; what the employer pays comes on top of it.
 * @param {Profile} profile
 * @param {Options} options
 */
function budgetOf({ budget }, options) {
  if (options.no_budget) return null;
  if (options.budget !== undefined && options.budget !== null) return options.budget;
  if (budget !== null && budget.currency !== figures.currency) {
    throw new BudgetError(`the budget is in ${budget.currency}, but prices are compared in ${figures.currency} only`);
  }
  return budget?.minor ?? null;
}

/**
 * What is made least beside money, by candidate order; all 0 for the cheapest plan.
 * @param {Pool} pool
 * @param {Objective} objective
 */
function weightOf(pool, objective) {
  const weights = {
    cheapest: () => 0,
    quickest: (/** @type {Candidate} */ one) => one.minutes,
    interesting: (/** @type {Candidate} */ one) => roundTo(one.dullness * (one.hours / THOUSANDTHS), figures.dullness_decimals),
  };
  return new Map(pool.candidates.map((candidate) => [candidate.order, weights[objective](candidate)]));
}

/**
 * "1 point of MLT(ASCP) safety, 1.5 points of MLT(AMT) ..." in one line.
 * @param {readonly Share[]} closes
 */
export function closingWords(closes) {
  return closes
    .map((one) => `${unitWord(one.unit, one.thousandths)} of ${one.credential_name} ${inASentence(one.label)}`)
    .join(", ");
}

/** Puts what the solver chose into words and numbers. */
class Answer {
  /**
   * @param {Ranking} ranking
   * @param {Person} person
   * @param {Pool} pool
   * @param {Objective} objective
   * @param {number | null} budget
   * @param {Chosen} chosen
   */
  constructor(ranking, person, pool, objective, budget, chosen) {
    this.ranking = ranking;
    this.person = person;
    this.pool = pool;
    this.objective = objective;
    this.budget = budget;
    this.chosen = chosen;
    this.placement = placementOf(pool.needs, chosen.candidates.map(({ candidate }) => candidate));
  }

  /** @returns {PlanDocument} */
  document() {
    const { candidates } = this.chosen;
    const items = this.items();
    const packages = this.packages(items);
    const gaps = this.gaps();
    const notes = this.notes();
    const cost = sum([...items, ...packages].map((one) => one.cost));
    const hours = sum(candidates.map(({ candidate }) => candidate.hours));
    const closed = gaps.length === 0 && notes.length === 0;
    return {
      headline: this.headline(items.length, hours, cost, closed),
      objective: this.objective,
      closes_everything: closed,
      cost,
      out_of_pocket: cost - this.paidByEmployer(packages),
      budget: this.budget,
      currency: figures.currency,
      hours: units(hours),
      minutes: sum(candidates.map(({ candidate }) => candidate.minutes)),
      items,
      packages,
      notes,
      gaps,
      likely: this.pool.only_likely.slice(0, figures.likely_told).map(({ id, title, url }) => ({ id, title, url })),
      proof: this.proof(),
    };
  }

  /** What no plan can close: a renewal period that is over, a total that nobody found. */
  notes() {
    return this.person.owed.credentials.flatMap((answer) => {
      if (answer.standing === "active" && answer.total === null) {
        return [`What ${answer.short_name} asks for in all is not known: check with the board.`];
      }
      if (!isOver(answer, this.ranking.today)) return [];
      return [`The renewal period of ${answer.short_name} is over: ask the board what it takes now.`];
    });
  }

  /**
   * What each benefit pays of all that is spent on it.
   * @param {{cost: number}[]} packages
   */
  paidByEmployer(packages) {
    const spent = this.pool.benefits.map(() => 0);
    const pot = packagePot(this.pool);
    if (pot !== null) spent[pot] += sum(packages.map(({ cost }) => cost));
    for (const { candidate, paid } of this.chosen.candidates) {
      if (candidate.pot !== null) spent[candidate.pot] += candidate.prices.get(paid) ?? 0;
    }
    return sum(this.pool.benefits.map((benefit, number) => share(benefit, spent[number])));
  }

  /**
   * @param {number} count
   * @param {number} hours
   * @param {number} cost
   * @param {boolean} closed
   */
  headline(count, hours, cost, closed) {
    if (this.pool.needs.length === 0) {
      return closed ? "Nothing more needed by the rules we know." : "Nothing that a plan can close.";
    }
    const courses = `${count} ${count === 1 ? "course" : "courses"}`;
    const time = `${words(hours)} ${hours === THOUSANDTHS ? "hour" : "hours"}`;
    const end = closed ? "everything we can confirm" : "the most that we can confirm";
    return `${courses}, ${time}, ${money(cost, figures.currency)}: ${end}.`;
  }

  // Items

  /** @returns {PlanItemDocument[]} */
  items() {
    const days = this.days();
    const found = this.chosen.candidates.map(({ candidate, paid }) => ({
      id: candidate.opportunity.id,
      title: candidate.opportunity.title,
      provider: candidate.opportunity.provider_name,
      url: candidate.opportunity.url,
      sample: candidate.opportunity.sample,
      when: /** @type {string} */ (days.get(candidate.order)),
      date: candidate.session?.key ?? null,
      cost: candidate.prices.get(paid) ?? 0,
      reason: this.priceWords(candidate, paid),
      package: this.bought(paid),
      closes: this.shares(candidate),
      session: candidate.session,
      opportunity: candidate.opportunity,
    }));
    return found.sort((one, other) => compare(one.when, other.when) || compare(one.id, other.id));
  }

  /**
   * The id of the package that an item is paid through, where this plan buys it.
   * @param {number | null} paid
   */
  bought(paid) {
    return paid === null || !this.chosen.bought.has(paid) ? null : this.pool.packages[paid].id;
  }

  /**
   * @param {Candidate} candidate
   * @param {number | null} paid
   */
  priceWords(candidate, paid) {
    const { profile } = this.person;
    const { columns, today } = this.ranking;
    if (paid === null) return charged(candidate.opportunity, profile, today, unlimited(columns.held(profile))).reason;
    const amount = money(candidate.prices.get(paid) ?? 0, figures.currency);
    const how = this.bought(paid) ? "bought in this plan" : "which you hold";
    return `${amount[0].toUpperCase()}${amount.slice(1)} with ${this.pool.packages[paid].name}, ${how}`;
  }

  /**
   * What each credit gives to each category, and what of it goes to the total.
   * @param {Candidate} candidate
   * @returns {Share[]}
   */
  shares(candidate) {
    const given = this.placement.given.get(candidate) ?? [];
    return candidate.pieces.flatMap((piece, number) => {
      const need = this.pool.needs[piece.need];
      return given[number].flatMap(({ place, amount }) => {
        const part = place === null ? need.rest : need.minimums[place];
        return part ? [shareOf(need, part, amount, piece.row.acceptance)] : [];
      });
    });
  }

  /** A day for each item: its date, or a day that spreads what can be taken any time evenly before it is due. */
  days() {
    const { today } = this.ranking;
    /** @type {Map<number, string>} */
    const days = new Map();
    const free = [];
    for (const { candidate, paid } of this.chosen.candidates) {
      if (candidate.session !== null) {
        days.set(candidate.order, candidate.session.local_date);
        continue;
      }
      const lasts = candidate.pieces.map(({ need }) => this.pool.needs[need].last_day);
      lasts.push(lastChance(candidate.opportunity, today), this.runsOut(paid));
      const [due = today] = lasts.filter((day) => day !== null).sort();
      free.push({ due, order: candidate.order });
    }
    free.sort((one, other) => compare(one.due, other.due) || one.order - other.order);
    free.forEach(({ due, order }, number) => {
      const length = Math.max(0, daysBetween(today, due));
      days.set(order, addDays(today, Math.floor((length * (number + 1)) / (free.length + 1))));
    });
    return days;
  }

  /**
   * The last day of a package that is bought today, where its days are limited.
   * @param {number | null} paid
   */
  runsOut(paid) {
    const days = paid === null ? null : this.pool.packages[paid].days;
    return days === null ? null : addDays(this.ranking.today, days);
  }

  // Packages

  /** @param {PlanItemDocument[]} items */
  packages(items) {
    return [...this.chosen.bought].map(([number, times]) => {
      const { id, name, minor } = this.pool.packages[number];
      const through = this.chosen.candidates.filter(({ paid }) => paid === number);
      const alone = through.map(({ candidate }) => candidate.prices.get(null));
      const cost = (minor ?? 0) * times;
      const inside = sum(items.filter((item) => item.package === id).map((item) => item.cost));
      const known = alone.filter((price) => price !== undefined);
      return { id, name, times, cost, saves: known.length === alone.length ? sum(known) - cost - inside : null };
    });
  }

  // What stays open

  /** @returns {Gap[]} */
  gaps() {
    return this.placement.short.flatMap((short, at) => {
      const need = this.pool.needs[at];
      return short.map(({ place, amount }) => {
        const part = place === null ? (need.rest ?? { id: "total", label: "the total" }) : need.minimums[place];
        const gap = {
          credential: need.credential,
          credential_name: need.name,
          requirement: part.id,
          label: part.label,
          missing: units(amount),
          unit: need.unit,
          supply: this.supply(at, place),
          look_at: this.places(need, part.id),
        };
        return { ...gap, words: gapWords(gap) };
      });
    });
  }

  /**
   * Thousandths that all candidates together could give.
   * @param {number} at
   * @param {number | null} place
   */
  supply(at, place) {
    /** @type {Map<string, number>} */
    const best = new Map();
    for (const { opportunity, pieces } of this.pool.candidates) {
      const own = pieces.filter(({ need, fits }) => need === at && (place === null || fits.includes(place)));
      best.set(opportunity.id, Math.max(best.get(opportunity.id) ?? 0, sum(own.map(({ amount }) => amount))));
    }
    return sum([...best.values()]);
  }

  /**
   * Providers of which something probably counts there, or has no known price; else those that count at all.
   * @param {Need} need
   * @param {string} requirement
   */
  places(need, requirement) {
    const credential = /** @type {Credential} */ (this.person.credentials.get(need.credential));
    const { columns } = this.ranking;
    const leftOut = [...this.pool.only_likely, ...this.pool.without_price.map(({ opportunity }) => opportunity)];
    const near = leftOut.filter((one) => countsFor(one, credential).some((row) => row.requirement === requirement));
    const { named } = columns.credential(credential);
    const counted = () => columns.opportunities.filter((_, row) => named[row]);
    return providers(near.length > 0 ? near : counted()).slice(0, figures.places_to_look);
  }

  // The proof

  proof() {
    const days = this.chosen.candidates.map(({ candidate }) => candidate.opportunity.read_on).sort();
    const withoutPrice = new Set(this.pool.without_price.map(({ opportunity }) => opportunity.id)).size;
    return {
      proved: this.chosen.proved,
      gap: this.chosen.gap,
      candidates: this.pool.considered,
      without_price: withoutPrice,
      only_likely: this.pool.only_likely.length,
      read_from: days[0] ?? null,
      read_to: days.at(-1) ?? null,
      words: this.proofWords(days, withoutPrice + this.pool.only_likely.length),
    };
  }

  /**
   * @param {string[]} days
   * @param {number} leftOut
   */
  proofWords(days, leftOut) {
    const count = this.pool.considered;
    const courses = count === 1 ? "course" : "courses";
    const what = `the ${count} ${courses} with a known price and credit${readWords(days)}`;
    const tail = leftOut ? `; ${leftOut} left out` : "";
    const superlative = figures.superlative[this.objective];
    if (this.chosen.proved) return `${superlative} among ${what}${tail}.`;
    const gap = `${(Math.max(this.chosen.gap, figures.smallest_gap_told) * 100).toFixed(2)}%`;
    return `May not be the ${superlative.toLowerCase()} among ${what}: at most ${gap} better is possible${tail}.`;
  }
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * @param {Need} need
 * @param {{id: string, label: string}} part
 * @param {number} thousandths
 * @param {import("./credential.js").Acceptance} acceptance
 * @returns {Share}
 */
function shareOf(need, part, thousandths, acceptance) {
  return {
    credential: need.credential,
    credential_name: need.name,
    requirement: part.id,
    label: part.label,
    thousandths,
    unit: /** @type {Unit} */ (need.unit),
    acceptance,
  };
}

/** @param {Omit<Gap, "words">} gap */
function gapWords(gap) {
  const about = `${inASentence(gap.label)} (${gap.credential_name})`;
  const places = gap.look_at.length > 0 ? ` Try ${listed(gap.look_at)}.` : ' See "Where to look".';
  if (!gap.supply) return `No course we know surely closes ${about}.${places}`;
  const missing = Math.round(gap.missing * THOUSANDTHS);
  const stays = missing === THOUSANDTHS ? "stays" : "stay";
  return `${unitWord(/** @type {Unit} */ (gap.unit), missing)} of ${about} ${stays} open.${places}`;
}

/** @param {string[]} days */
function readWords(days) {
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return "";
  if (first === last) return `, prices read on ${spokenDay(first)}`;
  return `, prices read from ${spokenDay(first)} to ${spokenDay(last)}`;
}

/**
 * The providers of opportunities, the one with most of them first.
 * @param {readonly Opportunity[]} opportunities
 */
function providers(opportunities) {
  /** @type {Map<string, number>} */
  const names = new Map();
  for (const { provider_name: name } of opportunities) names.set(name, (names.get(name) ?? 0) + 1);
  return [...names].sort((one, other) => other[1] - one[1] || compare(one[0], other[0])).map(([name]) => name);
}

/** @param {string[]} names */
function listed(names) {
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names.join("");
}
