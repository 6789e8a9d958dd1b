// The three questions: what is held, when each expires, what is done so far. They fill a profile and are filled from one.

import { button, field, make, marked, select } from "./dom.js";
import { topics } from "./taxonomy.js";
import { amount, day, inside } from "./wording.js";

/**
 * @typedef {import("./profile.js").ProfileDocument} ProfileDocument
 * @typedef {import("./credential.js").Credential} Credential
 * @typedef {{id: string, when: HTMLElement, done: HTMLElement, write: () => any}} Row
 *   One credential or target: its place in the second and third question, and what was answered.
 */

/** @type {[string, string][]} How a credential is held, in the visitor's words. */
const STATUS = [
  ["active", "Nothing special"],
  ["first", "This is my first renewal period"],
  ["on_leave", "I am on leave"],
  ["voluntary", "I hold it voluntarily"],
  ["expired", "It has expired"],
];

/** @type {Record<string, string>} */
const CALM = {
  first: "Some boards ask less in the first period. Where we read so, it is counted.",
  on_leave: "Leave may not move your deadline; ask the board.",
  voluntary: "Then nothing is owed by force; what the body asks of others is shown as a guide.",
  expired: "It can usually be taken up again. What the body asks for that is shown, where we read it.",
};

const SPECIALTY_TOPICS = ["blood_bank", "chemistry", "hematology", "microbiology", "immunology", "molecular", "cytogenetics", "histology", "cytology"];

/** The three questions. `answered` is called with what the visitor said. */
export class Questions {
  /** @type {Map<string, Row>} */ #rows = new Map();
  #form = /** @type {HTMLFormElement} */ (marked("questions"));

