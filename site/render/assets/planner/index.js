// Relevance: two TF-IDF channels and a row of topics for each opportunity, weighed as recommend/index.py weighs them.
//
// text score = (cosine of stems + cosine of character grams) / 2, and apart from it the topic score. No weights are
// shipped: they are computed here from the titles, topics and keywords of what is live today. A question touches only
// the terms that it holds, so that a changed wish costs little.

import { clip, figures, fill, rounded } from "./figures.js";
import { topics as taxonomyTopics, withAncestors } from "./taxonomy.js";

/**
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {import("./text.js").Analyzer} Analyzer
 *
 * @typedef {object} Question what is asked: the weight of each term in both channels, and of each topic
 * @property {Map<number, number>} words
 * @property {Map<number, number>} characters
 * @property {Float64Array} topics
 */

/** More than rounding changes. */
const TO_BE_ROUNDED = 0.01;
const SPACE = /[\s\x1c-\x1f\x85]+/;
const PAIRED = /[\ud800-\udfff]/;

/** Stands between the parts of a text. */
const BETWEEN = " ; ";

/**
 * What is read of an opportunity: its title, the labels of the topics that its provider states or a person confirmed,
 * and its keywords. The text is these parts one behind the other; none of them begins or ends inside a word.
 * @param {Opportunity} one
 */
export function partsOf(one) {
  const parts = [one.title];
  for (const { topic, origin } of one.topics) {
    const label = origin === "guessed" ? undefined : taxonomyTopics().get(topic)?.label;
    if (label !== undefined) parts.push(BETWEEN, label);
  }
  for (const keyword of one.keywords) parts.push(BETWEEN, keyword);
  return parts;
}

/**
 * How a channel reads.
 * @typedef {object} Reading
 * @property {(part: string) => string[]} split a part of a text into words
 * @property {(word: string) => readonly string[]} termsOf the terms of a word
 * @property {(word: string) => boolean} opens whether a text that holds the word may say more than stands there
 * @property {(parts: string[], opening: string[]) => readonly string[]} more the words that such a text says besides
 */

/** Lists of numbers, one behind the other: that of a row stands from `starts[row]` up to `starts[row + 1]`. */
class Lists {
  /** @param {Int32Array} starts @param {Int32Array} values */
  constructor(starts, values) {
    this.starts = starts;
    this.values = values;
    this.length = starts.length - 1;
  }

  /** @param {readonly (readonly number[])[]} lists */
  static of(lists) {
    const starts = new Int32Array(lists.length + 1);
    lists.forEach((list, row) => (starts[row + 1] = starts[row] + list.length));
    const values = new Int32Array(starts[lists.length]);
    lists.forEach((list, row) => values.set(list, starts[row]));
    return new Lists(starts, values);
  }

  /** For each value below `count` the rows in whose lists it stands, as often as it stands there. @param {number} count */
  turned(count) {
    const starts = new Int32Array(count + 1);
    for (const value of this.values) starts[value + 1] += 1;
    for (let value = 0; value < count; value += 1) starts[value + 1] += starts[value];
    const free = starts.slice();
    const rows = new Int32Array(this.values.length);
    for (let row = 0, at = 0; row < this.length; row += 1) {
      for (; at < this.starts[row + 1]; at += 1) {
        rows[free[this.values[at]]] = row;
        free[this.values[at]] += 1;
      }
    }
    return new Lists(starts, rows);
  }
}

/**
 * One TF-IDF space. A document is a row of words, a word a few terms; the words of all documents are few, so that terms
 * are counted by way of them and no list of documents is kept for each term.
 */
class Channel {
  /** Term to its number. @type {Map<string, number>} */
  vocabulary = new Map();

  /** @param {readonly Opportunity[]} documents @param {Reading} reading */
  constructor(documents, reading) {
    const { standing, terms } = this.#learn(documents, reading);
    /** The words of each document, and the terms of each word, as often as they stand there. */
    this.standing = standing;
    this.terms = terms;
    this.documentsOf = standing.turned(terms.length);
    this.wordsOf = terms.turned(this.vocabulary.size);
    this.idf = this.#inverseFrequencies();
    this.lengths = this.#lengths();
    this.totals = new Float64Array(documents.length);
  }

