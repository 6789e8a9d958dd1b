// A manager's page: a roster or the staff's own profile files, read in this browser; everybody's answer, worst first.

import { localDay } from "../site.js";
import { Asker } from "./asking.js";
import { daysBetween } from "./dates.js";
import { button, fill, make, marked, say } from "./dom.js";
import { problemLine } from "./files.js";
import { workOffline } from "./offline.js";
import { readProfile } from "./profile.js";
import { readRoster } from "./roster.js";
import { loadRules } from "./rules.js";
import { textOf } from "./sheets.js";
import { readTable } from "./transcript.js";
import { amount, counted, day, points } from "./wording.js";

/**
 * @typedef {{name: string, document: any, certificates: Record<string, string>}} Member
 * @typedef {{name: string, credential: any, expires: string | null, left: number | null, still: number | null,
 *   likely: number | null, certificate: string}} TeamRow
 */

const DUE_SOON_DAYS = 90;
const READABLE = /\.(json|csv|tsv|txt)$/i;
const frame = marked("team");
const today = localDay(new Date());
const asker = new Asker(frame, today);

/** @type {any} */
let rules;

/** Read what was dropped; one bad file never hides the good ones. @param {File[]} files */
async function read(files) {
  /** @type {Member[]} */
  const members = [];
  /** @type {string[]} */
  const problems = [];
  for (const file of files) {
    if (!READABLE.test(file.name)) continue;
    try {
      const text = await textOf(file, rules.tables);
      if (/\.json$/i.test(file.name)) {
        const document = readProfile(text, file.name, rules);
        members.push({ name: document.name ?? file.name.replace(/\.json$/i, ""), document, certificates: {} });
      } else {
        const roster = readRoster(readTable(text, file.name, rules), rules);
        members.push(...roster.members);
        problems.push(...roster.problems.map((problem) => `${file.name}, ${problemLine(problem)}`));
      }
    } catch (error) {
      const told = /** @type {{problems?: any[], message: string}} */ (error);
      problems.push(...(told.problems?.length ? told.problems.map((problem) => `${file.name}, ${problemLine(problem)}`) : [`${file.name}: ${told.message}`]));
    }
  }
  if (problems.length > 0) say(`${counted(problems.length, "row or file", "rows or files")} left out.`, { problem: true, lines: problems.slice(0, 12) });
  if (members.length > 0) await answer(members, problems);
  else if (problems.length === 0) say("There is no CSV and no JSON file among these.", { problem: true });
}

/** @param {Member[]} members @param {string[]} problems */
async function answer(members, problems) {
  /** @type {TeamRow[]} */
  const rows = [];
  const readOn = new Set();
  for (const member of members) {
    const owed = await asker.ask("owed", { profile: member.document });
    for (const credential of owed.credentials) {
      rows.push(row(member, credential));
      for (const part of credential.requirements) if (part.read_on) readOn.add(part.read_on);
    }
  }
  rows.sort(worstFirst);
  show(rows, [...readOn].sort(), problems);
}

/** @param {Member} member @param {any} credential @returns {TeamRow} */
function row(member, credential) {
  const expires = credential.cycle && !credential.cycle.looks_back ? credential.cycle.renew_by : null;
  const active = credential.standing === "active";
  return {
    name: member.name,
    credential,
    expires,
    left: expires && daysBetween(today, expires),
    still: active ? credential.still_confirmed : 0,
    likely: active ? credential.still_likely : 0,
    certificate: member.certificates[credential.id] ?? onFile(member.document, credential) ?? "not known",
  };
}

/** `3 of 5`: how many of the counted credits name a certificate's file. @param {any} document @param {any} credential */
function onFile(document, credential) {
  if (!document.transcript?.length) return null;
  const counted_ = new Set(credential.uses_confirmed.filter((/** @type {any} */ use) => use.requirement !== null).map((/** @type {any} */ use) => `${use.title}|${use.completed_on}`));
  const filed = document.transcript.filter((/** @type {any} */ one) => one.certificate_file && counted_.has(`${one.title}|${one.completed_on}`));
  return `${filed.length} of ${counted_.size}`;
}

/** Overdue first, then most needed for each day left, then what is not known, then nothing needed. @param {TeamRow} one @param {TeamRow} other */
function worstFirst(one, other) {
  const [[oneClass, oneWeight], [otherClass, otherWeight]] = [pressing(one), pressing(other)];
  return oneClass - otherClass || oneWeight - otherWeight || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0) || (one.credential.id < other.credential.id ? -1 : 1);
}

/** @param {TeamRow} row @returns {[number, number]} */
function pressing({ still, left }) {
  if (still === null || left === null) return [2, 0];
  if (still === 0) return [3, 0];
  return left < 0 ? [0, left] : [1, -still / (left + 1)];
}

