// Linear programs with bounds on variables and rows, solved by the dual simplex method.
//
// Every row has a slack that equals what the row adds up to, so a row's limits are the slack's bounds. A basis that
// holds `size` columns of the program also leaves `size` rows without their slack ("tight" rows); all that has to be
// inverted is the square of those columns in those rows, the kernel. It stays small where few rows bind, however many
// rows there are. Its inverse is kept dense and changed by one of four updates a step: it grows, it shrinks, a column
// is replaced, or a row.
//
// After bounds change the basis stays dual feasible, so the method goes on from where it stood.
//
// Sources: A. Koberstein, "The Dual Simplex Method, Techniques for a fast and stable implementation", 2005 (bound
// flipping, Harris' ratio test, Devex weights); R. Bland, "New finite pivoting rules", 1977.

export const FEASIBLE = 1e-8;
/** How far a reduced cost may lie on the wrong side: absolutely, and as a share of the largest cost. */
const DUAL = 1e-9;
const DUAL_SHARE = 1e-12;
/** A smaller number is no pivot. */
const PIVOT = 1e-8;
/** Updates of the inverse after which it is made anew. */
const UPDATES_AT_MOST = 64;
/** How far the tight rows may be off, for their size, before the inverse is made anew. */
const ACCURATE = 1e-9;
/** Steps without progress after which Bland's rule holds, which cannot go in a circle. */
const STALLED = 300;
/** Steps without progress after which the numbers are too poor to go on. */
const HOPELESS = 6000;

/** Stands for "no bound" of a column. A least cost that leans on it does not exist. */
export const BEYOND_REACH = 1e7;

const AT_LOW = -1;
const AT_HIGH = -2;
/** Of a column without bounds that costs nothing: at 0, free to go either way. */
const FREE = -3;
const BASIC = 0;

/** @typedef {{columns: ArrayLike<number>, values: ArrayLike<number>, low: number, high: number}} Row */
/** @typedef {"optimal" | "infeasible" | "beyond" | "limit"} Outcome */
/**
 * @typedef {object} Basis
 * @property {Int8Array} status where each variable stands
 * @property {Int32Array} columns the basic columns
 * @property {Int32Array} rows the tight rows
 */

/**
 * One linear program: the least `cost` under rows and bounds. Bounds may be changed between two calls of `solve`.
 *
 * Variables are numbered columns first, then the slacks of the rows. Columns need finite bounds; where there is none in
 * truth, the caller gives a large one and looks whether it binds.
 */
export class Simplex {
  /**
   * @param {Float64Array} cost one for each column
   * @param {readonly Row[]} rows
   * @param {Float64Array} low of the columns
   * @param {Float64Array} high of the columns
   */
  constructor(cost, rows, low, high) {
    this.width = cost.length;
    this.height = rows.length;
    const all = this.width + this.height;
    this.cost = cost;
    this.dual = cost.reduce((most, value) => Math.max(most, DUAL_SHARE * Math.abs(value)), DUAL);
    this.low = new Float64Array(all);
    this.high = new Float64Array(all);
    this.low.set(low);
    this.high.set(high);
    rows.forEach((row, number) => {
      this.low[this.width + number] = row.low;
      this.high[this.width + number] = row.high;
    });
    this.byRow = rows.map((row) => ({ columns: Int32Array.from(row.columns), values: Float64Array.from(row.values) }));
    this.byColumn = transposed(this.byRow, this.width);

    this.status = new Int8Array(all).fill(AT_LOW);
    this.value = new Float64Array(all);
    this.reduced = new Float64Array(all);
    this.weight = new Float64Array(all).fill(1);
    this.gradient = new Float64Array(all);
    this.multiplier = new Float64Array(this.height);
    this.change = new Float64Array(all);

    this.size = 0;
    this.room = 32;
    this.inverse = new Float64Array(this.room * this.room);
    this.columns = new Int32Array(this.room);
    this.rows = new Int32Array(this.room);
    /** The slot of a basic column or of a tight row in the kernel, -1 where it has none. */
    this.slot = new Int32Array(all).fill(-1);
    this.updates = 0;
    /** Whether values and reduced costs are as accurate as they can be: made anew or checked since the last step. */
    this.fresh = false;
    this.steps = 0;
    /** Cells touched so far, about: what a limit of work counts, the same on every machine. */
    this.work = 0;
    this.mostWork = Infinity;
    this.stalled = 0;
    this.objective = 0;
    this.startFromSlacks();
  }

