// Still needed, told twice: a tube for each credential, a bar for each requirement, and the same as a table.

import { button, draw, fill, icon, make } from "./dom.js";
import { amount, day, inside, pace, points } from "./wording.js";

/**
 * @typedef {import("./shortfall.js").CredentialOwed} CredentialOwed
 * @typedef {import("./shortfall.js").RequirementOwed} RequirementOwed
 * @typedef {{check: (figure: string, value: number | null) => void, uncheck: (figure: string) => void}} Checking
 *   "I checked" (no value) and "change it" (a value, in the credential's own unit).
 */

const MOST_MARKS = 60;
const LABELS_AT_MOST = 8;
const EVERY = [1, 2, 5, 10, 20, 50, 100];
const CONFIDENCE = /** @type {Record<string, string>} */ ({ high: "sure", medium: "fairly sure", low: "not sure" });

/** Fill the part "Still needed". @param {Element} place @param {{today: string, credentials: CredentialOwed[]}} owed @param {Checking} checking */
export function showNeeded(place, owed, checking) {
  fill(place, ...owed.credentials.map((credential) => section(credential, owed.today, checking)));
}

/** @param {CredentialOwed} credential @param {string} today @param {Checking} checking */
function section(credential, today, checking) {
  const id = `owed-${credential.id}`;
  const requirements = [...credential.requirements].sort(
    (one, other) => Number(one.still_confirmed === 0) - Number(other.still_confirmed === 0) || (other.still_confirmed ?? 0) - (one.still_confirmed ?? 0),
  );
  const barred = requirements.filter((part) => part.needed);
  const likely = likelySentence(credential);
  const open = credential.standing === "active";
  return make(
    "section",
    { class: "owed", "aria-labelledby": id, "data-credential": credential.id },
    make("h3", { id }, credential.name),
    make("p", { class: "still" }, make("strong", {}, sentence(credential, today)), likely && make("br"), likely && make("span", { class: "quiet" }, likely)),
    statusNote(credential),
    credential.total ? tube(`tube-${credential.id}`, credential.name, credential.unit, credential.total, credential) : null,
    open && barred.length > 1 && make("ul", { class: "parts" }, ...barred.map((part) => barItem(credential, part))),
    requirements.length > 0 && open ? table(credential, requirements, checking) : null,
    unsure(credential),
  );
}

/** @param {CredentialOwed} credential @param {string} today */
export function sentence(credential, today) {
  const { unit } = credential;
  if (credential.standing !== "active") return "No CE required by the rule we read.";
  if (credential.total === null || credential.still_confirmed === null) {
    return `${amount(credential.confirmed, unit)} so far. Nobody we read states the total: check with the board.`;
  }
  if (credential.still_confirmed === 0) return "Nothing more needed by the rules we know.";
  const counted = `${points(credential.confirmed)} of ${amount(credential.total, unit)}.`;
  const more = points(credential.still_confirmed);
  if (credential.plan_by === null) return `${counted} ${more} more.`;
  return `${counted} ${more} more by ${day(credential.plan_by)}${pace(credential.still_confirmed, today, credential.plan_by)}.`;
}

/** @param {CredentialOwed} credential */
function likelySentence({ still_likely: likely, still_confirmed: confirmed }) {
  if (likely === null || likely === confirmed) return null;
  if (likely === 0) return "If everything likely counts: nothing more needed by the rules we know.";
  return `If everything likely counts: ${points(likely)} more.`;
}

/** The calm line for who is not simply active. @param {CredentialOwed} credential */
function statusNote(credential) {
  const said = /** @type {Record<string, string>} */ ({
    on_leave: "You are on leave. Leave may not move your deadline; ask the board.",
    voluntary: "You hold this voluntarily: nothing is owed by force.",
    expired: "This has expired. What the body asks to take it up again is counted here; ask the body before you begin.",
  })[credential.status];
  return said ? make("p", { class: "notice" }, said) : null;
}

/** @param {number} part @param {number} whole */
const percent = (part, whole) => `${whole ? Math.round((100_000 * part) / whole) / 1000 : 0}%`;

/** What is solid and what is hatched of a tube or bar. @param {number} needed @param {{confirmed: number, likely: number}} told */
function filling(needed, told) {
  const solid = Math.min(told.confirmed, needed);
  return { solid, hatched: Math.max(0, Math.min(told.likely, needed) - solid) };
}