  /**
   * @param {import("./rules.js").Rules} rules
   * @param {string} today
   * @param {(answers: {credentials: any[], targets: any[]}) => void} answered
   */
  constructor(rules, today, answered) {
    this.rules = rules;
    this.today = today;
    this.#form.addEventListener("change", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.name === "credential") this.#follow();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      answered(this.#answers());
    });
    marked("own-target").addEventListener("click", () => {
      const ids = new Set(this.#rows.keys());
      const id = ["my-target", ...Array.from({ length: 50 }, (_, number) => `my-target-${number + 2}`)].find((one) => !ids.has(one)) ?? "my-target";
      this.#add(this.#targetRow({ id, name: "", unit: "hours", total: "", starts_on: today, due_on: "", parts: [] }));
      this.#lay();
      this.#rows.get(id)?.when.querySelector("input")?.focus();
    });
  }

  /** Show what a profile says. @param {ProfileDocument} document */
  show(document) {
    this.#rows.clear();
    const held = new Map((document.credentials ?? []).map((/** @type {any} */ one) => [one.id, one]));
    for (const box of this.#boxes()) {
      box.checked = held.has(box.value);
      if (box.checked) box.closest("details.more-choices")?.setAttribute("open", "");
    }
    for (const one of held.values()) this.#add(this.#heldRow(one));
    for (const target of document.targets ?? []) this.#add(this.#targetRow(target));
    this.#lay();
  }

  #boxes() {
    return /** @type {NodeListOf<HTMLInputElement>} */ (this.#form.querySelectorAll("input[name=credential]"));
  }

  /** Rows for what is ticked and not yet asked about; none for what is not ticked any more. */
  #follow() {
    for (const box of this.#boxes()) {
      if (box.checked && !this.#rows.has(box.value)) this.#add(this.#heldRow({ id: box.value }));
      if (!box.checked) this.#rows.delete(box.value);
    }
    this.#lay();
  }

  /** @param {Row} row */
  #add(row) {
    this.#rows.set(row.id, row);
  }

  #lay() {
    const rows = [...this.#rows.values()];
    for (const [name, part] of /** @type {const} */ ([["when", "when"], ["done", "done"]])) {
      marked(name).hidden = rows.length === 0;
      const place = marked(`${name}-rows`);
      for (const row of rows) if (row[part].parentElement !== place) place.append(row[part]);
      for (const child of [...place.children]) if (!rows.some((row) => row[part] === child)) child.remove();
    }
    /** @type {HTMLButtonElement} */ (marked("show")).disabled = rows.length === 0;
  }

  #answers() {
    const said = [...this.#rows.values()].map((row) => row.write());
    return { credentials: said.filter((one) => !("due_on" in one)), targets: said.filter((one) => "due_on" in one) };
  }

  /** @param {any} held A credential as a profile has it. @returns {Row} */
  #heldRow(held) {
    const rule = this.rules.credentials.get(held.id);
    const name = rule?.short_name ?? held.id;
    const done = doneQuestion(name, rule?.unit ?? "hours", held.opening ?? null, (rule?.requirements ?? []).filter((part) => part.kind === "minimum"));
    if (rule && rule.standing !== "active") {
      const calm = make("p", { class: "row" }, make("strong", {}, name), ` ${rule.standing === "no_ce" ? "No CE required by the rule we read. A state license may still ask for it." : "This license has ended; nothing is asked by the rule we read."}`);
      return { id: held.id, when: calm, done: make("p", { class: "row", hidden: true }), write: () => held };
    }
    const expires = make("input", { type: "date", value: held.cycle_end ?? "", min: "1990-01-01", max: "2099-12-31" });
    const status = select(STATUS, held.first_cycle ? "first" : (held.status ?? "active"));
    const calm = make("p", { class: "note", "aria-live": "polite" });
    const hint = () => {
      calm.textContent = CALM[status.value] ?? "";
      calm.hidden = !CALM[status.value];
    };
    status.addEventListener("change", hint);
    hint();
    const specialties = rule?.requirements.some((part) => part.kind === "per_specialty") ? this.#specialties(held) : null;
    const when = make(
      "div",
      { class: "row" },
      field(`${name} expires on`, expires, endsByRule(rule)),
      field(`Anything special about ${name}?`, status),
      calm,
      specialties?.element,
    );
    const write = () => {
      const said = { ...held, ...done.write(), status: status.value === "first" ? "active" : status.value, first_cycle: status.value === "first" };
      if (expires.value) said.cycle_end = expires.value;
      else delete said.cycle_end;
      if (held.cycle_start && held.cycle_end !== said.cycle_end) delete said.cycle_start;
      if (said.status === "active") delete said.status;
      if (!said.first_cycle) delete said.first_cycle;
      return { ...said, ...specialties?.write() };
    };
    return { id: held.id, when, done: done.element, write };
  }

  /** The categories on a Florida license; asked of nobody else. @param {any} held */
  #specialties(held) {
    const chosen = new Set(held.specialties ?? []);
    const fresh = new Set(held.new_specialties ?? []);
    const shown = [...topics().values()].filter((topic) => SPECIALTY_TOPICS.includes(topic.id) || chosen.has(topic.id));
    const boxes = shown.map((topic) => {
      const box = make("input", { type: "checkbox", value: topic.id, checked: chosen.has(topic.id) });
      const isNew = make("input", { type: "checkbox", checked: fresh.has(topic.id) });
      const added = make("label", { class: "note", hidden: !box.checked }, isNew, " just added");
      box.addEventListener("change", () => {
        added.hidden = !box.checked;
      });
      return { id: topic.id, box, isNew, element: make("div", { class: "chip-line" }, make("label", { class: "choice choice-small" }, box, make("span", {}, topic.label)), added) };
    });
    const element = make("fieldset", { class: "inner" }, make("legend", {}, "Specialties on the license"), make("div", { class: "choices" }, ...boxes.map((one) => one.element)));
    const write = () => {
      const on = boxes.filter((one) => one.box.checked);
      return { specialties: on.map((one) => one.id), new_specialties: on.filter((one) => one.isNew.checked).map((one) => one.id) };
    };
    return { element, write };
  }

  /** @param {any} target A target as a profile has it. @returns {Row} */
  #targetRow(target) {
    const name = make("input", { type: "text", value: target.name, required: true, maxlength: "200" });
    const total = make("input", { type: "number", value: target.total, min: "0", max: "10000", step: "0.25", required: true });
    const unit = select([["hours", "hours"], ["points", "points"]], target.unit ?? "hours", { "aria-label": "Counted in" });
    const starts = make("input", { type: "date", value: target.starts_on, required: true });
    const due = make("input", { type: "date", value: target.due_on, required: true });
    /** @type {{id: string, label: HTMLInputElement, needed: HTMLInputElement, topic: HTMLSelectElement, was: any}[]} */
    const parts = [];
    const places = make("div", { class: "rows" });
    const addPart = (/** @type {any} */ part) => {
      const label = make("input", { type: "text", value: part.label, maxlength: "200", required: true });
      const needed = make("input", { type: "number", value: part.needed, min: "0", max: "10000", step: "0.25", required: true });
      const topic = select([["any", "any topic"], ...[...topics().values()].map((one) => /** @type {[string, string]} */ ([one.id, one.label]))], part.topics?.[0] ?? "any");
      const entry = { id: part.id, label, needed, topic, was: part };
      parts.push(entry);
      const row = make("div", { class: "fields" }, field("Category", label), field("Needed", needed), field("About", topic), button("Remove", () => {
        parts.splice(parts.indexOf(entry), 1);
        row.remove();
      }));
      places.append(row);
    };
    for (const part of target.parts ?? []) addPart(part);
    let numbered = parts.length;
    const more = button("Add a category", () => {
      numbered += 1;
      addPart({ id: `part-${numbered}`, label: "", needed: "", topics: ["any"] });
    });
    const done = doneQuestion("my own target", target.unit ?? "hours", target.opening ?? null, []);
    const remove = button("Remove this target", () => {
      this.#rows.delete(target.id);
      this.#lay();
    });
    const when = make(
      "fieldset",
      { class: "row inner" },
      make("legend", {}, "My own target"),
      make("div", { class: "fields" }, field("Name", name), field("In all", total), field("Counted in", unit), field("Counts from", starts), field("Due on", due)),
      places,
      make("p", { class: "line" }, more, remove),
    );
    const write = () => ({
      ...target,
      ...done.write(),
      name: name.value.trim(),
      unit: unit.value,
      total: Number(total.value),
      starts_on: starts.value,
      due_on: due.value,
      parts: parts.map((part) => ({ ...part.was, label: part.label.value.trim(), needed: Number(part.needed.value), topics: part.topic.value === part.was.topics?.[0] ? part.was.topics : [part.topic.value] })),
    });
    return { id: target.id, when, done: done.element, write };
  }
}