  /** Forget the basis: every slack is basic. */
  startFromSlacks() {
    this.status.fill(AT_LOW);
    this.status.fill(BASIC, this.width);
    this.slot.fill(-1);
    this.weight.fill(1);
    this.size = 0;
    this.refresh();
  }

  /** @returns {Basis} what is needed to go on from here later */
  basis() {
    return {
      status: this.status.slice(),
      columns: this.columns.slice(0, this.size),
      rows: this.rows.slice(0, this.size),
    };
  }

  /** Everything that a few steps change, to undo them with `rewind` at less cost than from a basis. */
  mark() {
    const { size, room } = this;
    const inverse = new Float64Array(size * size);
    for (let own = 0; own < size; own += 1) {
      inverse.set(this.inverse.subarray(own * room, own * room + size), own * size);
    }
    const { status, value, reduced, weight, slot } = this;
    const kept = [status.slice(), value.slice(), reduced.slice(), weight.slice(), slot.slice()];
    const [columns, rows] = [this.columns.slice(0, size), this.rows.slice(0, size)];
    const { updates, fresh, objective } = this;
    return { size, inverse, kept, columns, rows, updates, fresh, objective };
  }

  /** @param {ReturnType<Simplex["mark"]>} mark */
  rewind({ size, inverse, kept, columns, rows, ...others }) {
    [this.status, this.value, this.reduced, this.weight, this.slot].forEach((own, at) => own.set(kept[at]));
    this.columns.set(columns);
    this.rows.set(rows);
    for (let own = 0; own < size; own += 1) {
      this.inverse.set(inverse.subarray(own * size, own * size + size), own * this.room);
    }
    Object.assign(this, { size, ...others });
  }

  /** @param {Basis} basis */
  goBackTo(basis) {
    this.status.set(basis.status);
    this.slot.fill(-1);
    this.weight.fill(1);
    this.size = 0;
    this.makeRoom(basis.columns.length);
    this.size = basis.columns.length;
    this.columns.set(basis.columns);
    this.rows.set(basis.rows);
    basis.columns.forEach((column, slot) => (this.slot[column] = slot));
    basis.rows.forEach((row, slot) => (this.slot[this.width + row] = slot));
    this.refresh();
  }

  /**
   * Go on from the present basis to the optimum.
   * @param {number} beyond stop where the objective is sure to be at least this
   * @param {number} steps at most so many
   * @returns {Outcome}
   */
  solve(beyond = Infinity, steps = Infinity) {
    this.settle();
    this.stalled = 0;
    for (let step = 0; step < steps; step += 1) {
      if (this.stalled > HOPELESS || this.work > this.mostWork) return "limit";
      if (this.updates >= UPDATES_AT_MOST) this.refresh();
      if (this.objective >= beyond) {
        this.check();
        if (this.objective >= beyond) return "beyond";
      }
      const leaving = this.leaving();
      if (leaving < 0) {
        if (this.fresh) return "optimal";
        this.check();
        continue;
      }
      const outcome = this.step(leaving);
      if (outcome === "infeasible") {
        if (this.fresh) return "infeasible";
        this.check();
      } else if (outcome === "singular") {
        if (!this.updates && this.stuck()) return "limit";
        this.refresh();
      }
      this.steps += 1;
      this.work += this.size * this.size + 4 * this.value.length;
    }
    return "limit";
  }

  /** A pivot that a fresh inverse refuses too: start over from the slacks, once. */
  stuck() {
    this.stalled += HOPELESS / 3;
    if (this.stalled > HOPELESS) return true;
    this.startFromSlacks();
    return false;
  }

  // One step

  /** @returns {number} the basic variable farthest outside its bounds for its weight, or -1 */
  leaving() {
    const bland = this.stalled > STALLED;
    let best = 0;
    let found = -1;
    const { value, low, high, status, weight } = this;
    for (let one = 0; one < value.length; one += 1) {
      if (status[one] !== BASIC) continue;
      const at = value[one];
      const outside = at < low[one] ? low[one] - at : at - high[one];
      if (outside <= FEASIBLE * Math.max(1, Math.abs(at) * 1e-2)) continue;
      if (bland) return one;
      const score = (outside * outside) / weight[one];
      if (score > best) {
        best = score;
        found = one;
      }
    }
    return found;
  }

