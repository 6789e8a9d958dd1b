// The topics of laboratory CE. The twin of catalog/taxonomy.py; its data is set once, by loadRules of rules.js.

/**
 * One topic; `words` are folded names that state it outright.
 * @typedef {{id: string, label: string, parent: string | null, words: string[]}} Topic
 */

/** @type {Map<string, Topic>} */
let known = new Map();

/** @type {Map<string, string[]>} */
let byWord = new Map();

/** What {@link withAncestors} found. @type {Map<string, string[]>} */
let chains = new Map();

/**
 * Take over the topics that the site ships, in the order of the taxonomy.
 * @param {Topic[]} entries
 */
export function setTopics(entries) {
  known = new Map(entries.map((topic) => [topic.id, topic]));
  byWord = new Map();
  chains = new Map();
  for (const topic of entries) {
    for (const word of topic.words) byWord.set(word, [...(byWord.get(word) ?? []), topic.id]);
  }
}

/** Every topic by id, in the order of the taxonomy. */
export const topics = () => known;

/**
 * Lower case, each run of punctuation and space folded to one space: "Blood-Banking / QA" to "blood banking qa".
 * @param {string} text
 */
export const fold = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
    .trim();

/**
 * Topic ids that a provider's own words name outright, in taxonomy order; empty where they name none of ours. The whole
 * phrase is tried first; then its parts, all of which must be known.
 * @param {string} subject
 * @returns {string[]}
 */
export function topicsOfSubject(subject) {
  const whole = byWord.get(fold(subject));
  if (whole) return whole;
  const parts = subject.split(/[/,;&()]|\band\b/i).filter((part) => fold(part));
  const found = parts.map((part) => byWord.get(fold(part)));
  const named = new Set(found.flatMap((ids) => ids ?? []));
  return parts.length > 0 && found.every(Boolean) ? [...known.keys()].filter((topic) => named.has(topic)) : [];
}

/**
 * The topic and its parents, nearest first: medical_errors, patient_safety, safety.
 * @param {string} id
 * @returns {string[]}
 */
export function withAncestors(id) {
  let chain = chains.get(id);
  if (chain === undefined) {
    chain = [];
    for (let topic = known.get(id); topic && !chain.includes(topic.id); topic = known.get(topic.parent ?? "")) {
      chain.push(topic.id);
    }
    chains.set(id, chain);
  }
  return chain;
}
