// The exact solver behind shortfall and plan: the least cost under linear rows, some variables whole.
//
// Branch and bound over `Simplex`: rows and bounds are tightened first, each node is one linear program that goes on
// from its parent's basis, and what the reduced costs or the rows rule out is fixed on the way. A node limit bounds the
// work and never a clock, so that two machines give the same answer; an answer is either proved or comes with its gap.
//
// Sources: T. Achterberg, "Constraint Integer Programming", 2007 (propagation, reliability branching, rounding, reduced
// cost fixing); M. Savelsbergh, "Preprocessing and probing techniques", 1994 (tightening of coefficients).

import { Domain, commonStep, strengthened } from "./domain.js";
import { BEYOND_REACH, Simplex } from "./simplex.js";

export const NODE_LIMIT = 200_000;
/** How far from a whole number still counts as whole. */
const WHOLE = 1e-6;
/** Solutions that differ by less are equally good: absolutely, and by share. */
const ABSOLUTE = 1e-6;
const RELATIVE = 1e-9;
/** How much looser the least step of the objective is taken. */
const LOOSE = 10;
/** Observations after which a variable's pseudocost is believed. */
const RELIABLE = 4;
/** Variables that are tried out at one node, and steps given to each trial. */
const TRIALS = 8;
const TRIAL_STEPS = 40;
/** Nodes between two attempts to round. */
const ROUND_EVERY = 20;

/** @typedef {import("./simplex.js").Row} Row */
/** @typedef {import("./simplex.js").Basis} Basis */
/**
 * @typedef {object} Solution
 * @property {Float64Array} values of the variables
 * @property {number} objective
 * @property {boolean} proved whether it is proved that nothing is better
 * @property {number} gap the share by which the objective may still be off, at most 1; 0 where it is proved
 * @property {number} nodes linear programs that were solved in the tree
 */
/**
 * @typedef {object} Node
 * @property {Node | null} parent
 * @property {number} column that was branched on, -1 at the root
 * @property {number} low of that column
 * @property {number} high
 * @property {number} value that it had before
 * @property {number} bound no solution below this node is better
 * @property {number} order of creation
 * @property {Basis | null} basis to go on from
 */

/** No solution; the message says why. */
export class SolverError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "SolverError";
  }
}

/**
 * The least sum of `cost` under rows and bounds; where `whole` is set, in whole numbers.
 *
 * `start` are values of a solution that is known already. Throws {@link SolverError} where there is no solution, where
 * the cost has no least value, or where no solution was found within the node limit.
 *
 * @param {Float64Array} cost
 * @param {readonly Row[]} rows each: low <= sum of values times columns <= high
 * @param {Float64Array} low of the variables
 * @param {Float64Array} high
 * @param {Uint8Array} whole
 * @param {{nodeLimit?: number, workLimit?: number, start?: Float64Array | null}} [options] the limits of the tree's nodes
 *   and of the cells that are touched, some billions a second
 * @returns {Solution}
 */
export function minimize(cost, rows, low, high, whole, options = {}) {
  const { nodeLimit = NODE_LIMIT, workLimit = Infinity, start = null } = options;
  const search = new Search(cost, rows, low, high, whole, nodeLimit);
  search.program.mostWork = workLimit;
  if (start) search.offer(start);
  return search.run();
}

class Search {
  /**
   * @param {Float64Array} cost
   * @param {readonly Row[]} rows
   * @param {Float64Array} low
   * @param {Float64Array} high
   * @param {Uint8Array} whole
   * @param {number} nodeLimit
   */
  constructor(cost, rows, low, high, whole, nodeLimit) {
    this.cost = cost;
    this.whole = whole;
    this.givenRows = rows;
    this.given = { low, high };
    this.nodeLimit = nodeLimit;
    /** @type {Float64Array | null} */
    this.best = null;
    this.bestObjective = Infinity;
    this.step = stepOf(cost, whole);
    this.nodes = 0;
    /** The least bound of nodes that had to be given up. */
    this.lost = Infinity;
    const width = cost.length;
    this.ups = { sum: new Float64Array(width), count: new Int32Array(width) };
    this.downs = { sum: new Float64Array(width), count: new Int32Array(width) };

    const given = new Domain(rows, low, high, whole);
    if (!given.tightenAll()) throw new SolverError("no solution: the rows contradict each other");
    const strict = strengthened(given);
    strict.low.forEach((bound, column) => (strict.low[column] = Math.max(bound, -BEYOND_REACH)));
    strict.high.forEach((bound, column) => (strict.high[column] = Math.min(bound, BEYOND_REACH)));
    this.domain = new Domain(strict.rows, strict.low, strict.high, whole);
    this.program = new Simplex(cost, strict.rows, strict.low, strict.high);
    /** Bounds that hold in the whole tree. */
    this.root = { low: strict.low, high: strict.high };
    /** @type {{reduced: Float64Array, objective: number} | null} */
    this.rootCosts = null;
  }

