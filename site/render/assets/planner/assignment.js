// The exact assignment behind a shortfall: which credit fills which requirement of one credential. The twin of
// recommend/assignment.py, whose documented order leaves one answer only, so that both find the same.

import { minimize } from "./solver.js";

/** Stands for the rest in place of a minimum's index. */
export const REST = -1;

const HALF = 0.5;

/** Beyond it a share is rounded down to a whole number of so many parts. */
const LARGEST_MULTIPLE = 1_000_000;

/** Goals are weighed against each other in one objective up to here; beyond it they are met one after the other. */
const LARGEST_WEIGHT = 100_000;

/**
 * One credit: its amount, the minimums that it fits, the caps it falls under. `splits` are the minimums among `fits`
 * between which the rule lets it be divided.
 * @typedef {{amount: number, fits: number[], caps: number[], splits: number[]}} Item
 */

/**
 * One credential's minimums, its total (null where nobody found it), the sizes of its caps, and the credits, oldest
 * first: among equal answers that order decides.
 * @typedef {{needs: number[], total: number | null, caps: number[], items: Item[]}} Question
 */

/**
 * For each item what counted, by minimum (or REST), and what is still needed. `still` is the larger of what the minimums
 * and what the total still need.
 * @typedef {{counted: Map<number, number>[], owed: number[], still: number, all_counted: number}} Answer
 */

/** A linear form: what stands before each variable that it names. @typedef {Map<number, number>} Form */

/**
 * Answer a question exactly.
 * @param {Question} question
 * @returns {Answer}
 */
export function assign(question) {
  if (capsBind(question)) return answerOf(question, new Program(question, question.needs).solve());
  const free = withoutChoice(question);
  const counted = free.items.map(({ fits, amount }) => new Map([[fits[0] ?? REST, amount]]));
  const choices = free.items.flatMap((item, index) => (item.fits.length > 1 ? [index] : []));
  if (choices.length > 0) {
    const solved = new Program(remaining(free, choices), question.needs).solve();
    choices.forEach((index, position) => (counted[index] = solved[position]));
  }
  return answerOf(question, counted);
}

/**
 * Whether some cap is smaller than the credits under it.
 * @param {Question} question
 */
function capsBind({ caps, items }) {
  return caps.some((most, cap) => sum(items.map((item) => (item.caps.includes(cap) ? item.amount : 0))) > most);
}

/**
 * The same question with each credit that has no real choice settled: a minimum that credits with no other place fill
 * needs no more, so it is struck from what the others fit, which may settle more of them.
 * @param {Question} question
 * @returns {Question}
 */
function withoutChoice(question) {
  let items = question.items;
  for (;;) {
    const alone = (/** @type {number} */ place) =>
      sum(items.map(({ fits, amount }) => (fits.length === 1 && fits[0] === place ? amount : 0)));
    const open = question.needs.map((need, place) => alone(place) < need);
    const settled = items.map((item) => (item.fits.length > 1 ? struck(item, open) : item));
    if (settled.every((item, index) => item.fits.length === items[index].fits.length)) return { ...question, items };
    items = settled;
  }
}

/**
 * @param {Item} item
 * @param {boolean[]} open
 * @returns {Item}
 */
function struck(item, open) {
  const keeps = (/** @type {number} */ place) => open[place];
  return { ...item, fits: item.fits.filter(keeps), splits: item.splits.filter(keeps) };
}

/**
 * What is left to decide once every other item has gone where it belongs. Caps do not bind and are left out.
 * @param {Question} question
 * @param {number[]} choices
 * @returns {Question}
 */
function remaining(question, choices) {
  const settled = question.items.filter((_, index) => !choices.includes(index));
  const filled = (/** @type {number} */ place) =>
    sum(settled.map((item) => (item.fits[0] === place ? item.amount : 0)));
  const total = question.total === null ? null : Math.max(0, question.total - sum(settled.map((item) => item.amount)));
  return {
    needs: question.needs.map((need, place) => Math.max(0, need - filled(place))),
    total,
    caps: [],
    items: choices.map((index) => ({ ...question.items[index], caps: [] })),
  };
}

/**
 * @param {Question} question
 * @param {Map<number, number>[]} counted
 * @returns {Answer}
 */
function answerOf({ needs, total }, counted) {
  const owed = needs.map((need, place) => Math.max(0, need - sum(counted.map((parts) => parts.get(place) ?? 0))));
  const everything = sum(counted.flatMap((parts) => [...parts.values()]));
  const rest = total === null ? 0 : Math.max(0, total - everything);
  return { counted, owed, still: Math.max(sum(owed), rest), all_counted: everything };
}