/** @param {string} name @param {string} unit @param {number} needed @param {number} solid @param {number} hatched */
const label = (name, unit, needed, solid, hatched) =>
  `${name}: ${points(solid)} of ${points(needed)} ${unit} confirmed, ${points(hatched)} more likely, ${points(needed - solid - hatched)} still needed`;

/**
 * The graduated tube, lying on its side and filled from its closed end.
 * @param {string} id @param {string} name @param {string} unit @param {number} needed @param {{confirmed: number, likely: number}} told
 */
export function tube(id, name, unit, needed, told) {
  const { solid, hatched } = filling(needed, told);
  const glass = { x: 1, y: 1, width: "110%", height: 24, rx: 12 };
  const inner = draw(
    "svg",
    { x: 0, y: 4, width: "100%", height: 26 },
    draw("clipPath", { id }, draw("rect", glass)),
    draw("rect", { class: "tube-glass", ...glass }),
    draw(
      "g",
      { "clip-path": `url(#${id})` },
      draw("rect", { class: "tube-confirmed", width: percent(solid, needed), height: 26 }),
      draw("rect", { class: "tube-likely", x: percent(solid, needed), width: percent(hatched, needed), height: 26, fill: "url(#hatch)" }),
      draw("rect", { class: "tube-preview", x: percent(solid + hatched, needed), width: 0, height: 26 }),
    ),
    draw("rect", { class: "tube-wall", ...glass }),
  );
  const lip = draw("svg", { x: "100%", y: 0, width: 1, height: 34, overflow: "visible" }, draw("rect", { class: "tube-lip", x: -3, y: 1, width: 3, height: 32, rx: 1.5 }));
  const said = { role: "img", "aria-label": label(name, unit, needed, solid, hatched) };
  const drawn = draw("svg", { class: "tube", width: "100%", height: 54, ...said }, inner, lip, ...marks(needed));
  drawn.setAttribute("data-needed-thousandths", String(needed));
  drawn.setAttribute("data-filled-thousandths", String(solid + hatched));
  return drawn;
}

/** A line for each unit or rounder step, a number at every rounder one and at the end. @param {number} needed */
function* marks(needed) {
  const step = 1000 * (EVERY.find((every) => needed <= MOST_MARKS * every * 1000) ?? 100);
  const numbered = 1000 * (EVERY.find((every) => needed <= LABELS_AT_MOST * every * 1000) ?? 100);
  const line = (/** @type {number} */ at, /** @type {boolean} */ long) =>
    draw("line", { class: "tube-mark", x1: percent(at, needed), x2: percent(at, needed), y1: 5, y2: long ? 15 : 10 });
  const number = (/** @type {number} */ at, /** @type {string} */ anchor) =>
    draw("text", { class: "tube-number", x: percent(at, needed), y: 49, "text-anchor": anchor }, points(at));
  yield number(0, "start");
  for (let at = step; at < needed; at += step) {
    const long = at % numbered === 0 && needed - at >= numbered * 0.6;
    yield line(at, long);
    if (long) yield number(at, "middle");
  }
  yield number(needed, "end");
}

/** @param {CredentialOwed} credential @param {RequirementOwed} part */
function barItem(credential, part) {
  const needed = part.needed ?? 0;
  const { solid, hatched } = filling(needed, part);
  const id = `bar-${credential.id}-${part.id}`;
  const round = { width: "100%", height: 12, rx: 6 };
  const bar = draw(
    "svg",
    { class: "bar", width: "100%", height: 12, role: "img", "aria-label": label(part.label, credential.unit, needed, solid, hatched) },
    draw("rect", { class: "tube-glass", ...round }),
    draw("clipPath", { id }, draw("rect", round)),
    draw(
      "g",
      { "clip-path": `url(#${id})` },
      draw("rect", { class: "tube-confirmed", width: percent(solid, needed), height: 12 }),
      draw("rect", { x: percent(solid, needed), width: percent(hatched, needed), height: 12, fill: "url(#hatch)" }),
    ),
    draw("rect", { class: "tube-wall", x: 0.75, y: 0.75, width: "calc(100% - 1.5px)", height: 10.5, rx: 5.25 }),
  );
  const still = part.still_confirmed ? `${points(part.still_confirmed)} to go` : "nothing more";
  return make("li", {}, make("p", {}, make("span", {}, part.label), make("span", {}, still)), bar);
}