  /** @returns {Solution} */
  run() {
    const bound = Math.min(this.explore(), this.lost);
    if (!this.best) {
      throw new SolverError(this.isSpent || this.lost < Infinity ? "no whole solution within the limit" : "no solution");
    }
    const proved = bound >= this.cutoff();
    const share = Math.max(0, this.bestObjective - bound) / Math.max(1e-9, Math.abs(this.bestObjective));
    const gap = proved ? 0 : Math.min(1, share);
    return { values: this.best, objective: this.bestObjective, proved, gap, nodes: this.nodes };
  }

  /** Whether a limit is reached. */
  get isSpent() {
    return this.nodes >= this.nodeLimit || this.program.work > this.program.mostWork;
  }

  /** What an objective has to stay below to be better than the best one. */
  cutoff() {
    if (!this.best) return Infinity;
    const leeway = Math.max(ABSOLUTE, RELATIVE * Math.abs(this.bestObjective));
    return this.bestObjective - (this.step ? this.step - Math.min(this.step / 2, LOOSE * leeway) : leeway);
  }

  /** @returns {number} what is proved: no solution is better, unless it is the best one */
  explore() {
    const open = new Heap();
    /** @type {Node | null} */
    let node = { parent: null, column: -1, low: 0, high: 0, value: 0, bound: -Infinity, order: 0, basis: null };
    let created = 0;
    let isChild = false;
    while (node) {
      if (this.isSpent) return Math.min(node.bound, open.least());
      this.nodes += 1;
      /** @type {[Node, Node] | null} */
      const branch = this.enter(node, isChild) ? this.bounded(node) : null;
      isChild = branch !== null;
      if (branch) {
        /** @type {[Node, Node]} */
        const [first, second] = branch;
        first.order = created += 1;
        second.order = created += 1;
        open.push(second);
        node = first;
      } else {
        node = open.pop();
        if (node && node.bound >= this.cutoff()) node = null;
      }
    }
    return this.best ? this.cutoff() : Infinity;
  }

  /**
   * Set the bounds of a node; false where they leave nothing.
   * @param {Node} node
   * @param {boolean} isChild whether the program still stands at the node's parent
   */
  enter(node, isChild) {
    const { domain, program, root } = this;
    if (isChild) {
      if (!domain.restrict(node.column, node.low, node.high)) return false;
    } else {
      domain.low.set(root.low);
      domain.high.set(root.high);
      const path = [];
      for (let one = node; one.parent; one = one.parent) path.push(one);
      for (const one of path.reverse()) if (!domain.restrict(one.column, one.low, one.high)) return false;
    }
    program.low.set(domain.low);
    program.high.set(domain.high);
    if (!isChild && node.basis) program.goBackTo(node.basis);
    return true;
  }