  /**
   * @param {number} leaving
   * @returns {"moved" | "infeasible" | "singular"}
   */
  step(leaving) {
    const rises = this.value[leaving] < this.low[leaving];
    const goal = rises ? this.low[leaving] : this.high[leaving];
    this.fillGradient(leaving);
    const flips = this.ratioTest(rises ? 1 : -1, Math.abs(goal - this.value[leaving]));
    const entering = flips.entering;
    if (entering < 0) return "infeasible";
    const pivot = this.gradient[entering];
    if (flips.columns.length) this.flip(flips.columns);
    const direction = this.fillDirection(entering);
    const check = leaving < this.width ? direction[this.slot[leaving]] : this.slackChange(leaving, entering, direction);
    if (Math.abs(check - pivot) > 1e-7 * (1 + Math.abs(pivot))) return "singular";
    const theta = this.reduced[entering] / pivot;
    this.move(entering, leaving, goal, pivot, direction);
    this.lower(entering, leaving, theta);
    this.exchange(entering, leaving, pivot, direction);
    this.status[leaving] = rises ? AT_LOW : AT_HIGH;
    this.status[entering] = BASIC;
    this.value[leaving] = goal;
    this.stalled = Math.abs(theta) > this.dual ? 0 : this.stalled + 1;
    this.fresh = false;
    return "moved";
  }

  /**
   * How a basic variable follows each nonbasic one, in `gradient`.
   * @param {number} leaving
   */
  fillGradient(leaving) {
    const { width, size, room, inverse, multiplier, gradient, rows } = this;
    gradient.fill(0);
    if (leaving < width) {
      const own = this.slot[leaving] * room;
      for (let slot = 0; slot < size; slot += 1) multiplier[slot] = -inverse[own + slot];
    } else {
      const weights = this.weightsOf(leaving - width);
      for (let slot = 0; slot < size; slot += 1) multiplier[slot] = -weights[slot];
      this.addRow(leaving - width, 1);
    }
    for (let slot = 0; slot < size; slot += 1) {
      if (multiplier[slot] === 0) continue;
      this.addRow(rows[slot], multiplier[slot]);
      gradient[width + rows[slot]] = -multiplier[slot];
    }
  }

  /**
   * @param {number} row
   * @param {number} times
   */
  addRow(row, times) {
    const { columns, values } = this.byRow[row];
    const { gradient } = this;
    for (let cell = 0; cell < columns.length; cell += 1) gradient[columns[cell]] += times * values[cell];
  }

  /**
   * A row's basic columns times the inverse.
   * @param {number} row
   */
  weightsOf(row) {
    const { size, room, inverse, slot } = this;
    const found = new Float64Array(size);
    const { columns, values } = this.byRow[row];
    for (let cell = 0; cell < columns.length; cell += 1) {
      const at = slot[columns[cell]];
      if (at < 0) continue;
      const base = at * room;
      for (let tight = 0; tight < size; tight += 1) found[tight] += values[cell] * inverse[base + tight];
    }
    return found;
  }

  /**
   * Which variable enters, and which flip to their other bound on the way.
   * @param {1 | -1} sign 1 where the leaving variable has to rise
   * @param {number} slope how far it is outside
   */
  ratioTest(sign, slope) {
    const { gradient, status, reduced, low, high } = this;
    /** @type {number[]} */
    let open = [];
    for (let one = 0; one < gradient.length; one += 1) {
      if (status[one] === BASIC || high[one] === low[one]) continue;
      const pull = sign * gradient[one];
      const helps = status[one] === AT_LOW ? pull > PIVOT : status[one] === AT_HIGH ? pull < -PIVOT : pull !== 0;
      if (helps && Math.abs(pull) > PIVOT) open.push(one);
    }
    if (this.stalled > STALLED) return { entering: this.firstOf(open), columns: [] };
    /** @type {number[]} */
    const columns = [];
    while (open.length) {
      let most = Infinity;
      for (const one of open) {
        const ratio = (Math.abs(reduced[one]) + this.dual) / Math.abs(gradient[one]);
        if (ratio < most) most = ratio;
      }
      let entering = -1;
      let drop = 0;
      const later = [];
      const group = [];
      for (const one of open) {
        const pull = Math.abs(gradient[one]);
        if (this.ratio(one) > most) {
          later.push(one);
          continue;
        }
        group.push(one);
        drop += status[one] === FREE ? Infinity : pull * (high[one] - low[one]);
        if (entering < 0 || pull > Math.abs(gradient[entering])) entering = one;
      }
      if (slope - drop <= FEASIBLE) return { entering, columns };
      slope -= drop;
      columns.push(...group);
      open = later;
    }
    return { entering: -1, columns };
  }

