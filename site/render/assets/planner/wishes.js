// What suits the visitor: interests, formats, times, place, memberships; job.js asks for employer and goal. It stands beside the list that it changes.

import { button, field, fill, make, select } from "./dom.js";
import { employerFields, goalFields } from "./job.js";
import { topics } from "./taxonomy.js";
import { words } from "./wording.js";

/**
 * @typedef {import("./profile.js").ProfileDocument} ProfileDocument
 * @typedef {import("./profile.js").FreeTime} FreeTime
 * @typedef {(edit: (draft: any) => void) => void} Change
 */

const DAYS = /** @type {[string, string][]} */ ([["mon", "Mon"], ["tue", "Tue"], ["wed", "Wed"], ["thu", "Thu"], ["fri", "Fri"], ["sat", "Sat"], ["sun", "Sun"]]);
const FORMATS = ["on_demand", "live_online", "in_person", "hybrid"];
const LEVELS = [["basic", "Basic"], ["intermediate", "Intermediate"], ["advanced", "Advanced"]];
const LONGEST = { min: 15, max: 480, step: 15 };
const FARTHEST = { min: 0, max: 500, step: 10 };

/**
 * Build the panel from a profile. It changes the profile with each touch and is built anew only for another profile.
 * @param {Element} place @param {ProfileDocument} document
 * @param {{organizations: string[], packages: {name: string}[]}} sold who has members' prices, and what is bought as a whole
 * @param {readonly import("./career.js").Goal[]} goals @param {Change} change
 */
export function showWishes(place, document, sold, goals, change) {
  fill(
    place,
    topicChips(document, [...topics().values()], change),
    ownWords("Interests in your own words", "interests", document, change, "for example: antibody panels"),
    group("How you like to learn", chips(FORMATS.map((id) => [id, words.delivery[id]]), document.formats ?? [], (chosen) => change((draft) => { draft.formats = chosen; }))),
    slider("Longest at one sitting", LONGEST, document.longest_minutes ?? null, minutesText, (value) => change((draft) => { draft.longest_minutes = value; })),
    group("Level", chips(LEVELS, document.levels ?? [], (chosen) => change((draft) => { draft.levels = chosen; }))),
    freeTimes(document, change),
    home(document, change),
    held("Memberships", "memberships", sold.organizations, document, change),
    held("Subscriptions and bundles you have", "subscriptions", [...new Set(sold.packages.map((one) => one.name))], document, change),
    employerFields(document, change),
    goalFields(document, goals, change),
    setAside(document, change),
  );
}

/** @param {string} legend @param {...Node} children */
const group = (legend, ...children) => make("fieldset", { class: "inner" }, make("legend", {}, legend), ...children);

/** Chips that go on and off. @param {string[][]} options @param {string[]} chosen @param {(chosen: string[]) => void} set */
function chips(options, chosen, set) {
  const on = new Set(chosen);
  const made = options.map(([value, label]) => {
    const box = make("input", { type: "checkbox", value, checked: on.has(value) });
    box.addEventListener("change", () => {
      if (box.checked) on.add(value);
      else on.delete(value);
      set([...on]);
    });
    return make("label", { class: "chip-choice" }, box, make("span", {}, label));
  });
  return make("div", { class: "chips" }, ...made);
}

/** @param {ProfileDocument} document @param {import("./taxonomy.js").Topic[]} known @param {Change} change */
function topicChips(document, known, change) {
  /** @type {string[]} */
  let chosen = document.topics ?? [];
  const part = (/** @type {typeof known} */ shown) => {
    const ids = new Set(shown.map((topic) => topic.id));
    return chips(shown.map((topic) => [topic.id, topic.label]), chosen, (on) => {
      chosen = [...chosen.filter((id) => !ids.has(id)), ...on.filter((id) => ids.has(id))];
      change((draft) => { draft.topics = chosen; });
    });
  };
  const narrow = known.filter((topic) => topic.parent !== null);
  const more = make("details", { open: narrow.some((topic) => chosen.includes(topic.id)) }, make("summary", {}, "More exactly"), part(narrow));
  return group("Topics", part(known.filter((topic) => topic.parent === null)), more);
}

/** A list of the visitor's own words. @param {string} label @param {"interests" | "memberships" | "subscriptions"} name @param {ProfileDocument} document @param {Change} change @param {string} [hint] @param {(text: string) => boolean} [shown] */
function ownWords(label, name, document, change, hint, shown = () => true) {
  /** @type {string[]} */
  let said = [...(document[name] ?? [])];
  const list = make("ul", { class: "own-words" });
  const input = make("input", { type: "text", maxlength: "200", placeholder: hint ?? null, autocomplete: "off" });
  const set = (/** @type {string[]} */ next) => {
    said = next;
    change((draft) => { draft[name] = [...(draft[name] ?? []).filter((/** @type {string} */ one) => !shown(one)), ...said.filter(shown)]; });
    lay();
  };
  const lay = () => fill(list, ...said.filter(shown).map((text) => make("li", {}, make("span", {}, text), button("Remove", () => set(said.filter((one) => one !== text)), { "aria-label": `Remove ${text}` }))));
  const add = () => {
    const text = input.value.trim();
    input.value = "";
    if (text && !said.includes(text)) set([...said, text]);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  });
  lay();
  return make("div", { class: "own-words-field" }, field(label, input), button("Add", add, { "aria-label": `Add to: ${label}` }), list);
}

/**
 * A slider that may be off. It tells every move at once.
 * @param {string} label @param {{min: number, max: number, step: number}} range @param {number | null} value
 * @param {(value: number) => string} text @param {(value: number | null) => void} set
 */
