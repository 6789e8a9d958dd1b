// One analyzer for opportunities and for what a technician asks: recommend/text.py, with the same word lists.
//
// A text becomes a row of positions. Each holds the word and the stems that stand there, the whole before its parts:
// "MALDI-TOF" is one position of three stems, "Blood/Bank" is two positions. Abbreviations are expanded on both sides;
// synonyms are added to the question only.

import { stem as snowball } from "./stem.js";
import { fill } from "./figures.js";

/**
 * @typedef {object} Vocabulary the word lists of recommend/vocabulary/ and the tables of recommend/text.py
 * @property {Record<string, string[]>} abbreviations
 * @property {string[]} everyday_words
 * @property {{same: string[], related: string[]}[]} groups
 * @property {{topic: string, strong: string[], weak: string[]}[]} rules
 * @property {Record<string, string>} forms
 * @property {Record<string, string>} signs letters and signs, and what is read in their place
 * @property {[number, number][]} combining code points of marks that are dropped, first and last of each run
 * @property {string[]} prefixes
 * @property {[string, string][]} british
 * @property {string[]} little_words
 * @property {string[]} faint_words stems of which every other title has one
 * @property {number[]} slip_letters from so many letters on, a word may be one letter off, or two
 * @property {{same: number, related: number, sense: number, faint: number, strong: number, weak: number}} weights
 *
 * @typedef {{word: string, stems: string[]}} Position
 * @typedef {{rest: string[], payload: number}} Phrase the stems behind the first
 * @typedef {{start: number, end: number, payload: number}} Match
 */

/** Stands between texts that are analyzed together, so that no phrase reaches across. @type {Position} */
const BREAK = { word: "", stems: [] };

/** What an abbreviation of several senses stands for: that depends on the text. @type {string[]} */
const DEPENDS = [];