  /** @param {number} one */
  ratio(one) {
    if (this.status[one] === FREE) return 0;
    const right = this.status[one] === AT_LOW ? this.reduced[one] : -this.reduced[one];
    return Math.max(0, right) / Math.abs(this.gradient[one]);
  }

  /**
   * Bland's rule: of the least ratios the first variable.
   * @param {readonly number[]} open
   */
  firstOf(open) {
    let found = -1;
    for (const one of open) if (found < 0 || this.ratio(one) < this.ratio(found)) found = one;
    return found;
  }

  /**
   * Nonbasic variables to their other bounds, and the basic ones with them.
   * @param {readonly number[]} flipped
   */
  flip(flipped) {
    const { change } = this;
    for (const one of flipped) {
      const up = this.status[one] === AT_LOW;
      change[one] = up ? this.high[one] - this.low[one] : this.low[one] - this.high[one];
      this.status[one] = up ? AT_HIGH : AT_LOW;
      this.value[one] = up ? this.high[one] : this.low[one];
      this.objective += this.reduced[one] * change[one];
    }
    this.follow(flipped);
  }

  /**
   * Let the basic variables follow the `change` of nonbasic ones.
   * @param {readonly number[]} moved
   */
  follow(moved) {
    const { width, size, room, inverse, slot, change, value } = this;
    const right = new Float64Array(size);
    for (const one of moved) {
      if (one >= width) {
        right[slot[one]] += change[one];
        continue;
      }
      const { rows, values } = this.byColumn[one];
      for (let cell = 0; cell < rows.length; cell += 1) {
        const at = slot[width + rows[cell]];
        if (at >= 0) right[at] -= values[cell] * change[one];
        else value[width + rows[cell]] += values[cell] * change[one];
      }
    }
    for (let own = 0; own < size; own += 1) {
      let sum = 0;
      const base = own * room;
      for (let tight = 0; tight < size; tight += 1) sum += inverse[base + tight] * right[tight];
      this.shift(this.columns[own], sum);
    }
    for (const one of moved) change[one] = 0;
  }

  /**
   * A basic column by an amount, and the slacks of the rows that are not tight with it.
   * @param {number} column
   * @param {number} amount
   */
  shift(column, amount) {
    if (amount === 0) return;
    const { width, slot, value } = this;
    value[column] += amount;
    const { rows, values } = this.byColumn[column];
    for (let cell = 0; cell < rows.length; cell += 1) {
      if (slot[width + rows[cell]] < 0) value[width + rows[cell]] += values[cell] * amount;
    }
  }

  /**
   * How the basic columns follow the entering variable, by slot.
   * @param {number} entering
   */
  fillDirection(entering) {
    const { width, size, room, inverse, slot } = this;
    const direction = new Float64Array(size);
    if (entering >= width) {
      const tight = slot[entering];
      for (let own = 0; own < size; own += 1) direction[own] = inverse[own * room + tight];
      return direction;
    }
    const { rows, values } = this.byColumn[entering];
    for (let cell = 0; cell < rows.length; cell += 1) {
      const tight = slot[width + rows[cell]];
      if (tight < 0) continue;
      for (let own = 0; own < size; own += 1) direction[own] -= inverse[own * room + tight] * values[cell];
    }
    return direction;
  }

  /**
   * How the slack of a row follows the entering variable.
   * @param {number} slack
   * @param {number} entering
   * @param {Float64Array} direction
   */
  slackChange(slack, entering, direction) {
    const { columns, values } = this.byRow[slack - this.width];
    let sum = 0;
    for (let cell = 0; cell < columns.length; cell += 1) {
      const at = this.slot[columns[cell]];
      if (at >= 0) sum += values[cell] * direction[at];
      else if (columns[cell] === entering) sum += values[cell];
    }
    return sum;
  }