/** The same as a table in sight, each figure with where it was read. @param {CredentialOwed} credential @param {RequirementOwed[]} requirements @param {Checking} checking */
function table(credential, requirements, checking) {
  const heads = ["Requirement", "Asked", "Confirmed", "Still needed", "If all likely counts", "Figure"];
  const head = make("tr", {}, ...heads.map((text, place) => make("th", { scope: "col", class: place > 0 && place < 5 && "number" }, text)));
  const rows = requirements.map((part) => row(credential, part, heads, checking));
  return make(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": `${credential.short_name} as a table, scrolls sideways` },
    make("table", { class: "stack" }, make("caption", {}, "The same as a table, with sources"), make("thead", {}, head), make("tbody", {}, ...rows)),
  );
}

/** @param {CredentialOwed} credential @param {RequirementOwed} part @param {string[]} heads @param {Checking} checking */
function row(credential, part, heads, checking) {
  const numbers = [part.needed, part.confirmed, part.still_confirmed, part.still_likely];
  const cells = numbers.map((value, place) => {
    const text = value === null ? make("span", { class: "unknown" }, place === 0 ? "not found" : "not known") : value === 0 && place > 1 ? "nothing more" : points(value);
    return make("td", { class: "number", "data-label": heads[place + 1].replace(" counts", "") }, text);
  });
  const figure = make("td", { "data-label": heads[5] }, source(credential, part, checking));
  return make("tr", {}, make("th", { scope: "row" }, part.label), ...cells, figure);
}

/** "?": where a figure was read, how old that is, and what the visitor can do about it. @param {CredentialOwed} credential @param {RequirementOwed} part @param {Checking} checking */
function source(credential, part, checking) {
  const sure = part.checked ? "you checked it" : part.confidence ? CONFIDENCE[part.confidence] : "not found";
  const key = `${credential.id}.${part.id}`;
  const lines = [
    part.source_url && make("a", { href: part.source_url, rel: "noopener nofollow" }, "Where we read it"),
    part.source_dated && `The page: ${part.source_dated}.`,
    part.read_on && `We read it ${day(part.read_on)}.`,
    part.note,
  ];
  const body = make("div", { class: "source" }, ...lines.filter(Boolean).map((line) => make("p", {}, line)), figureActions(credential, part, key, checking));
  return make("details", { class: "figure", "data-key": key }, make("summary", { "aria-label": `${part.label}: source, age and confidence` }, make("span", { class: "figure-mark", "aria-hidden": "true" }, "?"), ` ${sure}`), body);
}

/** @param {CredentialOwed} credential @param {RequirementOwed} part @param {string} key @param {Checking} checking */
function figureActions(credential, part, key, checking) {
  const { figure } = part;
  if (figure === null) return null;
  if (part.checked) return button("Take my check back", () => checking.uncheck(figure), { "data-key": `${key}.undo` });
  const typed = make("input", { type: "number", min: "0", max: "10000", step: "0.5", "aria-label": `${part.label}: the figure you found, in ${credential.unit}` });
  const change = () => typed.value !== "" && typed.validity.valid && checking.check(figure, Number(typed.value));
  return make(
    "p",
    { class: "line" },
    button("I checked", () => checking.check(figure, null), { "data-key": `${key}.check`, "aria-label": `I checked: ${inside(part.label)}` }),
    typed,
    button("Change it", change, { "data-key": `${key}.change`, "aria-label": `Change it: ${inside(part.label)}` }),
  );
}

/** @param {CredentialOwed} credential */
function unsure(credential) {
  const lines = [...credential.unsure, ...credential.notes];
  if (lines.length === 0) return null;
  const open = credential.still_confirmed === 0 && credential.unsure.length > 0;
  return make("details", { "data-key": `unsure-${credential.id}`, open }, make("summary", {}, icon("question"), " What is not confirmed"), make("ul", {}, ...lines.map((line) => make("li", {}, line))));
}

/**
 * Show in the tubes what one course would add, or nothing. A course that pays two credentials fills both.
 * @param {Element} place @param {{credential: string, thousandths: number | null}[]} closes
 */
export function preview(place, closes) {
  for (const one of place.querySelectorAll("[data-credential]")) {
    const adds = closes.filter((share) => share.credential === one.getAttribute("data-credential"));
    const drawn = one.querySelector(".tube");
    const shown = drawn?.querySelector(".tube-preview");
    if (!drawn || !shown) continue;
    const needed = Number(drawn.getAttribute("data-needed-thousandths"));
    const filled = Number(drawn.getAttribute("data-filled-thousandths"));
    const adding = Math.min(needed - filled, adds.reduce((sum, share) => sum + (share.thousandths ?? 0), 0));
    shown.setAttribute("width", percent(Math.max(0, adding), needed));
  }
}
