// What rows say about the bounds of variables, and rows that say the same more strictly.
//
// Sources: as in solver.js. Every step keeps all solutions in whole numbers.

const ROUNDS = 10;
/** A bound of a variable that need not be whole is only taken where there was none. */
const LEEWAY = 1e-7;
/** The coarsest steps in which costs are looked for, as parts of 1. */
const SCALES = [1, 10, 100, 1000];

/** @typedef {import("./simplex.js").Row} Row */

/** Bounds of variables under rows. */
export class Domain {
  /**
   * @param {readonly Row[]} rows
   * @param {Float64Array} low
   * @param {Float64Array} high
   * @param {Uint8Array} whole
   */
  constructor(rows, low, high, whole) {
    this.rows = rows;
    this.low = low.slice();
    this.high = high.slice();
    this.whole = whole;
    /** @type {number[][]} */
    this.rowsOf = Array.from(low, () => []);
    rows.forEach((row, number) => {
      for (let cell = 0; cell < row.columns.length; cell += 1) this.rowsOf[row.columns[cell]].push(number);
    });
    this.waiting = new Uint8Array(rows.length);
  }

  /** Tighten by all rows; false where no solution is left. */
  tightenAll() {
    const { low, high, whole } = this;
    for (let column = 0; column < low.length; column += 1) {
      if (whole[column]) {
        low[column] = Math.ceil(low[column] - LEEWAY);
        high[column] = Math.floor(high[column] + LEEWAY);
      }
      if (low[column] > high[column]) return false;
    }
    return this.spread(Array.from(this.rows.keys()));
  }

  /**
   * Set the bounds of one variable and tighten what follows; false where no solution is left.
   * @param {number} column
   * @param {number} low
   * @param {number} high
   */
  restrict(column, low, high) {
    this.low[column] = Math.max(this.low[column], low);
    this.high[column] = Math.min(this.high[column], high);
    if (this.low[column] > this.high[column]) return false;
    return this.spread([...this.rowsOf[column]]);
  }

  /** @param {number[]} queue rows to look at */
  spread(queue) {
    const { waiting } = this;
    for (const row of queue) waiting[row] = 1;
    const most = ROUNDS * this.rows.length + ROUNDS;
    let good = true;
    for (let at = 0; at < queue.length; at += 1) {
      waiting[queue[at]] = 0;
      if (good && at < most) good = this.tighten(queue[at], queue);
    }
    return good;
  }

  /**
   * @param {number} number of the row
   * @param {number[]} queue takes the rows of variables that were tightened
   */
  tighten(number, queue) {
    const row = this.rows[number];
    const reach = this.reach(row);
    const leeway = LEEWAY * Math.max(1, reach.size);
    if (reach.least > row.high + leeway || reach.most < row.low - leeway) return false;
    if (reach.most <= row.high && reach.least >= row.low) return true;
    const { low, high, whole } = this;
    for (let cell = 0; cell < row.columns.length; cell += 1) {
      const column = row.columns[cell];
      const value = row.values[cell];
      if (low[column] === high[column] || value === 0) continue;
      const [near, far] = value > 0 ? [low[column], high[column]] : [high[column], low[column]];
      const most = row.high - reach.leastWithout(value * near);
      const least = row.low - reach.mostWithout(value * far);
      const newHigh = (value > 0 ? most : least) / value;
      const newLow = (value > 0 ? least : most) / value;
      if (!this.take(column, newLow, newHigh, whole[column] === 1)) continue;
      if (low[column] > high[column]) return false;
      for (const other of this.rowsOf[column]) {
        if (!this.waiting[other] && other !== number) {
          this.waiting[other] = 1;
          queue.push(other);
        }
      }
      const after = value > 0 ? [low[column], high[column]] : [high[column], low[column]];
      reach.replace(value * near, value * after[0], value * far, value * after[1]);
    }
    return true;
  }

  /**
   * @param {number} column
   * @param {number} low
   * @param {number} high
   * @param {boolean} whole
   * @returns {boolean} whether a bound changed
   */
  take(column, low, high, whole) {
    let changed = false;
    if (whole) {
      const floor = Math.floor(high + LEEWAY * Math.max(1, Math.abs(high)));
      const ceiling = Math.ceil(low - LEEWAY * Math.max(1, Math.abs(low)));
      if (floor < this.high[column]) {
        this.high[column] = floor;
        changed = true;
      }
      if (ceiling > this.low[column]) {
        this.low[column] = ceiling;
        changed = true;
      }
      return changed;
    }
    if (this.high[column] === Infinity && high < Infinity) {
      this.high[column] = Math.max(high + LEEWAY, this.low[column]);
      changed = true;
    }
    if (this.low[column] === -Infinity && low > -Infinity) {
      this.low[column] = Math.min(low - LEEWAY, this.high[column]);
      changed = true;
    }
    return changed;
  }

  /** @param {Row} row */
  reach(row) {
    const found = new Reach();
    for (let cell = 0; cell < row.columns.length; cell += 1) {
      const value = row.values[cell];
      if (value === 0) continue;
      const [one, other] = [value * this.low[row.columns[cell]], value * this.high[row.columns[cell]]];
      found.add(value > 0 ? one : other, value > 0 ? other : one);
    }
    return found;
  }
}

/** The least and the most that a row can add up to; how many of its parts have no end is counted apart. */
class Reach {
  constructor() {
    this.leastSum = 0;
    this.mostSum = 0;
    this.leastOpen = 0;
    this.mostOpen = 0;
    this.size = 0;
  }