  /**
   * The entering variable by as much as brings the leaving one to its bound; Devex weights on the way.
   * @param {number} entering
   * @param {number} leaving
   * @param {number} goal
   * @param {number} pivot
   * @param {Float64Array} direction
   */
  move(entering, leaving, goal, pivot, direction) {
    const { width, slot, value, weight, change } = this;
    const amount = (goal - value[leaving]) / pivot;
    const scale = weight[leaving] / (pivot * pivot);
    const touched = [];
    if (entering < width) {
      const { rows, values } = this.byColumn[entering];
      for (let cell = 0; cell < rows.length; cell += 1) {
        const slack = width + rows[cell];
        if (slot[slack] < 0) {
          change[slack] += values[cell];
          touched.push(slack);
        }
      }
    }
    for (let own = 0; own < this.size; own += 1) {
      const by = direction[own];
      if (by === 0) continue;
      const column = this.columns[own];
      value[column] += by * amount;
      weight[column] = Math.max(weight[column], by * by * scale);
      const { rows, values } = this.byColumn[column];
      for (let cell = 0; cell < rows.length; cell += 1) {
        const slack = width + rows[cell];
        if (slot[slack] >= 0) continue;
        change[slack] += values[cell] * by;
        touched.push(slack);
      }
    }
    for (const slack of touched) {
      const by = change[slack];
      if (by === 0) continue;
      value[slack] += by * amount;
      weight[slack] = Math.max(weight[slack], by * by * scale);
      change[slack] = 0;
    }
    value[entering] += amount;
    weight[entering] = Math.max(scale, 1);
    this.objective += this.reduced[entering] * amount;
  }

  /**
   * Reduced costs after the exchange.
   * @param {number} entering
   * @param {number} leaving
   * @param {number} theta by how much the entering one's changes
   */
  lower(entering, leaving, theta) {
    const { reduced, gradient, status } = this;
    if (theta !== 0) {
      for (let one = 0; one < reduced.length; one += 1) {
        if (gradient[one] !== 0 && status[one] !== BASIC) reduced[one] -= theta * gradient[one];
      }
    }
    reduced[entering] = 0;
    reduced[leaving] = theta;
  }

  // The kernel

  /**
   * @param {number} entering
   * @param {number} leaving
   * @param {number} pivot how the leaving variable follows the entering one
   * @param {Float64Array} direction
   */
  exchange(entering, leaving, pivot, direction) {
    const { width } = this;
    this.updates += 1;
    if (entering < width && leaving < width) this.replaceColumn(entering, leaving, pivot, direction);
    else if (entering < width) this.grow(entering, leaving - width, pivot, direction);
    else if (leaving < width) this.shrink(leaving, entering - width);
    else this.replaceRow(leaving - width, entering - width, pivot);
  }

  /**
   * @param {number} entering
   * @param {number} leaving
   * @param {number} pivot
   * @param {Float64Array} direction
   */
  replaceColumn(entering, leaving, pivot, direction) {
    const { size, room, inverse } = this;
    const own = this.slot[leaving];
    const base = own * room;
    for (let tight = 0; tight < size; tight += 1) inverse[base + tight] /= -pivot;
    for (let other = 0; other < size; other += 1) {
      if (other !== own && direction[other] !== 0) addTo(inverse, other * room, base, size, direction[other]);
    }
    this.slot[leaving] = -1;
    this.slot[entering] = own;
    this.columns[own] = entering;
  }

  /**
   * @param {number} entering
   * @param {number} row
   * @param {number} pivot
   * @param {Float64Array} direction
   */
  grow(entering, row, pivot, direction) {
    const weights = this.weightsOf(row);
    this.makeRoom(this.size + 1);
    const { size, room, inverse } = this;
    const last = size * room;
    for (let tight = 0; tight < size; tight += 1) inverse[last + tight] = -weights[tight] / pivot;
    inverse[last + size] = 1 / pivot;
    for (let own = 0; own < size; own += 1) {
      inverse[own * room + size] = 0;
      if (direction[own] !== 0) addTo(inverse, own * room, last, size + 1, direction[own]);
    }
    this.columns[size] = entering;
    this.rows[size] = row;
    this.slot[entering] = size;
    this.slot[this.width + row] = size;
    this.size += 1;
  }

