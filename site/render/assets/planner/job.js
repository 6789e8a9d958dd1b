// What comes with the job: what the employer pays, and where the next years should lead.

import { field, make, select } from "./dom.js";
import { topics } from "./taxonomy.js";

/** @typedef {import("./profile.js").ProfileDocument} ProfileDocument */
/** @typedef {(edit: (draft: any) => void) => void} Change */
/** A number of `employer_pays`. @typedef {{name: string, label: string, most: number, step?: string, hint?: string}} Pay */

const MOST_DOLLARS = 1_000_000;

/** @type {Pay[]} */
const PAYS = [
  { name: "allowance_per_year", label: "CE allowance a year, in dollars", most: MOST_DOLLARS, step: "0.01" },
  { name: "allowance_used", label: "Used of it this year", most: MOST_DOLLARS, step: "0.01" },
  { name: "tuition_percent", label: "Share of tuition paid back, in percent", most: 100 },
  { name: "tuition_cap", label: "Tuition a year at most, in dollars", most: MOST_DOLLARS, step: "0.01" },
  { name: "tuition_used", label: "Used of that this year", most: MOST_DOLLARS, step: "0.01" },
  { name: "service_months", label: "Months you must then stay", most: 600 },
];

/** @param {ProfileDocument} document @param {Change} change */
export function employerFields(document, change) {
  const employer = make("input", { type: "text", value: document.employer ?? "", maxlength: "200", autocomplete: "organization" });
  employer.addEventListener("change", () => change((draft) => { draft.employer = employer.value.trim() || null; }));
  const pays = PAYS.map((pay) => payField(pay, document, change));
  const told = document.employer !== undefined || document.employer_pays !== undefined;
  return make("details", { class: "inner-fold", open: told }, make("summary", {}, "What your employer pays"), field("Employer", employer, "For courses that are free to its staff."), ...pays);
}

/** @param {Pay} pay @param {ProfileDocument} document @param {Change} change */
function payField({ name, label, most, step = "1" }, document, change) {
  const value = document.employer_pays?.[name] ?? "";
  const input = make("input", { type: "number", min: "0", max: most, step, inputmode: "decimal", value });
  input.addEventListener("change", () => {
    if (!input.validity.valid) {
      input.reportValidity();
      return;
    }
    change((draft) => {
      const { [name]: _, ...others } = draft.employer_pays ?? {};
      const next = input.value === "" ? others : { ...others, [name]: Number(input.value) };
      draft.employer_pays = Object.keys(next).length > 0 ? next : null;
    });
  });
  return field(label, input);
}

/** @param {ProfileDocument} document @param {readonly import("./career.js").Goal[]} goals @param {Change} change */
export function goalFields(document, goals, change) {
  const goal = select([["", "none for now"], ...goals.map(({ id, label }) => /** @type {[string, string]} */ ([id, label]))], document.goal ?? "");
  const specialty = select([["", "not told"], ...[...topics().values()].filter(({ parent }) => parent === null).map(({ id, label }) => /** @type {[string, string]} */ ([id, label]))], document.goal_topic ?? "");
  goal.addEventListener("change", () => change((draft) => { draft.goal = goal.value || null; }));
  specialty.addEventListener("change", () => change((draft) => { draft.goal_topic = specialty.value || null; }));
  const told = document.goal !== undefined;
  return make("details", { class: "inner-fold", open: told }, make("summary", {}, "Where you want to get"), field("Goal", goal, "Steps toward it get a list of their own, and studies come into the list above."), field("Specialty", specialty));
}