/** What a rule says of its own end, for who would have to look the date up. @param {Credential | undefined} rule */
function endsByRule(rule) {
  if (rule?.cycle?.kind !== "fixed" || !rule.cycle.end_month || !rule.cycle.end_day) return "The day stands on your card or in your account. Leave it empty if you do not know.";
  const end = day(`2000-${String(rule.cycle.end_month).padStart(2, "0")}-${String(rule.cycle.end_day).padStart(2, "0")}`).replace(/, .*/, "");
  return `By the rule it ends on ${end}${rule.cycle.even_years ? " of every even year" : ""}. You can leave this empty.`;
}

let groups = 0;

/**
 * The third question for one credential: nothing, about so much, or totals by category.
 * @param {string} name @param {string} unit @param {any} opening @param {{id: string, label: string}[]} minimums
 */
function doneQuestion(name, unit, opening, minimums) {
  groups += 1;
  const group = `done-${groups}`;
  const start = opening === null ? "nothing" : opening.about && Object.keys(opening.by_requirement ?? {}).length === 0 ? "about" : "totals";
  const about = amountInput(start === "about" ? opening.total : "", `About how many ${unit} for ${name}`);
  const total = amountInput(start === "totals" ? opening.total : "");
  const each = minimums.map((part) => ({ id: part.id, input: amountInput(opening?.by_requirement?.[part.id] ?? ""), label: part.label }));
  const totals = make("div", { class: "fields" }, field(`In all, ${unit}`, total), ...each.map((one) => field(`of it ${inside(one.label)}`, one.input)));
  const radio = (/** @type {string} */ value) => make("input", { type: "radio", name: group, value, checked: value === start });
  const radios = { nothing: radio("nothing"), about: radio("about"), totals: radio("totals") };
  const element = make(
    "fieldset",
    { class: "row inner" },
    make("legend", {}, name),
    make("div", { class: "choices" },
      make("label", { class: "choice choice-small" }, radios.nothing, make("span", {}, "Nothing yet")),
      make("div", { class: "chip-line" }, make("label", { class: "choice choice-small" }, radios.about, make("span", {}, "About")), about, make("span", {}, unit)),
      make("label", { class: "choice choice-small" }, radios.totals, make("span", {}, "I'll enter them"))),
    totals,
    make("p", { class: "note" }, "Totals are enough. Single courses can be entered or imported later, beside the result."),
  );
  const follow = () => {
    totals.hidden = !radios.totals.checked;
  };
  element.addEventListener("change", follow);
  about.addEventListener("input", () => {
    radios.about.checked = true;
    follow();
  });
  follow();
  const write = () => {
    if (radios.about.checked && about.value !== "") return { opening: { total: Number(about.value), about: true } };
    const filled = each.filter((one) => one.input.value !== "");
    if (!radios.totals.checked || (total.value === "" && filled.length === 0)) return { opening: undefined };
    const by = Object.fromEntries(filled.map((one) => [one.id, Number(one.input.value)]));
    const sum = Object.values(by).reduce((all, one) => all + one, 0);
    return { opening: { ...opening, total: Math.max(Number(total.value), sum), by_requirement: by, about: false } };
  };
  return { element, write };
}

/** @param {unknown} value @param {string} [label] */
const amountInput = (value, label) => make("input", { type: "number", min: "0", max: "10000", step: "0.25", inputmode: "decimal", value, "aria-label": label ?? null });

/** The questions in one line, once they are answered. @param {ProfileDocument} document @param {Map<string, Credential>} credentials */
export function summary(document, credentials) {
  const held = (document.credentials ?? []).map((/** @type {any} */ one) => `${credentials.get(one.id)?.short_name ?? one.id}${one.cycle_end ? ` until ${day(one.cycle_end)}` : ""}`);
  const targets = (document.targets ?? []).map((/** @type {any} */ one) => `${one.name} (${amount(1000 * one.total, one.unit ?? "hours")})`);
  return [...held, ...targets].join(" · ");
}