  /**
   * Solve a node: `null` where nothing below it can be better, else its two children, the one to go into first.
   * @param {Node} node
   * @returns {[Node, Node] | null}
   */
  bounded(node) {
    const { program, domain } = this;
    for (;;) {
      const outcome = program.solve(this.cutoff());
      if (outcome === "limit") this.lost = Math.min(this.lost, node.bound);
      if (outcome !== "optimal") return null;
      if (node.column < 0 && program.leans) throw new SolverError("no solution: the cost has no least value");
      this.learn(node, program.objective);
      node.bound = Math.max(node.bound, program.objective);
      const parts = this.fractions();
      if (parts.length === 0) {
        const taken = this.offer(program.value.subarray(0, this.cost.length)) || this.offerFixed();
        if (!taken) this.lost = Math.min(this.lost, node.bound);
        return null;
      }
      if (node.bound >= this.cutoff()) return null;
      this.fixByReducedCosts(node);
      if ((this.nodes - 1) % ROUND_EVERY === 0) {
        this.round(parts);
        if (node.bound >= this.cutoff()) return null;
      }
      const choice = this.choose(parts);
      if (choice === "nothing") return null;
      if (choice === "again") {
        program.low.set(domain.low);
        program.high.set(domain.high);
        continue;
      }
      return this.children(node, choice);
    }
  }

  /**
   * @param {Node} node
   * @param {number} column
   * @returns {[Node, Node]}
   */
  children(node, column) {
    const { program, domain } = this;
    const value = program.value[column];
    const basis = program.basis();
    const common = { parent: node, column, value, bound: node.bound, order: 0, basis };
    const down = { ...common, low: domain.low[column], high: Math.floor(value) };
    const up = { ...common, low: Math.ceil(value), high: domain.high[column] };
    return value - Math.floor(value) > 0.3 ? [up, down] : [down, up];
  }

  /** Whole variables that are not whole now. */
  fractions() {
    const { program } = this;
    const found = [];
    for (let column = 0; column < this.whole.length; column += 1) {
      if (this.whole[column] && program.status[column] === 0) {
        const value = program.value[column];
        if (Math.abs(value - Math.round(value)) > WHOLE) found.push(column);
      }
    }
    return found;
  }

  // Solutions

  /**
   * Take a solution if it holds and is better.
   * @param {Float64Array} given
   * @returns {boolean} whether it holds
   */
  offer(given) {
    const values = given.slice();
    for (let column = 0; column < values.length; column += 1) {
      if (this.whole[column]) values[column] = Math.round(values[column]);
      values[column] = Math.min(Math.max(values[column], this.given.low[column]), this.given.high[column]);
    }
    if (!this.givenRows.every((row) => holds(row, values))) return false;
    let objective = 0;
    for (let column = 0; column < values.length; column += 1) objective += this.cost[column] * values[column];
    if (objective < this.bestObjective) {
      this.best = values;
      this.bestObjective = objective;
      this.fixAtRoot();
    }
    return true;
  }

  /** The same for what the program holds now: whole variables fixed where they are, the others solved again. */
  offerFixed() {
    const { program } = this;
    const { low, high } = program;
    const width = this.cost.length;
    const kept = program.basis();
    const bounds = [low.slice(), high.slice()];
    for (let column = 0; column < width; column += 1) {
      if (this.whole[column]) low[column] = high[column] = Math.round(program.value[column]);
    }
    const holdsNow = program.solve() === "optimal" && this.offer(program.value.subarray(0, width));
    low.set(bounds[0]);
    high.set(bounds[1]);
    program.goBackTo(kept);
    return holdsNow;
  }

  /**
   * Round what is not whole, one after the other, as far as the rows allow; then solve for the rest.
   * @param {readonly number[]} parts
   */
  round(parts) {
    const { program, domain } = this;
    const width = this.cost.length;
    const kept = program.mark();
    const bounds = [domain.low.slice(), domain.high.slice()];
    const part = (/** @type {number} */ column) => program.value[column] - Math.floor(program.value[column]);
    let left = [...parts].sort((one, other) => part(other) - part(one) || one - other);
    for (let times = 0; left.length && times < 50; times += 1) {
      const count = Math.max(1, left.length >> 1);
      if (!left.slice(0, count).every((column) => this.roundOne(column, program.value[column]))) break;
      program.low.set(domain.low);
      program.high.set(domain.high);
      if (program.solve(this.cutoff()) !== "optimal") break;
      left = this.fractions().sort((one, other) => part(other) - part(one) || one - other);
      if (left.length === 0) this.offer(program.value.subarray(0, width));
    }
    domain.low.set(bounds[0]);
    domain.high.set(bounds[1]);
    program.low.set(domain.low);
    program.high.set(domain.high);
    program.rewind(kept);
  }

