// The plan as a mixed-integer program over candidates, dates and packages: the twin of recommend/program.py, whose
// opening words tell the variables and the steps. Amounts are in points or hours, money in minor units.

import { THOUSANDTHS } from "./amounts.js";
import { canBeBought, packagePot } from "./candidates.js";
import { commonStep } from "./domain.js";
import { figures, fill } from "./figures.js";
import { lastDay } from "./load.js";
import { minimize, SolverError } from "./solver.js";
import { daysBetween } from "./dates.js";

const MILLISECONDS_OF_MINUTE = 60_000;
const PERCENT = 100;
/** What one step of the solving may cost: a few seconds. */
const WORK = 1e9;
/** Among more variables the nicest of equal plans is not looked for. */
const ORDERED_AT_MOST = 700;
/** Steps of a weight that has none of its own. */
const FINEST = 0.001;
const EPOCH = "1970-01-01";

/** @typedef {import("./candidates.js").Candidate} Candidate */
/** @typedef {import("./candidates.js").Package} Package */
/** @typedef {import("./candidates.js").Piece} Piece */
/** @typedef {import("./candidates.js").Pool} Pool */
/** @typedef {import("./solver.js").Solution} Solution */
/** A row as pairs of a column and its value. @typedef {[number, number][]} Cells */
/**
 * What the solver answers. What each credit counts toward, and what stays open, follows from it (placement.js).
 * @typedef {object} Chosen
 * @property {{candidate: Candidate, paid: number | null}[]} candidates
 * @property {Map<number, number>} bought
 * @property {boolean} proved
 * @property {number} gap
 */

/** What an earlier step reached. @typedef {{aim: Float64Array, low: number, high: number}} Held */

/** Lays the program for a pool and a budget (minor units, null: none) and solves it. */
export class Program {
  /**
   * @param {Pool} pool
   * @param {number | null} budget
   * @param {number} nodeLimit
   * @param {ReadonlyMap<number, number> | null} weight what is made least, by candidate order; null: money
   */
  constructor(pool, budget, nodeLimit, weight) {
    this.pool = pool;
    this.budget = budget;
    this.nodeLimit = nodeLimit;
    this.weight = weight;
    /** @type {number[]} */
    this.upper = [];
    /** @type {number[]} */
    this.whole = [];
    /** @type {{cells: Cells, low: number, high: number}[]} */
    this.rows = [];
    /** @type {Map<number, number>} */
    this.cost = new Map();
    /** @type {Map<number, number>} */
    this.outOfPocket = new Map();
    this.spent = pool.benefits.map(() => /** @type {Cells} */ ([]));
    /** @type {number[]} */
    this.short = [];
    this.groups = alike(pool, weight);
    this.take = this.groups.map((group) => this.variable(group.length));
    this.ways = this.groups.map((group, place) => this.waysToPay(this.take[place], group));
    this.buy = pool.packages.map((bought) => this.variable(timesAtMost(bought)));
    this.layPayment();
    this.layCredit();
    this.layDates();
  }

  /**
   * @param {number} upper
   * @param {boolean} whole
   */
  variable(upper, whole = true) {
    this.whole.push(whole ? 1 : 0);
    return this.upper.push(upper) - 1;
  }

  /**
   * @param {Cells} cells
   * @param {number} high
   */
  atMost(cells, high) {
    this.rows.push({ cells, low: -Infinity, high });
  }

  /**
   * @param {Cells} cells
   * @param {number} low
   */
  atLeast(cells, low) {
    this.rows.push({ cells, low, high: Infinity });
  }

  // Money

  /**
   * The variables by package (null: without one) that say how many are paid in that way.
   * @param {number} take
   * @param {Candidate[]} group
   * @returns {Map<number | null, number>}
   */
  waysToPay(take, group) {
    const ways = [...group[0].prices.keys()];
    if (ways.length === 1) return new Map([[ways[0], take]]);
    const columns = ways.map(() => this.variable(group.length));
    this.rows.push({ cells: [[take, -1], ...times(columns, 1)], low: 0, high: 0 });
    return new Map(ways.map((way, at) => [way, columns[at]]));
  }