/**
 * The question as a mixed-integer program whose goals are met one after the other.
 *
 * Variables, in this order: for each item and place (its minimums, then the rest) `taken`, 0 or 1; for each of these
 * whose item is under a cap or may be split `counts`; for each minimum `owed`; and `still`. Amounts are divided by their
 * greatest common divisor.
 */
class Program {
  /**
   * @param {Question} question
   * @param {number[]} wholeNeeds
   */
  constructor(question, wholeNeeds) {
    this.question = question;
    this.wholeNeeds = wholeNeeds;
    const amounts = question.items.map((item) => item.amount);
    this.step = [...amounts, ...question.needs, ...question.caps, question.total ?? 0].reduce(commonDivisor, 0) || 1;
    this.pairs = question.items.flatMap((item, index) => [...item.fits, REST].map((place) => ({ item, index, place })));
    const divided = this.pairs.flatMap(({ item }, pair) => (isDivisible(item) ? [pair] : []));
    this.counts = new Map(divided.map((pair, position) => [pair, this.pairs.length + position]));
    this.firstOwed = this.pairs.length + divided.length;
    this.still = this.firstOwed + question.needs.length;
    this.low = new Float64Array(this.still + 1);
    this.high = this.highest();
    this.rows = this.laid();
  }

  /**
   * What counts of each item, by place.
   * @returns {Map<number, number>[]}
   */
  solve() {
    const goals = this.goals();
    /** @type {Float64Array} */
    let values = this.low;
    while (goals.length > 0) {
      const merged = this.merged(goals);
      const rows = this.rows.map(({ form, low, high }) => ({ ...columnsOf(form), low, high }));
      values = minimize(this.weighed(merged), rows, this.low, this.high, this.whole()).values.map(Math.round);
      for (const goal of goals.splice(0, merged.length)) this.hold(goal, values);
      while (goals.length > 0 && this.isMet(goals[0], values)) this.hold(/** @type {Form} */ (goals.shift()), values);
    }
    return this.parts(values);
  }

  /** @param {Float64Array} values */
  parts(values) {
    /** @type {Map<number, number>[]} */
    const counted = this.question.items.map(() => new Map());
    this.pairs.forEach(({ index, place }, pair) => {
      const [column, factor] = this.counted(pair);
      const amount = Math.round(values[column] * factor) * this.step;
      if (amount > 0) counted[index].set(place, amount);
    });
    return counted;
  }

  /**
   * What is to be made least, the most important first. Each has whole values only.
   * @returns {Form[]}
   */
  goals() {
    const { needs } = this.question;
    const all = [...this.pairs.keys()];
    const inMinimums = all.filter((pair) => this.pairs[pair].place !== REST);
    /** @type {Form[]} */
    const capped = this.counts.size > 0 ? [new Map([...this.counts.values()].map((column) => [column, -1]))] : [];
    return [
      ...(this.totalDecides() ? [] : [new Map([[this.still, 1]])]),
      this.shares(),
      ...capped,
      ...needs.map((_, place) => new Map([[this.firstOwed + place, 1]])),
      new Map(inMinimums.map((pair) => this.counted(pair))),
      ...all.map((pair) => new Map([[this.counts.get(pair) ?? pair, -1]])),
    ];
  }

  /**
   * The sum of shares: each owed amount over the whole need, times a common multiple to make them whole.
   * @returns {Form}
   */
  shares() {
    const needs = this.wholeNeeds.map((need) => Math.max(1, Math.floor(need / this.step)));
    const scale = needs.reduce((multiple, need) => Math.min(commonMultiple(multiple, need), LARGEST_MULTIPLE), 1);
    return new Map(needs.map((need, place) => [this.firstOwed + place, Math.floor(scale / need)]));
  }

  /** Whether the total asks for more than all minimums could still need, so that `still` is the same anyhow. */
  totalDecides() {
    const { items, needs, total, caps } = this.question;
    return total !== null && total - sum(items.map((item) => item.amount)) >= sum(needs) && caps.length === 0;
  }

  /**
   * The first goals that fit into one objective, each with the number of values that it may take.
   * @param {Form[]} goals
   */
  merged(goals) {
    const merged = [];
    let product = 1;
    for (const goal of goals) {
      let number = 1;
      for (const [column, factor] of goal) number += Math.abs(factor) * (this.high[column] - this.low[column]);
      product *= number;
      if (merged.length > 0 && product > LARGEST_WEIGHT) break;
      merged.push({ goal, number });
    }
    return merged;
  }

  /**
   * One objective in which no goal can be bought with a later one.
   * @param {{goal: Form, number: number}[]} goals
   */
  weighed(goals) {
    const cost = new Float64Array(this.low.length);
    let weight = 1;
    for (const { goal, number } of goals.toReversed()) {
      for (const [column, factor] of goal) cost[column] += weight * factor;
      weight *= number;
    }
    return cost;
  }