  /**
   * Up where the rows allow it, else down.
   * @param {number} column
   * @param {number} value
   */
  roundOne(column, value) {
    const { domain } = this;
    const { low, high } = domain;
    if (low[column] === high[column]) return true;
    const up = Math.min(Math.max(Math.ceil(value - WHOLE), low[column]), high[column]);
    const down = Math.min(Math.max(Math.floor(value + WHOLE), low[column]), high[column]);
    const bounds = [low.slice(), high.slice()];
    if (domain.restrict(column, up, up)) return true;
    low.set(bounds[0]);
    high.set(bounds[1]);
    return down !== up && domain.restrict(column, down, down);
  }

  // Fixing

  /**
   * Variables that could only leave their bound in a solution no better than the best.
   * @param {Node} node
   */
  fixByReducedCosts(node) {
    const { program, domain } = this;
    if (this.best) fix(domain, this.whole, program.reduced, this.cutoff() - program.objective);
    program.low.set(domain.low);
    program.high.set(domain.high);
    if (node.column >= 0) return;
    this.root = { low: domain.low.slice(), high: domain.high.slice() };
    this.rootCosts = { reduced: program.reduced.slice(), objective: program.objective };
  }

  /** The same for the whole tree, after a better solution was found. */
  fixAtRoot() {
    if (this.rootCosts) fix(this.root, this.whole, this.rootCosts.reduced, this.cutoff() - this.rootCosts.objective);
  }

  // Branching

  /**
   * What the objective rose by, for the pseudocost of the variable that was branched on last.
   * @param {Node} node
   * @param {number} objective
   */
  learn(node, objective) {
    if (node.column < 0) return;
    const up = node.low > node.value;
    const distance = up ? node.low - node.value : node.value - node.high;
    this.note(up ? this.ups : this.downs, node.column, (objective - node.bound) / distance);
  }

  /**
   * @param {{sum: Float64Array, count: Int32Array}} costs
   * @param {number} column
   * @param {number} rise for each unit
   */
  note(costs, column, rise) {
    costs.sum[column] += Math.max(0, rise);
    costs.count[column] += 1;
  }

  /**
   * The variable to branch on; "again" where a bound could be tightened instead, "nothing" where nothing is left.
   * @param {readonly number[]} parts
   * @returns {number | "again" | "nothing"}
   */
  choose(parts) {
    const { program } = this;
    const usual = [mean(this.downs), mean(this.ups)];
    const scored = parts.map((column) => {
      const value = program.value[column];
      const part = value - Math.floor(value);
      return {
        column,
        score: score(
          guess(this.downs, column, usual[0]) * part,
          guess(this.ups, column, usual[1]) * (1 - part),
        ),
      };
    });
    scored.sort((one, other) => other.score - one.score || one.column - other.column);
    let best = scored[0];
    let tried = 0;
    for (const one of scored) {
      if (tried >= TRIALS) break;
      if (Math.min(this.ups.count[one.column], this.downs.count[one.column]) >= RELIABLE) continue;
      tried += 1;
      const found = this.tryOut(one.column);
      if (typeof found === "string") return found;
      one.score = found;
      if (found > best.score || best === one) best = one;
    }
    if (tried) best = scored.reduce((one, other) => (other.score > one.score ? other : one));
    return best.column;
  }

  /**
   * What both sides of a variable would cost, by a few steps into each.
   * @param {number} column
   * @returns {number | "again" | "nothing"}
   */
  tryOut(column) {
    const { program, domain } = this;
    const value = program.value[column];
    const objective = program.objective;
    const kept = program.mark();
    const rises = [];
    const closed = [];
    for (const side of [0, 1]) {
      const [low, high] = [program.low[column], program.high[column]];
      if (side) program.low[column] = Math.ceil(value);
      else program.high[column] = Math.floor(value);
      const outcome = program.solve(this.cutoff(), TRIAL_STEPS);
      const rise = Math.max(0, program.objective - objective);
      rises.push(rise);
      closed.push(outcome === "infeasible" || outcome === "beyond");
      if (outcome === "optimal") {
        const distance = side ? Math.ceil(value) - value : value - Math.floor(value);
        this.note(side ? this.ups : this.downs, column, rise / distance);
      }
      program.low[column] = low;
      program.high[column] = high;
      program.rewind(kept);
    }
    if (closed[0] && closed[1]) return "nothing";
    if (closed[0]) return domain.restrict(column, Math.ceil(value), domain.high[column]) ? "again" : "nothing";
    if (closed[1]) return domain.restrict(column, domain.low[column], Math.floor(value)) ? "again" : "nothing";
    return score(rises[0], rises[1]);
  }
}

