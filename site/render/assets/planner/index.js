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

/** Title, labels of the topics that its provider states or a person confirmed, and keywords. @param {Opportunity} one */
export function textOf(one) {
  let text = one.title;
  for (const { topic, origin } of one.topics) {
    const label = origin === "guessed" ? undefined : taxonomyTopics().get(topic)?.label;
    if (label !== undefined) text += ` ; ${label}`;
  }
  for (const keyword of one.keywords) text += ` ; ${keyword}`;
  return text;
}

/**
 * One TF-IDF space. A document is a row of words, a word a few terms; the words of all documents are few, so that terms
 * are counted by way of them and no list of documents is kept for each term.
 */
class Channel {
  /** Term to its number. @type {Map<string, number>} */
  vocabulary = new Map();
  /** The terms of each word, as often as they stand in it. @type {number[][]} */
  #terms = [];

  /**
   * @param {string[]} texts one for each document
   * @param {(text: string) => string[]} split a text into words
   * @param {(word: string) => readonly string[]} termsOf the terms of a word
   */
  constructor(texts, split, termsOf) {
    /** @type {Map<string, number>} */
    const numbers = new Map();
    const number = (/** @type {string} */ term) => fill(this.vocabulary, term, () => this.vocabulary.size);
    const learn = (/** @type {string} */ word) => this.#terms.push(termsOf(word).map(number)) - 1;
    /** @type {number[]} */
    const standing = [];
    this.ends = Int32Array.from(texts, (text) => {
      for (const word of split(text)) standing.push(fill(numbers, word, () => learn(word)));
      return standing.length;
    });
    /** The words of all documents, one document behind the other. */
    this.standing = Int32Array.from(standing);
    this.idf = this.#inverseFrequencies();
    this.lengths = this.#lengths();
    this.totals = new Float64Array(texts.length);
    /** Where the documents of each word begin, and these, as often as it stands in them. */
    this.starts = new Int32Array(this.#terms.length + 1);
    this.documents = this.#documentsByWord();
    /** The words of each term, as often as it stands in them. @type {number[][]} */
    this.wordsOf = Array.from(this.vocabulary.keys(), () => []);
    this.#terms.forEach((terms, word) => terms.forEach((term) => this.wordsOf[term].push(word)));
  }

  /** Where the words of a document begin. @param {number} document */
  #start(document) {
    return document === 0 ? 0 : this.ends[document - 1];
  }