  layPayment() {
    const { pool } = this;
    /** @type {Map<number, Cells>} */
    const hours = new Map();
    pool.packages.forEach((bought, number) => this.spend(this.buy[number], bought.minor ?? 0, packagePot(pool)));
    this.groups.forEach(([candidate, ...more], place) => {
      const count = more.length + 1;
      for (const [number, column] of this.ways[place]) {
        this.spend(column, candidate.prices.get(number) ?? 0, candidate.pot);
        if (number === null) continue;
        this.atMost([[column, 1], [this.buy[number], -count]], pool.held.has(number) ? count : 0);
        if (pool.packages[number].cap_thousandths !== null) {
          fill(hours, number, () => []).push([column, candidate.hours / THOUSANDTHS]);
        }
      }
    });
    for (const [number, cells] of hours) {
      const cap = (pool.packages[number].cap_thousandths ?? 0) / THOUSANDTHS;
      this.atMost([...cells, [this.buy[number], -cap]], pool.held.has(number) ? cap : 0);
    }
    this.layBenefits();
    if (this.budget !== null) this.atMost([...this.outOfPocket], this.budget);
  }

  /**
   * That a variable costs so much, and out of which of the employer's pots it may be paid.
   * @param {number} column
   * @param {number} minor
   * @param {number | null} pot
   */
  spend(column, minor, pot) {
    this.cost.set(column, minor);
    if (pot !== null) this.spent[pot].push([column, minor]);
  }

  /** What the employer pays: of what is spent on it no more than the benefit's share, and no more than is left. */
  layBenefits() {
    this.pool.benefits.forEach((benefit, pot) => {
      const paid = this.variable(benefit.left ?? Infinity, false);
      this.outOfPocket.set(paid, -1);
      const shares = this.spent[pot].map(([column, minor]) => /** @type {[number, number]} */ (
        [column, (-minor * benefit.percent) / PERCENT]
      ));
      this.atMost([[paid, 1], ...shares], 0);
    });
    for (const [column, minor] of this.cost) this.outOfPocket.set(column, minor);
  }

  // Credit

  layCredit() {
    const { needs } = this.pool;
    /** @type {Map<string, Cells>} */
    const minimums = new Map();
    /** @type {Map<number, Cells>} */
    const totals = new Map();
    /** @type {Map<string, {cells: Cells, most: number}>} */
    const caps = new Map();
    for (const { pieces, taken } of this.closingTheSame()) {
      pieces.forEach((piece) => {
        const { filling, counting } = this.layPiece(piece, taken);
        for (const [at, cells] of filling) fill(minimums, `${piece.need} ${at}`, () => []).push(...cells);
        fill(totals, piece.need, () => []).push(...counting);
        const most = piece.cap === null ? undefined : needs[piece.need].caps.get(piece.cap);
        if (most === undefined) return;
        fill(caps, `${piece.need} ${piece.cap}`, () => ({ cells: [], most })).cells.push(...counting);
      });
    }
    needs.forEach((need, at) => {
      const coming = need.minimums.map(({ still }, place) => {
        const column = this.close(minimums.get(`${at} ${place}`) ?? [], still);
        return /** @type {[number, number]} */ ([column, 1]);
      });
      this.close([...(totals.get(at) ?? []), ...coming], need.total);
    });
    for (const { cells, most } of caps.values()) this.atMost(cells, most / THOUSANDTHS);
  }

  /**
   * That a row reaches what is still needed but for what stays open, whose variable is given back.
   * @param {Cells} cells
   * @param {number} still
   */
  close(cells, still) {
    const column = this.variable(still / THOUSANDTHS, false);
    this.short.push(column);
    this.atLeast([...cells, [column, 1]], still / THOUSANDTHS);
    return column;
  }

  /** The variables `take` by what their candidates close. */
  closingTheSame() {
    /** @type {Map<string, {pieces: Piece[], taken: number[]}>} */
    const found = new Map();
    this.groups.forEach(([{ amounts, pieces }], place) => {
      fill(found, amounts, () => ({ pieces, taken: [] })).taken.push(this.take[place]);
    });
    return found.values();
  }