export function slider(label, range, value, text, set) {
  const input = make("input", { type: "range", ...range, value: value ?? range.max });
  const any = make("input", { type: "checkbox", checked: value === null });
  const output = make("output");
  const tell = () => {
    const said = text(Number(input.value));
    output.textContent = any.checked ? "" : said;
    input.setAttribute("aria-valuetext", any.checked ? "does not matter" : said);
  };
  input.addEventListener("input", () => {
    any.checked = false;
    tell();
    set(Number(input.value));
  });
  any.addEventListener("change", () => {
    tell();
    set(any.checked ? null : Number(input.value));
  });
  tell();
  return make("div", { class: "slider" }, field(label, input), make("p", { class: "line" }, output, make("label", { class: "note" }, any, " does not matter")));
}

/** @param {number} minutes */
const minutesText = (minutes) => (minutes < 60 ? `${minutes} minutes` : `${minutes / 60} ${minutes === 60 ? "hour" : "hours"}`);

/** The weekly windows; one without a day says nothing. @param {ProfileDocument} document @param {Change} change */
function freeTimes(document, change) {
  /** @type {FreeTime[]} */
  const free = (document.free_times ?? []).map((/** @type {FreeTime} */ one) => ({ ...one }));
  const place = make("div");
  const tell = () => change((draft) => {
    draft.free_times = free.filter(({ days, after, before }) => days.length > 0 && after && before && after < before);
    if (draft.free_times.length > 0) draft.time_zone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  });
  const add = () => {
    free.push({ days: [], after: "08:00:00", before: "20:00:00" });
    lay();
  };
  const drop = (/** @type {number} */ at) => {
    free.splice(at, 1);
    lay();
    tell();
  };
  const lay = () => {
    if (free.length === 0) return add();
    fill(place, ...free.map((one, at) => freeTime(one, at, tell, free.length > 1 ? () => drop(at) : null)), button("Add other days or hours", add, { "data-key": "free-add" }));
  };
  lay();
  return group("When you are free for live dates", place);
}

/** One weekly window, changed in place. @param {FreeTime} one @param {number} at @param {() => void} tell @param {(() => void) | null} drop */
function freeTime(one, at, tell, drop) {
  const named = at === 0 ? "" : `, window ${at + 1}`;
  const time = (/** @type {"after" | "before"} */ edge, /** @type {string} */ label) => {
    const input = make("input", { type: "time", value: one[edge].slice(0, 5), "aria-label": `${label}${named}` });
    input.addEventListener("change", () => {
      one[edge] = input.value && `${input.value}:00`;
      tell();
    });
    return input;
  };
  const days = chips(DAYS, one.days, (on) => {
    one.days = DAYS.map(([id]) => id).filter((id) => on.includes(id));
    tell();
  });
  const remove = drop && button("Remove", drop, { "aria-label": `Remove window ${at + 1}`, "data-key": `free-${at}` });
  return make("div", { class: "window", role: "group", "aria-label": `Free days and hours${named}` }, days, make("p", { class: "line" }, time("after", "Free from"), " to ", time("before", "Free until"), remove));
}

/** @param {ProfileDocument} document @param {Change} change */
function home(document, change) {
  const regions = [...(/** @type {HTMLTemplateElement | null} */ (globalThis.document.querySelector("template[data-regions]"))?.content.querySelectorAll("option") ?? [])];
  const city = make("input", { type: "text", value: document.home?.city ?? "", maxlength: "200", autocomplete: "off" });
  const region = select([["", "not told"], ...regions.map((one) => /** @type {[string, string]} */ ([one.value, one.textContent ?? ""]))], document.home?.region ?? "");
  const set = (/** @type {any} */ told) => change((draft) => {
    const next = { country: "US", ...draft.home, city: city.value.trim() || null, region: region.value || null, ...told };
    for (const key of ["city", "region", "miles"]) if (next[key] === null || next[key] === undefined) delete next[key];
    draft.home = next.city || next.region || next.miles !== undefined ? next : null;
  });
  city.addEventListener("change", () => set({}));
  region.addEventListener("change", () => set({}));
  const miles = slider("How far you would travel", FARTHEST, document.home?.miles ?? null, (value) => `${value} miles`, (value) => set({ miles: value }));
  return group("Where you are", make("div", { class: "fields" }, field("City", city), field("State", region)), miles);
}

/** What is held already: the known names as chips, others in own words. @param {string} legend @param {"memberships" | "subscriptions"} name @param {string[]} known @param {ProfileDocument} document @param {Change} change */
function held(legend, name, known, document, change) {
  const offered = new Set(known);
  const boxes = chips(known.map((one) => [one, one]), (document[name] ?? []).filter((/** @type {string} */ one) => offered.has(one)), (on) => {
    change((draft) => { draft[name] = [...(draft[name] ?? []).filter((/** @type {string} */ one) => !offered.has(one)), ...on]; });
  });
  return group(legend, ...(known.length > 0 ? [boxes] : []), ownWords("Another", name, document, change, undefined, (text) => !offered.has(text)));
}

/** What was liked or hidden can be taken back. @param {ProfileDocument} document @param {Change} change */
function setAside(document, change) {
  const hidden = document.disliked?.length ?? 0;
  const liked = document.liked?.length ?? 0;
  if (hidden + liked === 0) return null;
  return make(
    "p",
    { class: "line" },
    `You liked ${liked} and hid ${hidden}. `,
    hidden > 0 && button("Show what I hid", () => change((draft) => { draft.disliked = []; })),
    liked > 0 && button("Forget my likes", () => change((draft) => { draft.liked = []; })),
  );
}