  #inverseFrequencies() {
    const { standing, ends } = this;
    const frequencies = new Int32Array(this.vocabulary.size);
    const seen = new Int32Array(this.vocabulary.size).fill(-1);
    for (let document = 0, at = 0; document < ends.length; document += 1) {
      for (; at < ends[document]; at += 1) {
        for (const term of this.#terms[standing[at]]) {
          if (seen[term] === document) continue;
          seen[term] = document;
          frequencies[term] += 1;
        }
      }
    }
    return Float64Array.from(frequencies, (frequency) => Math.log((1 + ends.length) / (1 + frequency)) + 1);
  }

  /** The length of each document's row. A term that stands there once more adds (n + 1)² - n² of its weight squared. */
  #lengths() {
    const { standing, ends, idf } = this;
    const counts = new Int32Array(idf.length);
    const seen = new Int32Array(idf.length).fill(-1);
    return Float64Array.from(ends, (end, document) => {
      let sum = 0;
      for (let at = this.#start(document); at < end; at += 1) {
        for (const term of this.#terms[standing[at]]) {
          if (seen[term] !== document) {
            seen[term] = document;
            counts[term] = 0;
          }
          sum += (2 * counts[term] + 1) * idf[term] * idf[term];
          counts[term] += 1;
        }
      }
      return Math.sqrt(sum);
    });
  }

  #documentsByWord() {
    const { standing, ends, starts } = this;
    for (const word of standing) starts[word + 1] += 1;
    for (let word = 1; word < starts.length; word += 1) starts[word] += starts[word - 1];
    const free = starts.slice();
    const documents = new Int32Array(standing.length);
    for (let document = 0, at = 0; document < ends.length; document += 1) {
      for (; at < ends[document]; at += 1) {
        documents[free[standing[at]]] = document;
        free[standing[at]] += 1;
      }
    }
    return documents;
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
    /** @type {Map<number, number>} */
    const found = new Map();
    for (let at = this.#start(document); at < this.ends[document]; at += 1) {
      for (const term of this.#terms[this.standing[at]]) found.set(term, (found.get(term) ?? 0) + this.idf[term]);
    }
    return toLengthOne(found);
  }

  /** The documents that are at least so like one of them, itself among them. @param {number} document @param {number} least */
  alike(document, least) {
    const { documents, starts, totals } = this;
    totals.fill(0);
    const weights = this.addScores(this.own(document), totals);
    const found = new Set();
    weights.forEach((weight, word) => {
      if (weight === 0) return;
      for (let at = starts[word]; at < starts[word + 1]; at += 1) {
        const total = totals[documents[at]];
        if (total > least - TO_BE_ROUNDED && rounded(total) >= least) found.add(documents[at]);
      }
    });
    return [...found];
  }

  /**
   * Adds the product of a row and each document to `totals`.
   * @param {Map<number, number>} row @param {Float64Array} totals @returns what each word adds to a document of length 1
   */
  addScores(row, totals) {
    const { documents, starts, lengths, idf, wordsOf } = this;
    const weights = new Float64Array(starts.length - 1);
    for (const [term, weight] of row) for (const word of wordsOf[term]) weights[word] += weight * idf[term];
    weights.forEach((weight, word) => {
      if (weight === 0) return;
      for (let at = starts[word]; at < starts[word + 1]; at += 1) totals[documents[at]] += weight / lengths[documents[at]];
    });
    return weights;
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
  const letters = [" ", ...word, " "];
  const [least, most] = figures.character_grams;
  /** @type {string[]} */
  const found = [];
  for (let size = least; size <= most; size += 1) {
    found.push(letters.slice(0, size).join(""));
    for (let at = 1; at + size <= letters.length; at += 1) found.push(letters.slice(at, at + size).join(""));
    if (letters.length <= size) break;
  }
  return found;
}

/** Scores every live opportunity for a question; a row is the place of an opportunity in the order of ids. */
export class Index {
  /** @type {Map<string, Question>} */
  #questions = new Map();
  /** @type {Map<number, number[]>} */
  #nearDuplicates = new Map();
  /** @type {{place: number, weight: number}[][] | undefined} */
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

  /** Stems, laid out when the first question comes. */
  get words() {
    const { language } = this;
    this.#words ??= new Channel(this.#texts, (text) => language.documentWords(text), (word) => language.stemsOf(word));
    return this.#words;
  }

  /** Character grams, laid out when the first question comes. */
  get characters() {
    this.#characters ??= new Channel(this.#texts, (text) => this.#parts(text), gramsOf);
    return this.#characters;
  }

  /** Lay out one more of the channels; false where all are there. */
  prepare() {
    if (this.#words && this.#characters) return false;
    return Boolean(this.#words ? this.characters : this.words);
  }

  get #texts() {
    return this.opportunities.map(textOf);
  }

  /** The words of a text as its grams are cut from them. @param {string} text */
  #parts(text) {
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
      for (const gram of this.#parts(text).flatMap(gramsOf)) grams.set(gram, (grams.get(gram) ?? 0) + 1);
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
    const totals = new Float64Array(this.opportunities.length);
    this.words.addScores(question.words, totals);
    this.characters.addScores(question.characters, totals);
    return totals.map((total) => rounded(clip(total / 2, 0, 1)));
  }

  /** How much of what the question is about each opportunity is about, 0 to 1. @param {Question} question */
  topicScores(question) {
    return Float64Array.from(this.topicRows, (topics) => {
      let sum = 0;
      for (const { place, weight } of topics) sum += weight * question.topics[place];
      return rounded(clip(sum, 0, 1));
    });
  }

  /** For each opportunity the places of its topics, with how much it is about them. */
  get topicRows() {
    this.#topicRows ??= this.opportunities.map((_, row) =>
      Array.from(this.topicsOf(row), ([topic, weight]) => ({ place: this.placeOf.get(topic) ?? 0, weight })),
    );
    return this.#topicRows;
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