  /**
   * @param {number} leaving a column
   * @param {number} row whose slack enters
   */
  shrink(leaving, row) {
    const { size, room, inverse, width } = this;
    const own = this.slot[leaving];
    const tight = this.slot[width + row];
    const base = own * room;
    const pivot = inverse[base + tight];
    for (let other = 0; other < size; other += 1) {
      const by = inverse[other * room + tight];
      if (other !== own && by !== 0) addTo(inverse, other * room, base, size, -by / pivot);
    }
    const last = size - 1;
    for (let cell = 0; cell < size; cell += 1) inverse[base + cell] = inverse[last * room + cell];
    for (let other = 0; other < size; other += 1) inverse[other * room + tight] = inverse[other * room + last];
    this.slot[leaving] = -1;
    this.slot[width + row] = -1;
    if (own !== last) {
      this.columns[own] = this.columns[last];
      this.slot[this.columns[own]] = own;
    }
    if (tight !== last) {
      this.rows[tight] = this.rows[last];
      this.slot[width + this.rows[tight]] = tight;
    }
    this.size = last;
  }

  /**
   * @param {number} entering the row that becomes tight
   * @param {number} leaving the row that no longer is
   * @param {number} pivot
   */
  replaceRow(entering, leaving, pivot) {
    const { size, room, inverse, width } = this;
    const weights = this.weightsOf(entering);
    const tight = this.slot[width + leaving];
    for (let own = 0; own < size; own += 1) {
      const base = own * room;
      const by = inverse[base + tight] / pivot;
      if (by === 0) continue;
      for (let other = 0; other < size; other += 1) inverse[base + other] -= by * weights[other];
      inverse[base + tight] = by;
    }
    this.slot[width + leaving] = -1;
    this.slot[width + entering] = tight;
    this.rows[tight] = entering;
  }

  /** @param {number} size */
  makeRoom(size) {
    if (size <= this.room) return;
    const room = Math.max(size, 2 * this.room);
    const inverse = new Float64Array(room * room);
    for (let own = 0; own < this.size; own += 1) {
      inverse.set(this.inverse.subarray(own * this.room, own * this.room + this.size), own * room);
    }
    const columns = new Int32Array(room);
    const rows = new Int32Array(room);
    columns.set(this.columns.subarray(0, this.size));
    rows.set(this.rows.subarray(0, this.size));
    Object.assign(this, { room, inverse, columns, rows });
  }

  /** Make inverse, values and reduced costs anew, without the errors that many updates gather. */
  refresh() {
    this.updates = 0;
    if (!this.invert()) {
      this.startFromSlacks();
      return;
    }
    this.price();
    this.settle();
    this.fresh = true;
  }

  /** Make values and reduced costs anew; the inverse too, where it turns out to have gathered errors. */
  check() {
    if (this.fresh) return;
    const dualError = this.price();
    this.settle();
    this.fresh = dualError <= this.dual && this.primalError() <= ACCURATE;
    if (!this.fresh) this.refresh();
  }

  /** How far the tight rows are off what they have to add up to, for the size of their parts. */
  primalError() {
    const { width, size, rows, value } = this;
    let most = 0;
    for (let tight = 0; tight < size; tight += 1) {
      const { columns, values } = this.byRow[rows[tight]];
      let [sum, scale] = [-value[width + rows[tight]], 1];
      for (let cell = 0; cell < columns.length; cell += 1) {
        const part = values[cell] * value[columns[cell]];
        sum += part;
        scale = Math.max(scale, Math.abs(part));
      }
      most = Math.max(most, Math.abs(sum) / scale);
    }
    return most;
  }

  /** @returns {boolean} whether the kernel has an inverse */
  invert() {
    const { size, room, width, slot } = this;
    const kernel = new Float64Array(size * size);
    for (let own = 0; own < size; own += 1) {
      const { rows, values } = this.byColumn[this.columns[own]];
      for (let cell = 0; cell < rows.length; cell += 1) {
        const tight = slot[width + rows[cell]];
        if (tight >= 0) kernel[tight * size + own] = values[cell];
      }
    }
    const found = inverseOf(kernel, size);
    if (!found) return false;
    this.work += found.touched;
    for (let own = 0; own < size; own += 1) {
      this.inverse.set(found.inverse.subarray(own * size, own * size + size), own * room);
    }
    return true;
  }