  /**
   * Whether nothing could be better than what these values say.
   * @param {Form} goal
   * @param {Float64Array} values
   */
  isMet(goal, values) {
    const least = [...goal].map(([column, factor]) => Math.min(factor * this.low[column], factor * this.high[column]));
    return valueOf(goal, values) <= sum(least);
  }

  /**
   * See to it that no later goal spoils this one. One of a single variable settles that.
   * @param {Form} goal
   * @param {Float64Array} values
   */
  hold(goal, values) {
    const [[column] = [-1]] = goal;
    if (goal.size !== 1) {
      this.rows.push({ form: goal, low: -Infinity, high: valueOf(goal, values) + HALF });
      return;
    }
    this.low[column] = this.high[column] = values[column];
    if (column < this.pairs.length && values[column] > 0) {
      const { index } = this.pairs[column];
      this.pairs.forEach((sibling, pair) => {
        if (sibling.index === index && pair !== column) this.high[pair] = 0;
      });
    }
  }

  /**
   * The variable that says what counts of an item at a place, and what one of it is worth in steps.
   * @param {number} pair
   * @returns {[number, number]}
   */
  counted(pair) {
    const column = this.counts.get(pair);
    return column === undefined ? [pair, this.pairs[pair].item.amount / this.step] : [column, 1];
  }

  highest() {
    const { needs, total } = this.question;
    const high = new Float64Array(this.still + 1).fill(1);
    for (const [pair, column] of this.counts) high[column] = this.pairs[pair].item.amount / this.step;
    needs.forEach((need, place) => (high[this.firstOwed + place] = need / this.step));
    high[this.still] = Math.max(sum(needs), total ?? 0) / this.step;
    return high;
  }

  /** @returns {{form: Form, low: number, high: number}[]} */
  laid() {
    const { items, needs, caps, total } = this.question;
    const all = [...this.pairs.keys()];
    const of = (/** @type {(pair: {item: Item, index: number, place: number}) => boolean} */ wanted) =>
      all.filter((pair) => wanted(this.pairs[pair]));
    const counted = (/** @type {number[]} */ pairs) => pairs.map((pair) => this.counted(pair));
    const owed = needs.map((_, place) => this.firstOwed + place);
    return [
      ...items.map((item, index) => ({
        form: new Map(of((pair) => pair.index === index).map((pair) => [pair, 1])),
        low: isDivisible(item) ? 0 : 1,
        high: 1,
      })),
      ...[...this.counts].map(([pair, column]) => ({
        form: new Map([
          [column, 1],
          [pair, -this.pairs[pair].item.amount / this.step],
        ]),
        low: -Infinity,
        high: 0,
      })),
      ...needs.map((need, place) => ({
        form: new Map([[owed[place], 1], ...counted(of((pair) => pair.place === place))]),
        low: need / this.step,
        high: Infinity,
      })),
      ...caps.map((most, cap) => ({
        form: new Map(counted(of((pair) => pair.item.caps.includes(cap)))),
        low: -Infinity,
        high: most / this.step,
      })),
      { form: new Map([[this.still, 1], ...owed.map(negative)]), low: 0, high: Infinity },
      { form: new Map([[this.still, 1], ...counted(all)]), low: (total ?? 0) / this.step, high: Infinity },
    ];
  }

  /** Everything is whole, in steps of the common divisor; only what may be split is taken in part. */
  whole() {
    const whole = new Uint8Array(this.low.length).fill(1);
    this.pairs.forEach(({ item, place }, pair) => {
      if (item.splits.includes(place)) whole[pair] = 0;
    });
    return whole;
  }
}

/**
 * @param {number} column
 * @returns {[number, number]}
 */
const negative = (column) => [column, -1];

/**
 * Whether less than all of a credit may count in one place.
 * @param {Item} item
 */
const isDivisible = (item) => item.caps.length > 0 || item.splits.length > 0;

/** @param {Form} form */
const columnsOf = (form) => ({ columns: [...form.keys()], values: [...form.values()] });

/**
 * @param {Form} form
 * @param {Float64Array} values
 */
const valueOf = (form, values) => sum([...form].map(([column, factor]) => factor * values[column]));

/** @type {(one: number, other: number) => number} */
const commonDivisor = (one, other) => (other === 0 ? one : commonDivisor(other, one % other));

/**
 * @param {number} one
 * @param {number} other
 */
const commonMultiple = (one, other) => (one / commonDivisor(one, other)) * other;

/** @param {number[]} amounts */
const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0);
