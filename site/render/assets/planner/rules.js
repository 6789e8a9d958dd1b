// The rules as the site ships them: one file, written by render/planner_data.py from what Python itself uses.

import { setUnitNames } from "./counting.js";
import { setTopics } from "./taxonomy.js";

/** @typedef {import("./credential.js").Credential} Credential */
/** @typedef {import("./documents.js").Schema} Schema */
/** @typedef {import("./taxonomy.js").Topic} Topic */

/**
 * One column of our CSV: its name, the field behind it, and the words other tables use for it.
 * @typedef {{name: string, field: string, words: string[]}} Column
 */

/**
 * @typedef {object} TranscriptRules
 * @property {Column[]} columns
 * @property {string[]} needed_columns
 * @property {number} sure_guess out of 100: how alike a header and one of our words have to be
 * @property {Record<string, string>} unit_words
 * @property {string[]} day_formats in the notation of strptime
 */

/**
 * @typedef {object} TableLimits
 * @property {number} largest_file
 * @property {number} most_rows
 * @property {number} last_line
 * @property {number} most_columns
 * @property {number} fewest_columns
 * @property {number} lines_to_judge
 * @property {number} longest_cell
 */

/**
 * @typedef {object} Rules
 * @property {Map<string, Credential>} credentials by id, in the order of ids
 * @property {Credential} own what all targets of one's own share
 * @property {Record<string, string>} unit_names
 * @property {Schema} profile_schema
 * @property {number} plan_days_before
 * @property {TranscriptRules} transcript
 * @property {TableLimits} tables
 * @property {import("./career.js").Goal[]} goals
 */

/** @typedef {Omit<Rules, "credentials"> & {credentials: Record<string, Credential>, topics: Topic[]}} RulesFile */

/**
 * Take over the site's rules; from here on taxonomy.js and counting.js know its topics and units.
 * @param {RulesFile} file the parsed rules.json
 * @returns {Rules}
 */
export function loadRules(file) {
  const { topics, credentials, ...rest } = file;
  setTopics(topics);
  setUnitNames(rest.unit_names);
  return { ...rest, credentials: new Map(Object.entries(credentials)) };
}