  /** Reduced costs from scratch. @returns {number} how far those of basic columns are off 0 */
  price() {
    const { width, size, room, inverse, reduced, cost } = this;
    let most = 0;
    reduced.fill(0);
    reduced.set(cost);
    const duals = new Float64Array(size);
    for (let own = 0; own < size; own += 1) {
      const price = cost[this.columns[own]];
      if (price !== 0) for (let tight = 0; tight < size; tight += 1) duals[tight] += price * inverse[own * room + tight];
    }
    for (let tight = 0; tight < size; tight += 1) {
      const dual = duals[tight];
      if (dual === 0) continue;
      const { columns, values } = this.byRow[this.rows[tight]];
      for (let cell = 0; cell < columns.length; cell += 1) reduced[columns[cell]] -= dual * values[cell];
      reduced[width + this.rows[tight]] = dual;
    }
    for (let own = 0; own < size; own += 1) {
      most = Math.max(most, Math.abs(reduced[this.columns[own]]));
      reduced[this.columns[own]] = 0;
    }
    return most;
  }

  /**
   * Where a nonbasic variable stands: at the bound that is dual feasible, else where it is, if there is a bound.
   * @param {number} one
   */
  side(one) {
    const { reduced, status } = this;
    const open = one < this.width ? BEYOND_REACH : Infinity;
    const below = this.low[one] > -open;
    const above = this.high[one] < open;
    if (reduced[one] > this.dual && (below || one < this.width)) return AT_LOW;
    if (reduced[one] < -this.dual && (above || one < this.width)) return AT_HIGH;
    if (!below && !above) return FREE;
    if (status[one] === AT_HIGH) return above ? AT_HIGH : AT_LOW;
    return below ? AT_LOW : AT_HIGH;
  }

  /** Whether the least cost leans on a bound that stands for none. */
  get leans() {
    for (let column = 0; column < this.width; column += 1) {
      const far = Math.abs(this.value[column]) >= BEYOND_REACH;
      if (far && this.status[column] !== BASIC && Math.abs(this.reduced[column]) > this.dual) return true;
    }
    return false;
  }

  /** Nonbasic variables at the bound that is dual feasible, and all values from scratch. */
  settle() {
    const { width, height, size, room, inverse, status, value, low, high, slot } = this;
    for (let one = 0; one < status.length; one += 1) {
      if (status[one] === BASIC) continue;
      status[one] = this.side(one);
      value[one] = status[one] === AT_LOW ? low[one] : status[one] === AT_HIGH ? high[one] : 0;
    }
    const sums = new Float64Array(height);
    for (let column = 0; column < width; column += 1) {
      if (status[column] === BASIC || value[column] === 0) continue;
      const { rows, values } = this.byColumn[column];
      for (let cell = 0; cell < rows.length; cell += 1) sums[rows[cell]] += values[cell] * value[column];
    }
    for (let row = 0; row < height; row += 1) if (slot[width + row] < 0) value[width + row] = sums[row];
    const right = new Float64Array(size);
    for (let tight = 0; tight < size; tight += 1) {
      right[tight] = value[width + this.rows[tight]] - sums[this.rows[tight]];
    }
    for (let own = 0; own < size; own += 1) {
      let sum = 0;
      for (let tight = 0; tight < size; tight += 1) sum += inverse[own * room + tight] * right[tight];
      value[this.columns[own]] = 0;
      this.shift(this.columns[own], sum);
    }
    this.objective = 0;
    for (let column = 0; column < width; column += 1) this.objective += this.cost[column] * value[column];
  }
}

/**
 * `times` the cells from `source` on, added to those from `target` on.
 * @param {Float64Array} cells
 * @param {number} target
 * @param {number} source
 * @param {number} count
 * @param {number} times
 */
function addTo(cells, target, source, count, times) {
  for (let cell = 0; cell < count; cell += 1) cells[target + cell] += times * cells[source + cell];
}

