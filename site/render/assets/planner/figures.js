// The figures and words that Python tells the browser, so that none of them is written down twice.

/** @typedef {"cheapest" | "quickest" | "interesting"} Objective */
/**
 * @typedef {object} Figures the constants of Python's modules of the same names, by their own names
 * @property {Record<string, number>} weights
 * @property {number} remainder_share
 * @property {number} likely_share
 * @property {number} horizon_days
 * @property {number} closing_days
 * @property {number} fair_price
 * @property {number} unknown_price_part
 * @property {number} unknown_fit
 * @property {number} liked_share
 * @property {number} disliked_share
 * @property {number} near_duplicate
 * @property {number} decimals
 * @property {number} inner_decimals
 * @property {number} parent_share
 * @property {[number, number]} character_grams
 * @property {number} soon_days
 * @property {number} match_weight
 * @property {number} matches_told
 * @property {Record<string, string>} acceptance_words
 * @property {string} currency
 * @property {string} not_stated
 * @property {string[]} one_person
 * @property {Record<string, string>} who
 * @property {string[]} studies
 * @property {string[]} college_units
 * @property {Record<string, string[]>} level_words
 * @property {Record<string, string>} part_words
 * @property {number} topic_of_likeness
 * @property {number} earth_miles
 * @property {number} sessions_at_most
 * @property {number} bundles_at_most
 * @property {number} slack
 * @property {number} order_nodes
 * @property {number} whole_day_minutes
 * @property {number} earliest_zone
 * @property {number} latest_zone
 * @property {Record<Objective, string>} superlative
 * @property {number} dullness_decimals
 * @property {number} places_to_look
 * @property {number} likely_told
 * @property {number} smallest_gap_told
 */

/** What the catalog's file told; empty until {@link takeFigures}. */
export const figures = /** @type {Figures} */ ({});

/** @param {Figures} told */
export function takeFigures(told) {
  Object.assign(figures, told);
}

/** Powers of ten, so that none is made for each score. */
const POWERS = Array.from({ length: 16 }, (_, power) => Number(`1e${power}`));

/**
 * A score as it is compared and told: first freed of what the last bits of a sum differ by, then rounded, halves to
 * even. The twin of recommend/index.py's `rounded`.
 * @param {number} value
 */
export function rounded(value) {
  return roundTo(roundTo(value, figures.inner_decimals), figures.decimals);
}

/** Halves to even. @param {number} value @param {number} decimals */
export function roundTo(value, decimals) {
  const scale = POWERS[decimals];
  return halfToEven(value * scale) / scale;
}

/** @param {number} value */
function halfToEven(value) {
  const below = Math.floor(value);
  const over = value - below;
  if (over === 0.5) return below % 2 === 0 ? below : below + 1;
  return over < 0.5 ? below : below + 1;
}

/** @param {number} value @param {number} least @param {number} most */
export function clip(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/**
 * The value of a key, made and kept where it is not there yet.
 * @template K, V
 * @param {{get(key: K): V | undefined, set(key: K, value: V): unknown}} map @param {K} key @param {() => V} make
 * @returns {V}
 */
export function fill(map, key, make) {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