  /**
   * What one credit of all that close the same puts into each minimum, and what of it counts toward the total.
   * @param {Piece} piece
   * @param {number[]} taken
   * @returns {{filling: [number, Cells][], counting: Cells}}
   */
  layPiece(piece, taken) {
    const need = this.pool.needs[piece.need];
    const amount = piece.amount / THOUSANDTHS;
    const cap = piece.cap === null ? undefined : need.caps.get(piece.cap);
    if (cap !== undefined) return this.layCapped(piece, taken, cap);
    /** @type {Cells} */
    const everything = taken.map((take) => [take, amount]);
    if (piece.fits.length <= 1) return { filling: piece.fits.map((at) => [at, everything]), counting: everything };
    const parted = piece.fits.every((at) => need.minimums[at].splittable);
    const puts = this.puts(piece, taken, !parted);
    return {
      filling: puts.map(([at, put]) => [at, [[put, amount]]]),
      counting: piece.rest ? everything : puts.map(([, put]) => [put, amount]),
    };
  }

  /**
   * How many go into each minimum: together no more than are taken.
   * @param {Piece} piece
   * @param {number[]} taken
   * @param {boolean} whole
   * @returns {[number, number][]}
   */
  puts(piece, taken, whole) {
    const most = taken.reduce((sum, take) => sum + this.upper[take], 0);
    const puts = piece.fits.map((at) => /** @type {[number, number]} */ ([at, this.variable(most, whole)]));
    /** @type {Cells} */
    const cells = [...puts.map(([, put]) => /** @type {[number, number]} */ ([put, 1])), ...times(taken, -1)];
    if (puts.length > 0) this.atMost(cells, 0);
    return puts;
  }

  /**
   * The same under a cap: as much as one likes of the credit may count, and no minimum gets more than counts. No credit
   * counts more than its whole cap.
   * @param {Piece} piece
   * @param {number[]} taken
   * @param {number} cap
   * @returns {{filling: [number, Cells][], counting: Cells}}
   */
  layCapped(piece, taken, cap) {
    const amount = Math.min(piece.amount, cap) / THOUSANDTHS;
    const most = amount * taken.reduce((sum, take) => sum + this.upper[take], 0);
    const count = this.variable(most, false);
    this.atMost([[count, 1], ...times(taken, -amount)], 0);
    const puts = this.puts(piece, taken, true);
    const parts = puts.map(([at, put]) => {
      const part = this.variable(most, false);
      this.atMost([[part, 1], [put, -amount]], 0);
      return { at, part };
    });
    if (parts.length > 0) this.atMost([...times(parts.map(({ part }) => part), 1), [count, -1]], 0);
    if (!piece.rest) this.atMost([[count, 1], ...times(puts.map(([, put]) => put), -amount)], 0);
    return { filling: parts.map(({ at, part }) => [at, [[part, 1]]]), counting: [[count, 1]] };
  }

  // Dates

  /** One way of taking each opportunity, one of what is insisted on, and no two dates at one time. */
  layDates() {
    for (const insisted of [...this.pool.insisted].sort()) {
      const own = this.take.filter((_, place) => this.groups[place][0].opportunity.id === insisted);
      this.atLeast(times(own, 1), 1);
    }
    const dated = this.groups.flatMap(([candidate], place) => (candidate.session ? [{ candidate, take: this.take[place] }] : []));
    /** @type {Map<string, number[]>} */
    const ways = new Map();
    for (const { candidate, take } of dated) fill(ways, candidate.opportunity.id, () => []).push(take);
    for (const own of ways.values()) if (own.length > 1) this.atMost(times(own, 1), 1);
    for (const clash of clashes(dated.map(({ candidate }) => candidate))) {
      this.atMost(times(clash.map((place) => dated[place].take), 1), 1);
    }
  }

  // Solving

  /**
   * The plan of least weight, or of least cost to this person.
   * @returns {Chosen}
   * @throws {SolverError} where not even an incomplete plan is found
   */
  solve() {
    if (this.upper.length === 0) {
      return { candidates: [], bought: new Map(), proved: true, gap: 0 };
    }
    /** @type {Held[]} */
    const held = [];
    /** @type {Solution[]} */
    const steps = [];
    const [first, ...later] = this.aims();
    let closed = true;
    try {
      steps.push(this.minimize(weighed(first), held, closed));
    } catch (error) {
      if (!(error instanceof SolverError)) throw error;
      closed = false;
      const shortage = this.vector(new Map(this.short.map((column) => [column, 1])));
      const nothing = this.vector(new Map(this.short.map((column) => [column, this.upper[column]])));
      steps.push(this.minimize(shortage, held, closed, nothing));
      held.push(heldAt(shortage, steps[0]));
      steps.push(this.minimize(weighed(first), held, closed, steps[0].values));
    }
    let last = /** @type {Solution} */ (steps.at(-1));
    // Where the proof is missing, the money of what weighs no more than what is found is looked at by itself.
    const reached = last.proved ? first : first.slice(0, 1);
    held.push(...reached.map(({ aim }) => heldAt(aim, last)));
    if (reached.length < first.length) later.unshift(first.slice(reached.length));
    for (const parts of later) {
      last = this.minimize(weighed(parts), held, closed, last.values);
      steps.push(last);
      held.push(...parts.map(({ aim }) => heldAt(aim, last)));
    }
    return this.chosen(steps, this.ordered(held, last.values, closed));
  }