/**
 * @param {readonly {columns: Int32Array, values: Float64Array}[]} byRow
 * @param {number} width
 */
function transposed(byRow, width) {
  const counts = new Int32Array(width);
  for (const { columns } of byRow) for (const column of columns) counts[column] += 1;
  const byColumn = Array.from(counts, (count) => ({ rows: new Int32Array(count), values: new Float64Array(count) }));
  counts.fill(0);
  byRow.forEach(({ columns, values }, row) => {
    columns.forEach((column, cell) => {
      byColumn[column].rows[counts[column]] = row;
      byColumn[column].values[counts[column]] = values[cell];
      counts[column] += 1;
    });
  });
  return byColumn;
}

/**
 * The inverse of a square matrix by elimination, or `null` where it has none. Most cells of a kernel are 0: columns with
 * few others come first, the row with the fewest of those that are large enough is the pivot's, and only its own cells
 * are gone through.
 * @param {Float64Array} matrix row by row; it is used up
 * @param {number} size
 * @returns {{inverse: Float64Array, touched: number} | null} with the number of cells that were changed
 */
function inverseOf(matrix, size) {
  const inverse = new Float64Array(size * size);
  const [inRow, inColumn] = [new Int32Array(size), new Int32Array(size)];
  for (let row = 0; row < size; row += 1) {
    inverse[row * size + row] = 1;
    for (const column of filled(matrix, row, size)) {
      inRow[row] += 1;
      inColumn[column] += 1;
    }
  }
  const order = Array.from(inColumn.keys()).sort((one, other) => inColumn[one] - inColumn[other] || one - other);
  const done = new Uint8Array(size);
  let touched = 8 * size * size;
  for (const at of order) {
    const best = pivotRow(matrix, size, at, done, inRow);
    if (best < 0) return null;
    if (best !== at) {
      swapRows(matrix, size, best, at);
      swapRows(inverse, size, best, at);
      [inRow[best], inRow[at]] = [inRow[at], inRow[best]];
    }
    done[at] = 1;
    const pivot = matrix[at * size + at];
    const [own, ownInverse] = [filled(matrix, at, size), filled(inverse, at, size)];
    for (const column of own) matrix[at * size + column] /= pivot;
    for (const column of ownInverse) inverse[at * size + column] /= pivot;
    for (let row = 0; row < size; row += 1) {
      const by = matrix[row * size + at];
      if (row === at || by === 0) continue;
      for (const column of own) matrix[row * size + column] -= by * matrix[at * size + column];
      for (const column of ownInverse) inverse[row * size + column] -= by * inverse[at * size + column];
      touched += own.length + ownInverse.length;
    }
  }
  return { inverse, touched };
}

/** The columns of a row that are not 0. @param {Float64Array} matrix @param {number} row @param {number} size */
function filled(matrix, row, size) {
  const found = [];
  for (let column = 0; column < size; column += 1) if (matrix[row * size + column] !== 0) found.push(column);
  return found;
}

/** How much smaller than the largest of its column a pivot may be. */
const LARGE_ENOUGH = 0.1;
const SMALLEST_PIVOT = 1e-11;

/**
 * The row with the fewest cells of those that are large enough in a column, or -1 where none is.
 * @param {Float64Array} matrix @param {number} size @param {number} column @param {Uint8Array} done rows that had a pivot
 * @param {Int32Array} inRow cells of each row at the start
 */
function pivotRow(matrix, size, column, done, inRow) {
  let most = SMALLEST_PIVOT / LARGE_ENOUGH;
  for (let row = 0; row < size; row += 1) if (!done[row]) most = Math.max(most, Math.abs(matrix[row * size + column]));
  let best = -1;
  for (let row = 0; row < size; row += 1) {
    if (done[row] || Math.abs(matrix[row * size + column]) < LARGE_ENOUGH * most) continue;
    if (best < 0 || inRow[row] < inRow[best]) best = row;
  }
  return best;
}

/**
 * @param {Float64Array} matrix
 * @param {number} size
 * @param {number} one
 * @param {number} other
 */
function swapRows(matrix, size, one, other) {
  for (let cell = 0; cell < size; cell += 1) {
    const kept = matrix[one * size + cell];
    matrix[one * size + cell] = matrix[other * size + cell];
    matrix[other * size + cell] = kept;
  }
}