  /** @param {readonly Opportunity[]} documents @param {Reading} reading */
  #learn(documents, { split, termsOf, opens, more }) {
    /** @type {Map<string, number>} */
    const numbers = new Map();
    const number = (/** @type {string} */ word) => fill(numbers, word, () => numbers.size);
    /** Titles are seldom the same, what stands behind them often. @type {Map<string, number[]>} */
    const known = new Map();
    const texts = documents.map((document) => {
      const [title, ...others] = partsOf(document);
      const own = split(title).map(number);
      for (const part of others) for (const word of fill(known, part, () => split(part).map(number))) own.push(word);
      return own;
    });
    const words = [...numbers.keys()];
    const open = words.map(opens);
    texts.forEach((own, row) => {
      const opening = own.filter((word) => open[word]);
      if (opening.length === 0) return;
      for (const word of more(partsOf(documents[row]), opening.map((at) => words[at]))) own.push(number(word));
    });
    const termNumber = (/** @type {string} */ term) => fill(this.vocabulary, term, () => this.vocabulary.size);
    const terms = Array.from(numbers.keys(), (word) => termsOf(word).map(termNumber));
    return { standing: Lists.of(texts), terms: Lists.of(terms) };
  }

  #inverseFrequencies() {
    const { standing, terms } = this;
    const frequencies = new Int32Array(this.vocabulary.size);
    const seen = new Int32Array(this.vocabulary.size).fill(-1);
    for (let document = 0, at = 0; document < standing.length; document += 1) {
      for (; at < standing.starts[document + 1]; at += 1) {
        const word = standing.values[at];
        for (let place = terms.starts[word]; place < terms.starts[word + 1]; place += 1) {
          const term = terms.values[place];
          if (seen[term] === document) continue;
          seen[term] = document;
          frequencies[term] += 1;
        }
      }
    }
    return Float64Array.from(frequencies, (frequency) => Math.log((1 + standing.length) / (1 + frequency)) + 1);
  }

  /** The length of each document's row. A term that stands there once more adds (n + 1)² - n² of its weight squared. */
  #lengths() {
    const { standing, terms, idf } = this;
    const lengths = new Float64Array(standing.length);
    const counts = new Int32Array(idf.length);
    const seen = new Int32Array(idf.length).fill(-1);
    for (let document = 0, at = 0; document < standing.length; document += 1) {
      let sum = 0;
      for (; at < standing.starts[document + 1]; at += 1) {
        const word = standing.values[at];
        for (let place = terms.starts[word]; place < terms.starts[word + 1]; place += 1) {
          const term = terms.values[place];
          if (seen[term] !== document) {
            seen[term] = document;
            counts[term] = 0;
          }
          sum += (2 * counts[term] + 1) * idf[term] * idf[term];
          counts[term] += 1;
        }
      }
      lengths[document] = Math.sqrt(sum);
    }
    return lengths;
  }

  /**
   * A question's weighted terms as a row of length 1; terms that no document has fall away.
   * @param {Iterable<[string, number]>} weights @returns {Map<number, number>}
   */
  row(weights) {
    /** @type {Map<number, number>} */
    const found = new Map();
    for (const [term, weight] of weights) {
      const number = this.vocabulary.get(term);
      if (number !== undefined) found.set(number, weight * this.idf[number]);
    }
    return toLengthOne(found);
  }

  /** A document's own row, of length 1. @param {number} document @returns {Map<number, number>} */
  own(document) {
    const { standing, terms, idf } = this;
    /** @type {Map<number, number>} */
    const found = new Map();
    for (let at = standing.starts[document]; at < standing.starts[document + 1]; at += 1) {
      const word = standing.values[at];
      for (let place = terms.starts[word]; place < terms.starts[word + 1]; place += 1) {
        const term = terms.values[place];
        found.set(term, (found.get(term) ?? 0) + idf[term]);
      }
    }
    return toLengthOne(found);
  }

  /** The documents that are at least so like one of them, itself among them. @param {number} document @param {number} least */
  alike(document, least) {
    const { documentsOf, totals } = this;
    totals.fill(0);
    const found = new Set();
    for (const word of this.addScores(this.own(document), totals)) {
      for (let at = documentsOf.starts[word]; at < documentsOf.starts[word + 1]; at += 1) {
        const other = documentsOf.values[at];
        const total = totals[other];
        if (total > least - TO_BE_ROUNDED && rounded(total) >= least) found.add(other);
      }
    }
    return [...found];
  }

  /**
   * Adds the product of a row and each document to `totals`.
   * @param {Map<number, number>} row @param {Float64Array} totals @returns the words that add something
   */
  addScores(row, totals) {
    const { documentsOf, wordsOf, lengths, idf } = this;
    const weights = new Float64Array(this.terms.length);
    for (const [term, weight] of row) {
      for (let at = wordsOf.starts[term]; at < wordsOf.starts[term + 1]; at += 1) {
        weights[wordsOf.values[at]] += weight * idf[term];
      }
    }
    const adding = [];
    for (let word = 0; word < weights.length; word += 1) {
      const weight = weights[word];
      if (weight === 0) continue;
      adding.push(word);
      for (let at = documentsOf.starts[word]; at < documentsOf.starts[word + 1]; at += 1) {
        const document = documentsOf.values[at];
        totals[document] += weight / lengths[document];
      }
    }
    return adding;
  }
}