  /**
   * What is made least, one after the other: the weight with the technician's own money, and the employer's. Weights are
   * whole steps, so that one step more weighs more than all money together.
   * @returns {{aim: Float64Array, times: number}[][]} in each step the parts that are added up
   */
  aims() {
    const money = this.vector(this.outOfPocket);
    const first = [{ aim: money, times: 1 }];
    if (this.weight !== null) {
      const all = money.reduce((sum, minor, column) => sum + Math.max(0, minor) * this.upper[column], 1);
      const step = commonStep([...this.weight.values()].filter(Boolean)) || FINEST;
      first.unshift({ aim: this.weights(this.weight).map((weight) => Math.round(weight / step)), times: all });
    }
    return this.pool.benefits.length > 0 ? [first, [{ aim: this.vector(this.cost), times: 1 }]] : [first];
  }

  /**
   * Of all plans as good as the one that is found: the fewest courses, then the earliest of the order.
   * @param {readonly Held[]} held
   * @param {Float64Array} found
   * @param {boolean} closed
   */
  ordered(held, found, closed) {
    const { candidates } = this.pool;
    if (candidates.length + this.upper.length > ORDERED_AT_MOST) return found;
    const each = (candidates.length * (candidates.length - 1)) / 2 + 1;
    const places = new Map(candidates.map(({ order }, number) => [order, each + number]));
    const objective = Array(this.upper.length).fill(0);
    const start = Array.from(found);
    /** @type {import("./solver.js").Row[]} */
    const rows = [];
    this.groups.forEach((group, place) => {
      const take = this.take[place];
      const own = group.map(({ order }) => places.get(order) ?? 0);
      if (own.length === 1) {
        [objective[take]] = own;
        return;
      }
      const columns = [take, ...own.map((_, single) => objective.length + single)];
      rows.push({ columns, values: columns.map((column) => (column === take ? -1 : 1)), low: 0, high: 0 });
      objective.push(...own);
      start.push(...own.map((_, single) => Number(single < Math.round(found[take]))));
    });
    const limit = Math.min(this.nodeLimit, figures.order_nodes);
    const best = this.minimize(Float64Array.from(objective), held, closed, Float64Array.from(start), rows, limit);
    return best.values.subarray(0, this.upper.length);
  }

  /** @param {ReadonlyMap<number, number>} entries */
  vector(entries) {
    const vector = new Float64Array(this.upper.length);
    for (const [column, value] of entries) vector[column] = value;
    return vector;
  }

  /** @param {ReadonlyMap<number, number>} weight */
  weights(weight) {
    return this.vector(new Map(this.take.map((take, place) => [take, weight.get(this.groups[place][0].order) ?? 0])));
  }

  /**
   * @param {Float64Array} objective
   * @param {readonly Held[]} held
   * @param {boolean} closed whether nothing may stay open
   * @param {Float64Array | null} start a solution that is known
   * @param {import("./solver.js").Row[]} singles rows of variables of their own, 0 to 1, that come last
   * @param {number} nodeLimit
   */
  minimize(objective, held, closed, start = null, singles = [], nodeLimit = this.nodeLimit) {
    const high = new Float64Array(objective.length).fill(1);
    high.set(this.upper);
    if (closed) for (const column of this.short) high[column] = 0;
    const whole = new Uint8Array(objective.length);
    whole.set(this.whole);
    const rows = this.rows.map(({ cells, low, high: most }) => ({
      columns: cells.map(([column]) => column),
      values: cells.map(([, value]) => value),
      low,
      high: most,
    }));
    const kept = held.map(({ aim, ...limits }) => {
      const columns = Array.from(aim.keys()).filter((column) => aim[column] !== 0);
      return { columns, values: columns.map((column) => aim[column]), ...limits };
    });
    const none = new Float64Array(objective.length);
    return minimize(objective, [...rows, ...singles, ...kept], none, high, whole, { nodeLimit, workLimit: WORK, start });
  }