const ASCII = /^[\0-\x7f]*$/;
const INITIALS = /(?<![\p{L}\p{N}_])(?:[A-Za-z]\.){2,}/gu;
const TOKEN = /[A-Za-z0-9]+(?:[-'][A-Za-z0-9]+)*/g;
const DIGIT = /\d/;
const SMALL = /[a-z]/;
const LETTERS = /^[a-z]+$/;

/** Finds many phrases in a row of positions in one pass, and lets the longest win. */
class Phrases {
  /** @type {Map<string, Phrase[]>} */
  #byFirst = new Map();
  /** @type {Map<number, Map<string, number[]>>} */
  #byPrefix = new Map();
  /** What was found for a position: a word that is read again is the same one. @type {Map<Position, Phrase[]>} */
  #byPosition = new Map();

  /**
   * Enter a phrase of stems. A last one that ends in * is no stem: it matches every word that it begins.
   * @param {string[]} stems @param {number} payload
   */
  add(stems, payload) {
    const [first, ...rest] = stems;
    if (rest.length === 0 && first.endsWith("*")) {
      const prefix = first.slice(0, -1);
      const ofLength = fill(this.#byPrefix, prefix.length, () => new Map());
      fill(ofLength, prefix, () => []).push(payload);
    } else {
      fill(this.#byFirst, first, () => []).push({ rest, payload });
    }
  }

  /** Every phrase that is not wholly inside a longer one. @param {Position[]} positions @returns {Match[]} */
  find(positions) {
    /** @type {Match[]} */
    const found = [];
    positions.forEach((position, start) => {
      for (const { rest, payload } of this.#byPosition.get(position) ?? this.#learn(position)) {
        if (follows(positions, start + 1, rest)) found.push({ start, end: start + 1 + rest.length, payload });
      }
    });
    return found.filter((match) => !found.some((other) => isInside(match, other)));
  }

  /** The phrases that may begin at a position. @param {Position} position */
  #learn(position) {
    const { word, stems } = position;
    /** @type {Phrase[]} */
    const found = [];
    for (const stem of stems) for (const phrase of this.#byFirst.get(stem) ?? []) found.push(phrase);
    for (const [length, prefixes] of this.#byPrefix) {
      for (const payload of prefixes.get(word.slice(0, length)) ?? []) found.push({ rest: [], payload });
    }
    this.#byPosition.set(position, found);
    return found;
  }
}

/** @param {Match} match @param {Match} other */
function isInside(match, other) {
  const covers = other.start <= match.start && match.end <= other.end;
  return covers && other.end - other.start > match.end - match.start;
}

/** @param {Position[]} positions @param {number} at @param {string[]} rest */
function follows(positions, at, rest) {
  return at + rest.length <= positions.length && rest.every((wanted, offset) => stands(wanted, positions[at + offset]));
}

/** @param {string} wanted @param {Position} position */
function stands(wanted, position) {
  return wanted.endsWith("*") ? position.word.startsWith(wanted.slice(0, -1)) : position.stems.includes(wanted);
}

/** @param {string} word @param {string} ending */
const without = (word, ending) => (word.endsWith(ending) ? word.slice(0, word.length - ending.length) : word);

/**
 * How many letters one word is off another: one put in, left out, changed, or two neighbors changed about, no letter
 * twice (optimal string alignment).
 * @param {string} one @param {string} other
 */
function slipsBetween(one, other) {
  let [before, above] = [[0], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const changed = above[at - 1] + Number(one[row - 1] !== other[at - 1]);
      line.push(Math.min(above[at] + 1, line[at - 1] + 1, changed));
      const about = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
      if (about) line[at] = Math.min(line[at], before[at - 2] + 1);
    }
    [before, above] = [above, line];
  }
  return above[other.length];
}

/** Turns texts into weighted stems, and finds the topics that they speak of. */
export class Analyzer {
  /** @type {Map<string, Position[]>} */
  #positionsByWord = new Map();
  /** @type {Map<string, Map<string, number>>} */
  #queries = new Map();
  /** @type {{phrases: Phrases, payloads: {topic: string, weight: number}[]} | null} */
  #rules = null;
  /** @type {Phrases | null} */
  #groups = null;
  /** @type {Map<string, string[]>} */
  #senseTopics = new Map();
  /** @type {Map<string, string[]>} */
  #wordsByAbbreviation = new Map();
  /** @type {Map<string, string[]>} */
  #expansionByWord = new Map();
  /** @type {{words: string[], stems: Set<string>, beginnings: string[]} | null} */
  #wordsKnown = null;

  /** @param {Vocabulary} vocabulary */
  constructor(vocabulary) {
    this.vocabulary = vocabulary;
    /** @type {Map<string, string[]>} */
    this.abbreviations = new Map(Object.entries(vocabulary.abbreviations));
    const everyday = new Set(vocabulary.everyday_words);
    const small = [...this.abbreviations.keys()].map((key) => /** @type {const} */ ([key.toLowerCase(), key]));
    this.lowerAbbreviations = new Map(small.filter(([lower]) => !everyday.has(lower)));
    this.unstemmed = new Set(small.map(([lower]) => lower));
    this.forms = new Map(Object.entries(vocabulary.forms));
    this.signs = new Map(Object.entries(vocabulary.signs));
    this.prefixes = new Set(vocabulary.prefixes);
    this.littleWords = new Set(vocabulary.little_words);
    this.faintWords = new Set(vocabulary.faint_words);
    this.combining = new RegExp(`[${vocabulary.combining.map(([first, last]) => `${code(first)}-${code(last)}`).join("")}]`, "gu");
    this.british = new RegExp(vocabulary.british.map(([british]) => british).join("|"));
  }

  /** The phrases of the rules with what each speaks for, laid out when a text is first weighed. */
  get rules() {
    if (this.#rules !== null) return this.#rules;
    const { rules, weights } = this.vocabulary;
    const entries = rules.flatMap(({ topic, strong, weak }) => [
      ...strong.map((phrase) => ({ phrase, topic, weight: weights.strong })),
      ...weak.map((phrase) => ({ phrase, topic, weight: weights.weak })),
    ]);
    const phrases = new Phrases();
    entries.forEach(({ phrase }, payload) => phrases.add(this.#phrase(phrase), payload));
    this.#rules = { phrases, payloads: entries };
    return this.#rules;
  }

  /** The phrases of the groups of synonyms, laid out when the first question comes. */
  get groups() {
    if (this.#groups !== null) return this.#groups;
    const phrases = new Phrases();
    this.vocabulary.groups.forEach(({ same }, number) => {
      for (const phrase of same) phrases.add(this.#phrase(phrase), number);
    });
    this.#groups = phrases;
    return phrases;
  }

  /** @param {string} phrase */
  #phrase(phrase) {
    const row = this.positions(without(phrase, "*"));
    const stems = row.map((position) => position.stems[0]);
    if (phrase.endsWith("*")) stems[stems.length - 1] = `${row[row.length - 1].word}*`;
    return stems;
  }

  /** Compatibility forms, accents, Greek letters, dashes and dotted initials made plain; case is kept. @param {string} text */
  plain(text) {
    const bare = ASCII.test(text) ? text : this.#bare(text);
    if (!bare.includes(".")) return bare;
    return bare.replace(INITIALS, (initials) => initials.replaceAll(".", ""));
  }

  /** @param {string} text */
  #bare(text) {
    const read = Array.from(text, (letter) => this.signs.get(letter) ?? letter).join("");
    return read.normalize("NFKD").replace(this.combining, "");
  }

  /** The words as they stand; hyphens and inner apostrophes stay inside a word, slashes never do. @param {string} text */
  words(text) {
    return this.plain(text).match(TOKEN) ?? [];
  }

  /** @param {string} word */
  #american(word) {
    const lower = without(word.toLowerCase(), "'s").replaceAll("'", "");
    if (!this.british.test(lower)) return lower;
    return this.vocabulary.british.reduce((text, [british, american]) => text.replaceAll(british, american), lower);
  }

  /** @param {string} lower */
  #stem(lower) {
    const form = this.forms.get(lower);
    if (form !== undefined) return form;
    if (lower.length <= 2 || this.unstemmed.has(lower) || DIGIT.test(lower)) return lower;
    const stem = snowball(lower);
    return this.forms.get(stem) ?? stem;
  }

  /** @param {string} word */
  #positionsOf(word) {
    return fill(this.#positionsByWord, word, () => this.#split(word));
  }

  /** @param {string} word @returns {Position[]} */
  #split(word) {
    const parts = word.split("-").map((part) => this.#american(part));
    if (parts.length === 1) return [{ word: parts[0], stems: [this.#stem(parts[0])] }];
    const whole = parts.join("-");
    if (parts.length === 2 && this.prefixes.has(parts[0]) && parts[1].length > 2) {
      return [{ word: parts.join(""), stems: [this.#stem(parts.join("")), this.#stem(parts[1])] }];
    }
    const shouted = /[A-Z]/.test(word) && !/[a-z]/.test(word);
    if (shouted || parts.some((part) => part.length === 1 || DIGIT.test(part))) {
      const inner = parts.filter((part) => part.length > 2 && !this.prefixes.has(part));
      return [{ word: whole, stems: [...new Set([whole, ...inner.map((part) => this.#stem(part))])] }];
    }
    return parts.map((part) => ({ word: part, stems: [this.#stem(part)] }));
  }

  /** The row of positions of a text, without expansions. @param {string} text */
  positions(text) {
    return this.words(text).flatMap((word) => this.#positionsOf(this.#singular(word)));
  }

  /** Abbreviations in the plural lose their s: "RBCs". @param {string} word */
  #singular(word) {
    const singular = without(word, "s");
    return singular !== word && this.abbreviations.has(singular) ? singular : word;
  }

  /**
   * The senses of each abbreviation in a text, in order. In a text that is all capitals, and in a question that is all
   * small letters, everyday words are not taken for abbreviations.
   * @param {string} text @param {boolean} smallLetters a question as typed @returns {string[][]}
   */
  abbreviationsIn(text, smallLetters) {
    const standing = this.words(text);
    const shouted = standing.length > 3 && !SMALL.test(text) && text.toUpperCase() === text;
    const eased = shouted || (smallLetters && text.toLowerCase() === text);
    /** @type {Map<string, string[]>} */
    const found = new Map();
    for (const word of standing) {
      const singular = this.#singular(word);
      const key = eased ? this.lowerAbbreviations.get(singular.toLowerCase()) : singular;
      const senses = key === undefined ? undefined : this.abbreviations.get(key);
      if (key !== undefined && senses !== undefined) found.set(key, senses);
    }
    return [...found.values()];
  }

  /**
   * What the abbreviations of a text stand for, each with its share: 1, or 0.5 of two open senses.
   * @param {string} text @param {boolean} smallLetters @returns {{sense: string, share: number}[]}
   */
  senses(text, smallLetters) {
    const found = this.abbreviationsIn(text, smallLetters);
    if (found.every((senses) => senses.length === 1)) return found.map(([sense]) => ({ sense, share: 1 }));
    const single = found.filter((senses) => senses.length === 1).map((senses) => this.positions(senses[0]));
    const around = this.#weigh([this.positions(text), ...single].flatMap((row) => [...row, BREAK]));
    return found.flatMap((senses) => {
      const kept = senses.length > 1 ? this.#fitting(senses, around) : senses;
      return kept.map((sense) => ({ sense, share: 1 / kept.length }));
    });
  }

  /** @param {string[]} senses @param {Map<string, number>} around */
  #fitting(senses, around) {
    const fit = senses.map((sense) =>
      this.#topicsOfSense(sense).reduce((sum, topic) => sum + (around.get(topic) ?? 0), 0),
    );
    const best = Math.max(...fit);
    return senses.filter((_, at) => fit[at] === best);
  }

  /** @param {string} sense */
  #topicsOfSense(sense) {
    return fill(this.#senseTopics, sense, () => [...this.#weigh(this.positions(sense)).keys()].sort());
  }

  /** Topic to the sum of the weights of its phrases found; a phrase counts once. @param {Position[]} positions */
  #weigh(positions) {
    const { phrases, payloads } = this.rules;
    const found = new Set(phrases.find(positions).map((match) => match.payload));
    /** @type {Map<string, number>} */
    const totals = new Map();
    for (const payload of [...found].sort((one, other) => one - other)) {
      const { topic, weight } = payloads[payload];
      totals.set(topic, (totals.get(topic) ?? 0) + weight);
    }
    return totals;
  }

  /**
   * Topic id to how strongly a question speaks for it; where its words speak for none, what they mean does.
   * @param {string} typed @returns {Map<string, number>}
   */
  questionTopics(typed) {
    const text = this.spelled(typed);
    const told = this.#topicWeights(text);
    if (told.size > 0) return told;
    const meant = this.#groupsIn([this.positions(text)]).flatMap((number) => this.vocabulary.groups[number].same);
    return this.#weigh(meant.flatMap((phrase) => [...this.positions(without(phrase, "*")), BREAK]));
  }

  /** A question with each word that no list knows put aright, where it is a slip of one that they know. @param {string} text */
  spelled(text) {
    return this.words(text)
      .map((word) => this.#slipOf(word) ?? word)
      .join(" ");
  }

  /** The nearest known word with the same first letter; null where none is near, or the word is known. @param {string} word */
  #slipOf(word) {
    const lower = word.toLowerCase();
    const slips = this.vocabulary.slip_letters.filter((letters) => lower.length >= letters).length;
    if (slips === 0 || !LETTERS.test(lower)) return null;
    const { words, stems, beginnings } = this.#known;
    if (stems.has(this.#stem(this.#american(word)))) return null;
    if (beginnings.some((beginning) => lower.startsWith(beginning))) return null;
    const near = words
      .filter((other) => other[0] === lower[0] && Math.abs(other.length - lower.length) <= slips)
      .map((other) => ({ other, distance: slipsBetween(lower, other) }))
      .filter(({ distance }) => distance <= slips)
      .sort((one, two) => one.distance - two.distance || (one.other < two.other ? -1 : 1));
    return near[0]?.other ?? null;
  }

  /** The words of all phrases, against which slips are put aright; open ends are beginnings. */
  get #known() {
    this.#wordsKnown ??= this.#learnWords();
    return this.#wordsKnown;
  }

  #learnWords() {
    const { groups, rules, slip_letters: letters } = this.vocabulary;
    const phrases = [
      ...[...this.abbreviations.values()].flat(),
      ...groups.flatMap(({ same, related }) => [...same, ...related]),
      ...rules.flatMap(({ strong, weak }) => [...strong, ...weak]),
    ];
    const rows = phrases.map((phrase) => ({ open: phrase.endsWith("*"), row: this.positions(without(phrase, "*")) }));
    const known = rows.flatMap(({ row }) => row);
    return {
      words: [...new Set(known.map(({ word }) => word).filter(({ length }) => length >= letters[0]))],
      stems: new Set(known.flatMap(({ stems }) => stems)),
      beginnings: rows.filter(({ open }) => open).map(({ row }) => row[row.length - 1].word),
    };
  }

  /** Topic id to how strongly a text speaks for it, by the rules alone. @param {string} text */
  #topicWeights(text) {
    const totals = this.#weigh(this.positions(text));
    for (const { sense, share } of this.senses(text, true)) {
      for (const [topic, weight] of this.#weigh(this.positions(sense))) {
        const before = totals.get(topic) ?? 0;
        totals.set(topic, Math.max(before, before * 0.5 + weight * share));
      }
    }
    return totals;
  }

  /**
   * Each word as it stands, with its stems, little words left out.
   * @param {string} text @returns {{word: string, stems: string[]}[]}
   */
  wordsWithStems(text) {
    return this.words(text)
      .map((word) => ({ word, stems: this.#positionsOf(this.#singular(word)).flatMap((position) => position.stems) }))
      .filter(({ stems }) => stems.length > 0 && !this.littleWords.has(stems[0]));
  }

  /** Whether a text that holds a word may hold an abbreviation. @param {string} word */
  abbreviates(word) {
    const singular = this.#singular(word);
    return this.abbreviations.has(singular) || this.lowerAbbreviations.has(singular.toLowerCase());
  }

  /**
   * The words that the abbreviations of an opportunity's text stand for.
   * @param {string[]} parts of the text @param {string[]} words those of the text that {@link abbreviates}
   */
  expansions(parts, words) {
    /** @type {string[][]} */
    const own = [];
    let told = parts.some((part) => SMALL.test(part));
    for (const word of words) {
      const expansion = fill(this.#expansionByWord, word, () => this.#expansion(word));
      if (expansion === DEPENDS) told = false;
      else if (!own.includes(expansion)) own.push(expansion);
    }
    if (told) return own.length === 1 ? own[0] : own.flat();
    return this.senses(parts.join(""), false).flatMap(({ sense }) => this.words(sense));
  }

  /** The same of one word, the very same list for each abbreviation. @param {string} word */
  #expansion(word) {
    const key = this.#singular(word);
    const senses = this.abbreviations.get(key) ?? [];
    if (senses.length > 1) return DEPENDS;
    return fill(this.#wordsByAbbreviation, key, () => senses.flatMap((sense) => this.words(sense)));
  }

  /** The stems of a word of an opportunity's text, little words left out. @param {string} word */
  stemsOf(word) {
    const stems = this.#positionsOf(this.#singular(word)).flatMap((position) => position.stems);
    return stems.filter((stem) => !this.littleWords.has(stem));
  }

  /** Stem to weight of a question: its own words 1, then what they stand for, synonyms and related words. @param {string} text */
  query(text) {
    return fill(this.#queries, text, () => this.#weighQuery(text));
  }

  /** @param {string} text @returns {Map<string, number>} */
  #weighQuery(text) {
    const { same, related, sense: ofSense, faint } = this.vocabulary.weights;
    /** @type {Map<string, number>} */
    const weights = new Map();
    const rows = [this.positions(this.spelled(text))];
    this.#raise(weights, this.positions(text), 1);
    this.#raise(weights, rows[0], ofSense);
    for (const { sense, share } of this.senses(text, true)) {
      const row = this.positions(sense);
      this.#raise(weights, row, ofSense * share);
      rows.push(row);
    }
    for (const number of this.#groupsIn(rows)) {
      const group = this.vocabulary.groups[number];
      for (const phrase of group.same) this.#raise(weights, this.positions(without(phrase, "*")), same);
      for (const phrase of group.related) this.#raise(weights, this.positions(without(phrase, "*")), related);
    }
    for (const [stem, weight] of weights) if (this.faintWords.has(stem)) weights.set(stem, faint * weight);
    return weights;
  }

  /** The groups of synonyms of which something stands in rows of positions. @param {Position[][]} rows */
  #groupsIn(rows) {
    return [...new Set(rows.flatMap((row) => this.groups.find(row).map((match) => match.payload)))];
  }

  /** @param {Map<string, number>} weights @param {Position[]} positions @param {number} weight */
  #raise(weights, positions, weight) {
    for (const stem of positions.flatMap((position) => position.stems)) {
      if (!this.littleWords.has(stem)) weights.set(stem, Math.max(weights.get(stem) ?? 0, weight));
    }
  }
}

/** @param {number} point */
const code = (point) => `\\u{${point.toString(16)}}`;