  get least() {
    return this.leastOpen ? -Infinity : this.leastSum;
  }

  get most() {
    return this.mostOpen ? Infinity : this.mostSum;
  }

  /**
   * @param {number} least
   * @param {number} most
   * @param {1 | -1} times
   */
  add(least, most, times = 1) {
    if (least === -Infinity) this.leastOpen += times;
    else this.leastSum += times * least;
    if (most === Infinity) this.mostOpen += times;
    else this.mostSum += times * most;
    if (Math.abs(least) < Infinity) this.size = Math.max(this.size, Math.abs(least));
    if (Math.abs(most) < Infinity) this.size = Math.max(this.size, Math.abs(most));
  }

  /**
   * @param {number} leastBefore
   * @param {number} leastAfter
   * @param {number} mostBefore
   * @param {number} mostAfter
   */
  replace(leastBefore, leastAfter, mostBefore, mostAfter) {
    this.add(leastBefore, mostBefore, -1);
    this.add(leastAfter, mostAfter);
  }

  /** @param {number} part */
  leastWithout(part) {
    if (part === -Infinity) return this.leastOpen > 1 ? -Infinity : this.leastSum;
    return this.leastOpen ? -Infinity : this.leastSum - part;
  }

  /** @param {number} part */
  mostWithout(part) {
    if (part === Infinity) return this.mostOpen > 1 ? Infinity : this.mostSum;
    return this.mostOpen ? Infinity : this.mostSum - part;
  }
}

/**
 * The same whole solutions under rows that leave fewer others: rows that always hold are left out, limits are rounded
 * to what a row can reach, and coefficients of whole variables shrink as far as the row allows.
 * @param {Domain} domain
 */
export function strengthened(domain) {
  /** @type {Row[]} */
  const rows = [];
  for (const row of domain.rows) {
    const own = rounded(withoutFixed(row, domain), domain);
    const reach = domain.reach(own);
    const binds = { low: reach.least < own.low, high: reach.most > own.high };
    if (!binds.low && !binds.high) continue;
    const kept = { ...own, low: binds.low ? own.low : -Infinity, high: binds.high ? own.high : Infinity };
    if (binds.low && binds.high) rows.push(kept);
    else rows.push(binds.high ? shrunk(kept, domain) : negated(shrunk(negated(kept), domain)));
  }
  return { rows, low: domain.low.slice(), high: domain.high.slice() };
}

/**
 * @param {Row} row
 * @param {Domain} domain
 * @returns {Row}
 */
function withoutFixed(row, domain) {
  /** @type {Map<number, number>} */
  const cells = new Map();
  let fixed = 0;
  for (let cell = 0; cell < row.columns.length; cell += 1) {
    const column = row.columns[cell];
    if (domain.low[column] === domain.high[column]) fixed += row.values[cell] * domain.low[column];
    else cells.set(column, (cells.get(column) ?? 0) + row.values[cell]);
  }
  return { columns: [...cells.keys()], values: [...cells.values()], low: row.low - fixed, high: row.high - fixed };
}

/**
 * A row of whole variables in whole steps can only reach multiples of the step.
 * @param {Row} row
 * @param {Domain} domain
 * @returns {Row}
 */
function rounded(row, domain) {
  if (!Array.from(row.columns).every((column) => domain.whole[column])) return row;
  const step = commonStep(Array.from(row.values));
  if (!step) return row;
  return {
    ...row,
    low: Math.ceil(row.low / step - LEEWAY) * step,
    high: Math.floor(row.high / step + LEEWAY) * step,
  };
}

/**
 * @param {Row} row with a high limit only
 * @param {Domain} domain
 * @returns {Row}
 */
function shrunk(row, domain) {
  let { high } = row;
  let { most } = domain.reach(row);
  const values = Array.from(row.values);
  if (most === Infinity) return row;
  for (let cell = 0; cell < values.length; cell += 1) {
    const column = row.columns[cell];
    if (!domain.whole[column]) continue;
    const spare = high - (most - Math.abs(values[cell]));
    if (spare <= LEEWAY || Math.abs(values[cell]) <= spare) continue;
    if (values[cell] > 0) {
      values[cell] -= spare;
      high -= spare * domain.high[column];
      most -= spare * domain.high[column];
    } else if (domain.low[column] === 0) {
      values[cell] += spare;
    }
  }
  return { ...row, values, high };
}

/**
 * @param {Row} row
 * @returns {Row}
 */
function negated(row) {
  return { ...row, values: Array.from(row.values, (value) => -value), low: -row.high, high: -row.low };
}

/**
 * @param {readonly number[]} numbers
 * @returns {number} the largest number of which all are multiples, 0 where there is none to speak of
 */
export function commonStep(numbers) {
  for (const scale of SCALES) {
    let common = 0;
    for (const number of numbers) {
      const scaled = number * scale;
      const near = Math.round(scaled);
      if (Math.abs(scaled - near) > 1e-9 * Math.max(1, Math.abs(scaled)) || Math.abs(near) > 1e9) {
        common = -1;
        break;
      }
      common = divisor(common, Math.abs(near));
    }
    if (common > 0) return common / scale;
  }
  return 0;
}

/**
 * @param {number} one
 * @param {number} other
 * @returns {number}
 */
function divisor(one, other) {
  return other === 0 ? one : divisor(other, one % other);
}