  /**
   * @param {Solution[]} steps
   * @param {Float64Array} values
   * @returns {Chosen}
   */
  chosen(steps, values) {
    const candidates = this.groups.flatMap((group, place) => {
      const ways = [...this.ways[place]].sort(([one], [other]) => (one ?? Infinity) - (other ?? Infinity));
      const paid = ways.flatMap(([way, column]) => Array(Math.round(values[column])).fill(way));
      return paid.map((way, at) => ({ candidate: group[at], paid: way }));
    });
    candidates.sort((one, other) => one.candidate.order - other.candidate.order);
    return {
      candidates,
      bought: new Map(
        this.buy.flatMap((column, number) => (values[column] > 0.5 ? [[number, Math.round(values[column])]] : [])),
      ),
      proved: steps.every((step) => step.proved),
      gap: Math.max(...steps.map((step) => step.gap)),
    };
  }
}

/** @param {readonly {aim: Float64Array, times: number}[]} parts */
function weighed(parts) {
  return parts[0].aim.map((_, column) => parts.reduce((sum, { aim, times: weight }) => sum + weight * aim[column], 0));
}

/**
 * What a step reached, as later ones have to keep it; where it is proved, none can be better, which is told as well.
 * @param {Float64Array} aim
 * @param {Solution} found
 * @returns {Held}
 */
function heldAt(aim, { values, proved }) {
  const reached = aim.reduce((sum, value, column) => sum + value * values[column], 0);
  const low = proved ? reached - figures.slack : -Infinity;
  return { aim, low, high: reached + figures.slack };
}

/**
 * @param {number[]} columns
 * @param {number} value
 * @returns {Cells}
 */
function times(columns, value) {
  return columns.map((column) => [column, value]);
}

/**
 * Candidates that close, cost and weigh the same and bind to no date, in the order of the first of each group.
 * @param {Pool} pool
 * @param {ReadonlyMap<number, number> | null} weight
 */
export function alike(pool, weight) {
  /** @type {Map<string, Candidate[]>} */
  const groups = new Map();
  for (const one of pool.candidates) {
    const own = one.session || pool.insisted.has(one.opportunity.id) ? one.order : null;
    const prices = [...one.prices].sort(([number], [other]) => (number ?? -1) - (other ?? -1));
    const key = [one.amounts, prices, one.hours, one.pot, own, weight === null ? null : weight.get(one.order)];
    fill(groups, JSON.stringify(key), () => []).push(one);
  }
  return [...groups.values()];
}

/**
 * How often it may be bought: what is held already and has no known price, not once more.
 * @param {Package} bought
 */
function timesAtMost(bought) {
  if (!canBeBought(bought)) return 0;
  return bought.cap_thousandths ? figures.bundles_at_most : 1;
}

/**
 * Sets of candidates of which at most one can be taken, because their dates run at one time.
 * @param {Candidate[]} candidates
 */
export function clashes(candidates) {
  const spans = candidates.flatMap((one, place) => (one.session ? [{ place, ...span(one.session) }] : []));
  const starts = [...new Set(spans.map(({ begin }) => begin))].sort((one, other) => one - other);
  /** @type {Map<string, number[]>} */
  const found = new Map();
  for (const moment of starts) {
    const together = spans.filter(({ begin, end }) => begin <= moment && moment < end).map(({ place }) => place);
    if (new Set(together.map((place) => candidates[place].opportunity.id)).size > 1) found.set(together.join(" "), together);
  }
  return [...found.values()];
}

/**
 * Minutes since 1970 in UTC between which a date runs; where its hours are not stated, its days in any zone.
 * @param {import("./load.js").ScheduledSession} session
 */
export function span(session) {
  if (session.starts_at !== null && session.ends_at !== null) {
    const [begin, end] = [session.starts_at, session.ends_at].map((moment) => Date.parse(moment) / MILLISECONDS_OF_MINUTE);
    return { begin, end };
  }
  const [first, last] = [session.local_date, lastDay(session)].map((day) => daysBetween(EPOCH, day));
  const { whole_day_minutes: day, earliest_zone: earliest, latest_zone: latest } = figures;
  return { begin: first * day - earliest, end: (last + 1) * day + latest };
}
