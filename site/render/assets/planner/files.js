// The profile as a file: saved with one click, read by the command line too, and loaded without losing what is there.

import { handOver, say } from "./dom.js";
import { readProfile, writeProfile } from "./profile.js";
import { textOf } from "./sheets.js";

/** @typedef {import("./profile.js").ProfileDocument} ProfileDocument */

const NAME = "my-ce-profile.json";
const PROBLEMS_SHOWN = 8;

/** Save the profile where the visitor says. @param {ProfileDocument} document */
export function save(document) {
  handOver(NAME, writeProfile(document), "application/json");
}

/**
 * Read a profile file. A bad one changes nothing: its problems are said, with their lines.
 * @param {File} file @param {import("./rules.js").Rules} rules @returns {Promise<ProfileDocument | null>}
 */
export async function load(file, rules) {
  try {
    return readProfile(await textOf(file, rules.tables), file.name, rules);
  } catch (error) {
    sayProblems(`${file.name} was not taken over. What you had is unchanged.`, error);
    return null;
  }
}

/** Say what is wrong with a file, line by line. @param {string} text @param {unknown} error */
export function sayProblems(text, error) {
  const problems = /** @type {{problems?: {line?: number | null, field?: string | null, message?: string, reason?: string}[]}} */ (error).problems;
  const lines = problems?.length ? problems.map(problemLine) : [error instanceof Error ? error.message : String(error)];
  const more = lines.length - PROBLEMS_SHOWN;
  say(text, { problem: true, lines: more > 0 ? [...lines.slice(0, PROBLEMS_SHOWN), `and ${more} more`] : lines });
}

/** `line 3, amount: is no amount`. @param {{line?: number | null, field?: string | null, message?: string, reason?: string}} problem */
export function problemLine({ line, field, message, reason }) {
  const where = [line ? `line ${line}` : "", field ?? ""].filter(Boolean).join(", ");
  return where ? `${where}: ${message ?? reason}` : String(message ?? reason);
}