/** @param {TeamRow[]} rows @param {string[]} readOn @param {string[]} problems */
function show(rows, readOn, problems) {
  const place = marked("team-answer");
  place.hidden = false;
  const soon = rows.filter((one) => one.left !== null && one.left <= DUE_SOON_DAYS && one.still !== 0);
  fill(
    place,
    make("p", { class: "plan-headline" }, `${counted(new Set(rows.map((one) => one.name)).size, "person", "people")}; ${soon.length === 0 ? `nobody is due within ${DUE_SOON_DAYS} days with something open.` : `${counted(soon.length, "renewal is", "renewals are")} due within ${DUE_SOON_DAYS} days with something open.`}`),
    make("p", { class: "plan-tools no-print" }, button("Print", () => globalThis.print()), button("Forget these files", () => location.reload())),
    staffTable(rows),
    make("div", { class: "no-print" }, make("h2", {}, "Staff by requirement"), requirementTable(rows)),
    make("p", { class: "quiet" }, `As of ${day(today)}. Rules read on ${readOn.map(day).join(", ") || "days not known"}. From files supplied by staff. Each person's board decides what counts; check its page before you rely on this.`),
    problems.length > 0 && make("p", { class: "quiet" }, `Left out: ${problems.join("; ")}`),
  );
}

/** @param {string} caption @param {string[]} heads @param {Node[]} rows */
const table = (caption, heads, rows) =>
  make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${caption}, scrolls sideways` }, make("table", { class: "stack" }, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...rows)));

/** Never a bare 0, and unknown is never nothing. @param {number | null} still @param {string} unit */
const needed = (still, unit) => (still === null ? "not known" : still === 0 ? "nothing more" : amount(still, unit));

/** @param {TeamRow[]} rows */
function staffTable(rows) {
  const heads = ["Name", "Certification or license", "Expires", "Still needed", "If all likely counts", "Open", "Certificate on file"];
  return table("Everybody, the most pressing first", heads, rows.map((one) => {
    const { credential } = one;
    const open = credential.requirements.filter((/** @type {any} */ part) => part.still_confirmed).map((/** @type {any} */ part) => `${part.label} ${points(part.still_confirmed)}`);
    const cells = [
      credential.short_name,
      one.expires === null ? "not known" : `${day(one.expires)}${one.left !== null && one.left < 0 ? ", overdue" : one.left !== null && one.left <= DUE_SOON_DAYS ? `, in ${counted(one.left, "day")}` : ""}`,
      needed(one.still, credential.unit),
      needed(one.likely, credential.unit),
      one.still === 0 ? "Nothing more needed by the rules we know" : open.join("; ") || "Check with the board",
      one.certificate,
    ];
    return make("tr", {}, make("th", { scope: "row" }, one.name), ...cells.map((text, place) => make("td", { "data-label": heads[place + 1] }, make("span", {}, text))));
  }));
}

/** Each open requirement over the whole team, the one that most is needed of first. @param {TeamRow[]} rows */
function requirementTable(rows) {
  /** @type {Map<string, {held: string, label: string, unit: string, people: [string, number][]}>} */
  const lines = new Map();
  for (const one of rows) {
    for (const part of one.credential.requirements) {
      if (!part.still_confirmed) continue;
      const key = JSON.stringify([one.credential.short_name, part.label, one.credential.unit]);
      const line = lines.get(key) ?? { held: one.credential.short_name, label: part.label, unit: one.credential.unit, people: /** @type {[string, number][]} */ ([]) };
      line.people.push([one.name, part.still_confirmed]);
      lines.set(key, line);
    }
  }
  const total = (/** @type {{people: [string, number][]}} */ line) => line.people.reduce((sum, [, needed]) => sum + needed, 0);
  const sorted = [...lines.values()].sort((one, other) => total(other) - total(one) || (one.held + one.label < other.held + other.label ? -1 : 1));
  const heads = ["Requirement", "Needed together", "Who"];
  return table("The requirement that most is needed of first", heads, sorted.map((line) => {
    const people = line.people.sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
    const cells = [amount(total(line), line.unit), people.map(([name, needed]) => `${name} ${points(needed)}`).join("; ")];
    return make("tr", {}, make("th", { scope: "row" }, `${line.held}: ${line.label}`), ...cells.map((text, place) => make("td", { "data-label": heads[place + 1] }, make("span", {}, text))));
  }));
}

/** The files of what was dropped, folders walked through. @param {DataTransfer} transfer @returns {Promise<File[]>} */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null && entry !== undefined);
  return entries.length > 0 ? (await Promise.all(entries.map(walk))).flat() : [...transfer.files];
}

/** @param {any} entry @returns {Promise<File[]>} */
async function walk(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  /** @type {File[]} */
  /** @type {File[]} */
  const found = [];
  for (;;) {
    const some = /** @type {any[]} */ (await new Promise((resolve, reject) => reader.readEntries(resolve, reject)));
    if (some.length === 0) break;
    found.push(...(await Promise.all(some.map(walk))).flat());
  }
  return found;
}

try {
  const found = await fetch(asker.data.rules);
  if (!found.ok) throw new Error(`the rules could not be loaded (${found.status})`);
  rules = loadRules(await found.json());
  for (const mark of ["files", "folder"]) {
    marked(mark).addEventListener("change", (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target);
      read([...(input.files ?? [])]);
    });
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    marked("drop").classList.add("over");
  });
  document.addEventListener("dragleave", () => marked("drop").classList.remove("over"));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    marked("drop").classList.remove("over");
    if (event.dataTransfer) read(await filesOf(event.dataTransfer));
  });
  marked("plainly").hidden = true;
  marked("drop").hidden = false;
  workOffline();
} catch (error) {
  say("This page could not be made ready. Load it again.", { problem: true, lines: [error instanceof Error ? error.message : String(error)] });
}
