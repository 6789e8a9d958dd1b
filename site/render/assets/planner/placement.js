// Toward which requirement each credit of a plan counts, and what the plan leaves open: the twin of
// recommend/placement.py. Once the courses are chosen, their credits are placed anew by the rule for credits that are
// earned already, so that one answer is left, whichever solver chose the courses.

import { assign, REST } from "./assignment.js";

/** @typedef {import("./candidates.js").Candidate} Candidate */
/** @typedef {import("./candidates.js").Need} Need */
/** @typedef {import("./candidates.js").Piece} Piece */
/** The place of a minimum (null for the rest) and thousandths. @typedef {{place: number | null, amount: number}} Part */
/**
 * What each piece of a candidate gives, and for each need what stays open of it, minimums first and then the rest. A
 * minimum is given no more than it needs; what a cap does not let count is in no part.
 * @typedef {{given: Map<Candidate, Part[][]>, short: Part[][]}} Placement
 */

/**
 * @param {readonly Need[]} needs
 * @param {readonly Candidate[]} taken in their order
 * @returns {Placement}
 */
export function placementOf(needs, taken) {
  const given = new Map(taken.map((one) => [one, one.pieces.map(() => /** @type {Part[]} */ ([]))]));
  const short = needs.map((need, number) => {
    const own = [...given].flatMap(([{ pieces }, parts]) => pieces.map((piece, at) => ({ piece, parts, at })));
    const here = own.filter(({ piece }) => piece.need === number);
    const question = {
      needs: need.minimums.map(({ still }) => still),
      total: need.total,
      caps: [...need.caps.values()],
      items: here.map(({ piece }) => itemOf(piece, need)),
    };
    const { counted, owed, still } = assign(question);
    const room = [...question.needs];
    here.forEach(({ parts, at }, item) => (parts[at] = partsOf(counted[item], room)));
    const rest = owed.reduce((left, missing) => left - missing, still);
    return present([...owed.map((amount, place) => ({ place, amount })), { place: null, amount: rest }]);
  });
  return { given, short };
}

/**
 * One credit as the assignment reads it, divided only where all that it fits may share it.
 * @param {Piece} piece
 * @param {Need} need
 * @returns {import("./assignment.js").Item}
 */
function itemOf({ amount, fits, cap }, need) {
  const under = cap === null ? -1 : [...need.caps.keys()].indexOf(cap);
  const divided = under < 0 && fits.every((place) => need.minimums[place].splittable);
  return { amount, fits, caps: under < 0 ? [] : [under], splits: divided ? fits : [] };
}

/**
 * What counted of a credit, less what a minimum has no room for: that goes to the rest.
 * @param {ReadonlyMap<number, number>} counted
 * @param {number[]} room of each minimum; what is given is taken from it
 */
function partsOf(counted, room) {
  let rest = counted.get(REST) ?? 0;
  /** @type {Part[]} */
  const parts = [];
  for (const [place, all] of [...counted].sort(([one], [other]) => one - other)) {
    if (place === REST) continue;
    const amount = Math.min(all, room[place]);
    room[place] -= amount;
    rest += all - amount;
    parts.push({ place, amount });
  }
  return present([...parts, { place: null, amount: rest }]);
}

/** @param {Part[]} parts */
function present(parts) {
  return parts.filter(({ amount }) => amount > 0);
}