/** @param {Map<number, number>} row */
function toLengthOne(row) {
  const length = Math.sqrt([...row.values()].reduce((sum, weight) => sum + weight * weight, 0));
  for (const [term, weight] of row) row.set(term, weight / length);
  return row;
}

/**
 * Character grams inside the words of a text, as scikit-learn's `char_wb` cuts them: each word between two blanks, one
 * that is shorter than a gram once.
 * @param {string} word @returns {string[]}
 */
function gramsOf(word) {
  const padded = ` ${word} `;
  /** Whole letters, where one may be two of JavaScript's units. */
  const letters = PAIRED.test(word) ? Array.from(padded) : null;
  const length = letters?.length ?? padded.length;
  const cut = (/** @type {number} */ from, /** @type {number} */ end) =>
    letters?.slice(from, end).join("") ?? padded.slice(from, end);
  const [least, most] = figures.character_grams;
  /** @type {string[]} */
  const found = [];
  for (let size = least; size <= most; size += 1) {
    found.push(cut(0, size));
    for (let at = 1; at + size <= length; at += 1) found.push(cut(at, at + size));
    if (length <= size) break;
  }
  return found;
}

/** Scores every live opportunity for a question; a row is the place of an opportunity in the order of ids. */
export class Index {
  /** @type {Map<string, Question>} */
  #questions = new Map();
  /** @type {Map<number, number[]>} */
  #nearDuplicates = new Map();
  /** @type {{ends: Int32Array, places: Int32Array, weights: Float64Array} | undefined} */
  #topicRows;
  /** @type {Channel | undefined} */
  #words;
  /** @type {Channel | undefined} */
  #characters;

  /** @param {readonly Opportunity[]} opportunities in the order of ids @param {Analyzer} language */
  constructor(opportunities, language) {
    this.language = language;
    this.opportunities = opportunities;
    this.rowOf = new Map(opportunities.map((one, row) => [one.id, row]));
    this.topicOrder = [...taxonomyTopics().keys()];
    this.placeOf = new Map(this.topicOrder.map((topic, place) => [topic, place]));
  }

