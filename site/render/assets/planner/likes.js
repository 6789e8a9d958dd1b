// What the visitor likes and does not want to see: two lists of ids in a profile, never the same id in both.

/** @typedef {"liked" | "disliked"} List */

/** Put an id into one list and out of the other, or take it back. @param {Record<string, any>} document @param {List} list @param {string} id */
export function toggleIn(document, list, id) {
  const other = list === "liked" ? "disliked" : "liked";
  const without = (/** @type {string} */ name) => (document[name] ?? []).filter((/** @type {string} */ one) => one !== id);
  const had = isIn(document, list, id);
  document[list] = had ? without(list) : [...without(list), id];
  if (!had && document[other]) document[other] = without(other);
}

/** @param {Record<string, any>} document @param {List} list @param {string} id */
export const isIn = (document, list, id) => (document[list] ?? []).includes(id);
