// Amounts of credit: a plain number in a file, exact whole thousandths in memory. The twin of recommend/amounts.py.

export const THOUSANDTHS = 1000;

/** No CE record and no rule comes near ten thousand hours; a larger amount is a slip of the pen. */
export const MOST = 10_000;

const NUMBER = /^[+-]?(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/**
 * Exact thousandths of a unit: 1.5 to 1500, "0.25" to 250.
 * @param {unknown} amount a number, or a text that writes one
 * @returns {number}
 * @throws {Error} for what is no number, is negative, is larger than MOST or is finer than a thousandth
 */
export function thousandths(amount) {
  const shown = JSON.stringify(amount);
  if (typeof amount !== "number" && typeof amount !== "string") throw new Error(`${shown} is not an amount`);
  const text = String(amount).trim();
  const found = NUMBER.exec(text);
  if (!found || !(found[1] || found[2])) throw new Error(`${shown} is not a number`);
  if (Number(text) < 0) throw new Error(`${text} is negative; an amount of credit is 0 or more`);
  if (Number(text) > MOST) throw new Error(`${text} is more than ${MOST}; an amount of credit is smaller`);
  const scaled = scaledDigits(found[1] ?? "", found[2] ?? "", Number(found[3] ?? 0) + 3);
  if (scaled === null) throw new Error(`${text} is finer than a thousandth`);
  return scaled;
}

/**
 * The digits before and after a point, times a power of ten, where that is whole. Done on the text: 0.07 has no exact
 * binary form.
 * @param {string} whole
 * @param {string} fraction
 * @param {number} power
 * @returns {number | null}
 */
function scaledDigits(whole, fraction, power) {
  const digits = (whole + fraction).replace(/0+$/, "");
  if (/^0*$/.test(digits)) return 0;
  const zeros = whole.length + power - digits.length;
  return zeros < 0 ? null : Number(digits + "0".repeat(zeros));
}

/**
 * The plain number of an amount in thousandths: 1500 to 1.5, 36000 to 36.
 * @param {number} amount
 */
export const units = (amount) => amount / THOUSANDTHS;

/**
 * An amount in thousandths as people write it: 1500 to "1.5", 36000 to "36".
 * @param {number} amount
 */
export const words = (amount) => String(units(amount));

/**
 * A label as it stands within a sentence: "Medical ethics" to "medical ethics"; "HIV/AIDS" stays.
 * @param {string} label
 */
export const inASentence = (label) =>
  /^.\p{Lu}/u.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1);