  /** Stems, laid out when they are first needed. */
  get words() {
    const { language } = this;
    this.#words ??= new Channel(this.opportunities, {
      split: (part) => language.words(part),
      termsOf: (word) => language.stemsOf(word),
      opens: (word) => language.abbreviates(word),
      more: (parts, opening) => language.expansions(parts, opening),
    });
    return this.#words;
  }

  /** Character grams, laid out when the first question comes. */
  get characters() {
    this.#characters ??= new Channel(this.opportunities, {
      split: (part) => this.#pieces(part),
      termsOf: gramsOf,
      opens: () => false,
      more: () => [],
    });
    return this.#characters;
  }

  /** Lay out one more of the channels; false where all are there. */
  prepare() {
    if (this.#words && this.#characters) return false;
    return Boolean(this.#words ? this.characters : this.words);
  }

  /** The words of a text as its grams are cut from them. @param {string} text */
  #pieces(text) {
    return this.language.plain(text).toLowerCase().split(SPACE).filter(Boolean);
  }

  /**
   * A question of words; `topics` where the asker names them, else they are read from the words.
   * @param {string} text @param {readonly string[] | null} topics @returns {Question}
   */
  question(text, topics = null) {
    return fill(this.#questions, JSON.stringify([text, topics]), () => {
      /** @type {Map<string, number>} */
      const grams = new Map();
      for (const gram of this.#pieces(text).flatMap(gramsOf)) grams.set(gram, (grams.get(gram) ?? 0) + 1);
      const about = topics === null ? this.language.questionTopics(text) : new Map(topics.map((topic) => [topic, 1]));
      return {
        words: this.words.row(this.language.query(text)),
        characters: this.characters.row(grams),
        topics: this.topicRow(about),
      };
    });
  }

  /** Rows that are nearly the same in words as one, itself among them; the same for everybody. @param {number} row */
  nearDuplicates(row) {
    return fill(this.#nearDuplicates, row, () => this.words.alike(row, figures.near_duplicate));
  }

  /** An opportunity's own rows as a question. @param {number} row @returns {Question} */
  likeness(row) {
    const about = this.topicsOf(row);
    return { words: this.words.own(row), characters: this.characters.own(row), topics: this.topicRow(about) };
  }

  /** How much an opportunity is about each topic, 0 to 1. @param {number} row @returns {Map<string, number>} */
  topicsOf(row) {
    const told = this.opportunities[row].topics.filter(({ topic }) => this.placeOf.has(topic));
    return new Map(told.map(({ topic, confidence }) => [topic, confidence ?? 1]));
  }

  /**
   * Topic weights as shares that sum to 1, spread to parents and children; all zero where nothing is named.
   * @param {Map<string, number>} weights @returns {Float64Array}
   */
  topicRow(weights) {
    const row = Float64Array.from(this.topicOrder, (topic) => weights.get(topic) ?? 0);
    const total = row.reduce((sum, weight) => sum + weight, 0);
    const spread = new Float64Array(row.length);
    if (total === 0) return spread;
    row.forEach((weight, place) => {
      spread[place] += weight / total;
      for (const above of withAncestors(this.topicOrder[place]).slice(1)) {
        const other = /** @type {number} */ (this.placeOf.get(above));
        spread[other] += (weight / total) * figures.parent_share;
        spread[place] += (row[other] / total) * figures.parent_share;
      }
    });
    return spread.map((share) => Math.min(share, 1));
  }

  /** Half the cosine of stems plus half the cosine of character grams, 0 to 1. @param {Question} question */
  textScores(question) {
    const scores = new Float64Array(this.opportunities.length);
    this.words.addScores(question.words, scores);
    this.characters.addScores(question.characters, scores);
    for (let row = 0; row < scores.length; row += 1) scores[row] = rounded(clip(scores[row] / 2, 0, 1));
    return scores;
  }

  /** How much of what the question is about each opportunity is about, 0 to 1. @param {Question} question */
  topicScores({ topics }) {
    const { ends, places, weights } = this.topicRows;
    const scores = new Float64Array(ends.length);
    for (let row = 0, at = 0; row < ends.length; row += 1) {
      let sum = 0;
      for (; at < ends[row]; at += 1) sum += weights[at] * topics[places[at]];
      scores[row] = rounded(clip(sum, 0, 1));
    }
    return scores;
  }

  /** The topics of all opportunities, one behind the other, with how much each is about them; `ends` is where its own end. */
  get topicRows() {
    this.#topicRows ??= this.#layOutTopics();
    return this.#topicRows;
  }

  #layOutTopics() {
    /** @type {[number[], number[]]} */
    const [places, weights] = [[], []];
    const ends = this.opportunities.map((_, row) => {
      for (const [topic, weight] of this.topicsOf(row)) {
        places.push(this.placeOf.get(topic) ?? 0);
        weights.push(weight);
      }
      return places.length;
    });
    return { ends: Int32Array.from(ends), places: Int32Array.from(places), weights: Float64Array.from(weights) };
  }
}

/**
 * Several questions as one: the sum of their rows, each times its weight.
 * @param {readonly {weight: number, question: Question}[]} parts @returns {Question}
 */
export function combine(parts) {
  /** @type {Question} */
  const sum = { words: new Map(), characters: new Map(), topics: new Float64Array(parts[0].question.topics.length) };
  for (const { weight, question } of parts) {
    for (const channel of /** @type {const} */ (["words", "characters"])) {
      for (const [term, share] of question[channel]) {
        sum[channel].set(term, (sum[channel].get(term) ?? 0) + weight * share);
      }
    }
    question.topics.forEach((share, place) => (sum.topics[place] += weight * share));
  }
  return sum;
}