/**
 * @param {{low: Float64Array, high: Float64Array}} bounds
 * @param {Uint8Array} whole
 * @param {Float64Array} reduced
 * @param {number} leeway by how much the objective may still rise
 */
function fix(bounds, whole, reduced, leeway) {
  const { low, high } = bounds;
  for (let column = 0; column < whole.length; column += 1) {
    if (!whole[column] || low[column] === high[column] || reduced[column] === 0) continue;
    const steps = Math.floor(leeway / Math.abs(reduced[column]) + WHOLE);
    if (reduced[column] > 0) high[column] = Math.min(high[column], low[column] + Math.max(0, steps));
    else low[column] = Math.max(low[column], high[column] - Math.max(0, steps));
  }
}

/**
 * @param {number} down
 * @param {number} up
 */
function score(down, up) {
  return Math.max(down, 1e-6) * Math.max(up, 1e-6);
}

/** @param {{sum: Float64Array, count: Int32Array}} costs */
function mean(costs) {
  let [sum, count] = [0, 0];
  for (let column = 0; column < costs.sum.length; column += 1) {
    if (!costs.count[column]) continue;
    sum += costs.sum[column] / costs.count[column];
    count += 1;
  }
  return count ? sum / count : 1;
}

/**
 * @param {{sum: Float64Array, count: Int32Array}} costs
 * @param {number} column
 * @param {number} usual
 */
function guess(costs, column, usual) {
  return costs.count[column] ? costs.sum[column] / costs.count[column] : usual;
}

/**
 * Whether a row holds.
 * @param {Row} row
 * @param {Float64Array} values
 */
function holds(row, values) {
  let sum = 0;
  let size = 1;
  for (let cell = 0; cell < row.columns.length; cell += 1) {
    const part = row.values[cell] * values[row.columns[cell]];
    sum += part;
    size = Math.max(size, Math.abs(part));
  }
  const leeway = 1e-6 * size;
  return sum >= row.low - leeway && sum <= row.high + leeway;
}

/**
 * The step in which the objective can change: the greatest common divisor of whole costs of whole variables, else 0.
 * @param {Float64Array} cost
 * @param {Uint8Array} whole
 */
function stepOf(cost, whole) {
  const used = [];
  for (let column = 0; column < cost.length; column += 1) {
    if (cost[column] === 0) continue;
    if (!whole[column]) return 0;
    used.push(cost[column]);
  }
  return commonStep(used);
}

/** Open nodes, the one with the least bound first, then the one made last. */
class Heap {
  constructor() {
    /** @type {Node[]} */
    this.nodes = [];
  }

  least() {
    return this.nodes.length ? this.nodes[0].bound : Infinity;
  }

  /** @param {Node} node */
  push(node) {
    const { nodes } = this;
    let at = nodes.length;
    nodes.push(node);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(node, nodes[up])) break;
      nodes[at] = nodes[up];
      at = up;
    }
    nodes[at] = node;
  }

  /** @returns {Node | null} */
  pop() {
    const { nodes } = this;
    const first = nodes[0];
    const last = nodes.pop();
    if (!first || !last || first === last) return first ?? null;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= nodes.length) break;
      if (down + 1 < nodes.length && before(nodes[down + 1], nodes[down])) down += 1;
      if (!before(nodes[down], last)) break;
      nodes[at] = nodes[down];
      at = down;
    }
    nodes[at] = last;
    return first;
  }
}

/**
 * @param {Node} one
 * @param {Node} other
 */
function before(one, other) {
  return one.bound < other.bound || (one.bound === other.bound && one.order > other.order);
}
