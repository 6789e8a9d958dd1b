// What was done, one by one: entered, imported from a table or pasted; each can be corrected and taken out.

import { button, field, fill, handOver, make, say, select } from "./dom.js";
import { problemLine, sayProblems } from "./files.js";
import { textOf } from "./sheets.js";
import { topics } from "./taxonomy.js";
import { guessMapping, readRows, readTable, writeTranscript } from "./transcript.js";
import { counted, day, words } from "./wording.js";

/** @typedef {import("./wishes.js").Change} Change */

const ROWS_SHOWN = 3;

/**
 * The part "What I have done, one by one".
 * @param {Element} place @param {any} document @param {any} rules @param {string} today @param {Change} change
 */
export function showCredits(place, document, rules, today, change) {
  const entries = (document.transcript ?? []).map((/** @type {any} */ credit, /** @type {number} */ number) => entry(credit, number, change));
  const csv = () => handOver("my-ce-transcript.csv", writeTranscript(document.transcript, rules), "text/csv");
  fill(
    place,
    entries.length > 0 ? make("ul", { class: "entries" }, ...entries) : make("p", { class: "quiet" }, "Nothing is entered one by one yet. Totals by category, in the third question, are enough."),
    make("details", { "data-key": "add-one" }, make("summary", {}, "Add one"), oneForm(today, change)),
    make("details", { "data-key": "import" }, make("summary", {}, "Import a table, or paste one"), importForm(rules, change)),
    entries.length > 0 && make("p", { class: "line" }, button("Save these as CSV", csv)),
  );
}

/** @param {any} credit @param {number} number @param {Change} change */
function entry(credit, number, change) {
  const amount = credit.amount === undefined || credit.amount === null ? "amount not told" : `${credit.amount} ${words.units[credit.unit ?? "unstated"]}`;
  const remove = () => change((draft) => { draft.transcript.splice(number, 1); });
  return make("li", {}, make("span", {}, make("strong", {}, credit.title), make("br"), `${day(credit.completed_on)} · ${amount}${credit.provider ? ` · ${credit.provider}` : ""}`), button("Take out", remove, { "aria-label": `Take out: ${credit.title}` }));
}

/** @param {string} today @param {Change} change */
function oneForm(today, change) {
  const title = make("input", { type: "text", required: true, maxlength: "400" });
  const on = make("input", { type: "date", value: today, max: today, required: true });
  const amount = make("input", { type: "number", min: "0", max: "10000", step: "0.05", inputmode: "decimal" });
  const unit = select(Object.entries(words.units), "pace");
  const provider = make("input", { type: "text", maxlength: "400" });
  const topic = select([["", "not told"], ...[...topics().values()].map((one) => /** @type {[string, string]} */ ([one.id, one.label]))], "");
  const form = make(
    "form",
    { class: "fields" },
    field("Title", title),
    field("Finished on", on),
    field("Amount", amount),
    field("Credit type", unit),
    field("About", topic),
    field("Provider", provider),
    make("button", { type: "submit", class: "button button-quiet button-small" }, "Add it"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const credit = { completed_on: on.value, title: title.value.trim(), unit: unit.value, ...(amount.value && { amount: Number(amount.value) }), ...(provider.value.trim() && { provider: provider.value.trim() }), ...(topic.value && { topics: [topic.value] }) };
    change((draft) => { draft.transcript = [...(draft.transcript ?? []), credit]; });
    form.reset();
    title.focus();
  });
  return form;
}

/** @param {any} rules @param {Change} change */
function importForm(rules, change) {
  const file = make("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv" });
  const pasted = make("textarea", { rows: "5", spellcheck: "false" });
  const mapper = make("div", { class: "mapper", "aria-live": "polite" });
  const read = (/** @type {string} */ text, /** @type {string} */ name) => {
    try {
      showMapper(mapper, readTable(text, name, rules), rules, change);
    } catch (error) {
      mapper.replaceChildren();
      sayProblems(`${name} could not be read as a table. Nothing was changed.`, error);
    }
  };
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    try {
      read(await textOf(chosen, rules.tables), chosen.name);
    } catch (error) {
      sayProblems(`${chosen.name} was not read. Nothing was changed.`, error);
    }
    file.value = "";
  });
  const look = button("Read what I pasted", () => pasted.value.trim() && read(pasted.value, "pasted table"));
  return make("div", { class: "import-form" }, field("A CSV file, from anywhere", file), field("or paste rows, with their heading", pasted), make("p", {}, look), mapper);
}

/** Which column means what, with the first rows in sight; then the import. @param {Element} place @param {any} table @param {any} rules @param {Change} change */
function showMapper(place, table, rules, change) {
  const mapping = guessMapping(table.header, rules);
  const report = make("div", {});
  const attempt = () => readRows(table, mapping, rules);
  const preview = () => {
    try {
      const reading = attempt();
      const lines = reading.problems.slice(0, 8).map(problemLine);
      fill(
        report,
        make("p", {}, `${counted(reading.credits.length, "row")} can be taken over, ${reading.problems.length} cannot.`),
        lines.length > 0 && make("ul", {}, ...lines.map((/** @type {string} */ line) => make("li", {}, line))),
        reading.duplicates.length > 0 && make("p", { class: "quiet" }, `${counted(reading.duplicates.length, "row")} may stand twice: line ${reading.duplicates.map((/** @type {any} */ one) => one.line).join(", ")}.`),
        reading.credits.length > 0 && button(`Take over ${counted(reading.credits.length, "row")}`, () => {
          change((draft) => { draft.transcript = [...(draft.transcript ?? []), ...reading.credits]; });
          say(`${counted(reading.credits.length, "row")} taken over from ${table.name}.${reading.problems.length > 0 ? ` ${reading.problems.length} left out.` : ""}`, { lines });
        }),
      );
    } catch (error) {
      fill(report, make("p", { class: "notice notice-problem" }, error instanceof Error ? error.message : String(error)));
    }
  };
  const isUsual = (/** @type {any} */ column) => column.name in mapping || rules.transcript.needed_columns.includes(column.name);
  const usual = rules.transcript.columns.filter(isUsual);
  const others = rules.transcript.columns.filter((/** @type {any} */ column) => !usual.includes(column));
  const fieldOf = (/** @type {any} */ column) => {
    const options = /** @type {[string, string][]} */ ([["", "no column"], ...table.header.map((/** @type {string} */ name) => [name, name])]);
    const chosen = select(options, mapping[column.name] ?? "");
    chosen.addEventListener("change", () => {
      if (chosen.value) mapping[column.name] = chosen.value;
      else delete mapping[column.name];
      preview();
    });
    return field(column.name.replaceAll("_", " "), chosen);
  };
  const head = make("tr", {}, ...table.header.map((/** @type {string} */ name) => make("th", { scope: "col" }, name)));
  const rows = table.rows.slice(0, ROWS_SHOWN).map((/** @type {any} */ row) => make("tr", {}, ...row.cells.map((/** @type {string} */ cell) => make("td", {}, cell))));
  fill(
    place,
    make("h4", {}, `What is what in ${table.name}?`),
    make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "The first rows, scrolls sideways" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows))),
    make("div", { class: "fields" }, ...usual.map(fieldOf)),
    make("details", {}, make("summary", {}, "More columns"), make("div", { class: "fields" }, ...others.map(fieldOf))),
    report,
  );
  preview();
}
