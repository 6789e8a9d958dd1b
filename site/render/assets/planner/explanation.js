// Where each credit counted and why there and not elsewhere, in plain sentences. The twin of recommend/explanation.py.

import { inASentence } from "./amounts.js";
import { REST } from "./assignment.js";

/** @typedef {import("./assignment.js").Answer} Answer */
/** @typedef {import("./assignment.js").Question} Question */
/** @typedef {import("./claims.js").Claim} Claim */
/** @typedef {import("./credential.js").Requirement} Requirement */

/**
 * Where one credit, or a part of it, counted within one credential, and why there and not elsewhere. `requirement` is
 * null where it did not count; `thousandths` is what counted there.
 * @typedef {object} CreditUse
 * @property {string} credit
 * @property {string} title
 * @property {string | null} completed_on
 * @property {string | null} requirement
 * @property {number} thousandths
 * @property {string} reason
 */

/**
 * The uses of all claims in their order.
 * @param {Requirement[]} minimums in the order of the question's needs
 * @param {Requirement | null} rest the remainder where the credential has one
 * @param {Question} question
 * @param {Claim[]} claims
 * @param {Claim[]} counting those claims that the question was asked about
 * @param {Answer} answer
 * @returns {CreditUse[]}
 */
export function usesOf(minimums, rest, question, claims, counting, answer) {
  const asked = new Map(counting.map((claim, index) => [claim, index]));
  const room = [...question.needs];
  return claims.flatMap((claim) => {
    const index = asked.get(claim);
    if (index === undefined) return [use(claim, null, 0, claim.refused ?? claim.doubt ?? "It does not count here.")];
    return placed(minimums, rest, room, claim, answer.counted[index], question.items[index].fits);
  });
}

/**
 * @param {Requirement[]} minimums
 * @param {Requirement | null} rest
 * @param {number[]} room what each minimum still takes; shrinks
 * @param {Claim} claim
 * @param {Map<number, number>} parts
 * @param {number[]} fits
 * @returns {CreditUse[]}
 */
function placed(minimums, rest, room, claim, parts, fits) {
  const uses = [];
  let flows = parts.get(REST) ?? 0;
  for (const [place, amount] of parts) {
    if (place === REST) continue;
    const taken = Math.min(amount, room[place]);
    room[place] -= taken;
    flows += amount - taken;
    if (taken > 0) uses.push(use(claim, minimums[place].id, taken, whyHere(minimums, place, fits)));
  }
  if (flows > 0) {
    const guessed = claim.doubt && fits.length < claim.fits_likely.length ? ` ${claim.doubt}` : "";
    uses.push(use(claim, rest ? rest.id : null, rest ? flows : 0, whyRest(minimums, rest, fits) + guessed));
  } else if (![...parts.values()].some((amount) => amount > 0)) {
    uses.push(use(claim, null, 0, "A limit of the rule is used up."));
  }
  return uses;
}

/**
 * @param {Requirement[]} minimums
 * @param {number} place
 * @param {number[]} fits
 */
function whyHere(minimums, place, fits) {
  const others = fits.filter((other) => other !== place).map((other) => inASentence(minimums[other].label));
  const also = others.length > 0 ? ` It also fits ${listed(others)}, but one activity fills one category.` : "";
  return `Fills ${inASentence(minimums[place].label)}.${also}`;
}

/**
 * @param {Requirement[]} minimums
 * @param {Requirement | null} rest
 * @param {number[]} fits
 */
function whyRest(minimums, rest, fits) {
  if (!rest) return "Nothing else is left that it could fill.";
  const full = listed(fits.map((place) => inASentence(minimums[place].label)));
  const toward = `counts toward ${inASentence(rest.label)}.`;
  return full ? `More than ${full} needs, so it ${toward}` : toward[0].toUpperCase() + toward.slice(1);
}

/** @param {string[]} names */
function listed(names) {
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}` : names.join("");
}

/**
 * @param {Claim} claim
 * @param {string | null} requirement
 * @param {number} amount
 * @param {string} reason
 * @returns {CreditUse}
 */
function use(claim, requirement, amount, reason) {
  const { credit, title, completed_on } = claim;
  return { credit, title, completed_on, requirement, thousandths: amount, reason };
}
