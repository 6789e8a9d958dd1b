// What to take next: the ranked list with its reasons, and why something stands where it does, or is not there.

import { arrange, button, field, fill, folded, icon, make } from "./dom.js";
import { counted, creditsText, money, whenText } from "./wording.js";

/**
 * @typedef {import("./load.js").Opportunity} Opportunity
 * @typedef {{id: string, title: string, kind: string, provider: string, url: string, sample: boolean, score: number,
 *   parts: Record<string, number>, reasons: string[], unknowns: string[], opportunity: Opportunity,
 *   closes: {credential: string, thousandths: number | null}[],
 *   price: {minor: number | null, currency: string | null, reason: string}}} Suggestion
 * @typedef {{like: (id: string) => void, hide: (id: string) => void, take: (id: string, on: string) => void,
 *   preview: (closes: Suggestion["closes"]) => void, isLiked: (id: string) => boolean, today: string, base: string}} Acts
 */

const PARTS = /** @type {Record<string, string>} */ ({
  need: "closes what you need",
  text: "your interests",
  topic: "your topics",
  deadline: "it presses",
  fit: "suits you",
  price: "price",
});

/**
 * What stands in the list: what was said when it was drawn, and how it takes over what changes without being seen.
 * @typedef {{said: string, element: HTMLElement, takeOver: (suggestion: Suggestion) => void}} Item
 */

/** By the list's element, then by id. @type {WeakMap<Element, Map<string, Item>>} */
const standing = new WeakMap();

/** Fill the list; what says the same as before stays as it is. @param {Element} place @param {Suggestion[]} suggestions @param {Acts} acts */
export function showNext(place, suggestions, acts) {
  if (suggestions.length === 0) {
    standing.delete(place);
    const link = make("a", { href: `${acts.base}where-to-look/` }, "See where to look");
    fill(place, make("li", { class: "empty" }, "Nothing in the catalog closes what is still needed. ", link));
    return;
  }
  const before = standing.get(place) ?? new Map();
  const items = new Map(suggestions.map((one) => [one.id, itemOf(one, acts, before.get(one.id))]));
  standing.set(place, items);
  arrange(place, Array.from(items.values(), ({ element }) => element));
}

/** @param {Suggestion} suggestion @param {Acts} acts @param {Item | undefined} before @returns {Item} */
function itemOf(suggestion, acts, before) {
  const { id, title, provider, reasons, unknowns, price, opportunity } = suggestion;
  const said = JSON.stringify([title, provider, reasons, unknowns, price, opportunity, acts.isLiked(id)]);
  if (before?.said !== said) return { said, ...item(suggestion, acts) };
  before.takeOver(suggestion);
  return before;
}

/** @param {Suggestion} suggestion @param {Acts} acts @returns {Pick<Item, "element" | "takeOver">} */
function item(suggestion, acts) {
  const { id, title, opportunity } = suggestion;
  let newest = suggestion;
  const link = make("a", { href: `${acts.base}o/${id}/`, "data-key": `title-${id}` }, title);
  const show = () => acts.preview(newest.closes);
  const clear = () => acts.preview([]);
  const why = folded(make("summary", { class: "mark", "aria-label": `Why here: ${title}` }, icon("question"), "Why here"), () => partsTable(newest.parts, acts.base), { class: "mark-fold", "data-key": `why-${id}` });
  const element = make(
    "li",
    { class: "suggestion", "data-id": id, onpointerenter: show, onpointerleave: clear, onfocusin: show, onfocusout: clear },
    make("h3", {}, link),
    worth(opportunity, suggestion.price),
    make("p", {}, whenText(opportunity, acts.today) ?? unknown("Format not stated"), " · ", suggestion.provider),
    make("ul", { class: "reasons" }, ...suggestion.reasons.map((reason) => make("li", {}, reason))),
    suggestion.unknowns.length > 0 && make("p", { class: "quiet" }, `Not known: ${suggestion.unknowns.join("; ")}`),
    make("div", { class: "marks" }, ...buttons(suggestion, acts), why),
  );
  const takeOver = (/** @type {Suggestion} */ next) => {
    newest = next;
    why.querySelector("summary + *")?.replaceWith(partsTable(next.parts, acts.base));
  };
  return { element, takeOver };
}

/** @param {Suggestion["parts"]} parts @param {string} base */
function partsTable(parts, base) {
  const rows = Object.entries(parts).map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, PARTS[name] ?? name), make("td", { class: "number" }, value.toFixed(2))));
  return make("div", {}, make("table", { class: "parts-table" }, make("caption", {}, "Each part from 0 to 1. "), make("tbody", {}, ...rows)), make("p", { class: "quiet" }, make("a", { href: `${base}ranking/` }, "How the list is ranked")));
}

/** @param {string} text */
export const unknown = (text) => make("span", { class: "unknown" }, text);

/** Credit and price, the largest line. @param {Opportunity} opportunity @param {Suggestion["price"]} price */
function worth(opportunity, price) {
  const said = price.minor === null ? unknown("Price not stated") : make("span", { class: price.minor === 0 && "free" }, money(price.minor, price.currency));
  return make("p", { class: "card-worth" }, creditsText(opportunity) ?? unknown("Credit not stated"), "\u00a0· ", said);
}

/** Like, hide, taken. @param {Suggestion} suggestion @param {Acts} acts */
function buttons({ id, title }, acts) {
  const liked = acts.isLiked(id);
  const like = button("Like", () => acts.like(id), { "aria-pressed": String(liked), "aria-label": `Like: ${title}`, "data-key": `like-${id}`, class: "mark" });
  like.prepend(icon("heart"));
  const hide = button("Hide", () => acts.hide(id), { "aria-label": `Hide: ${title}`, "data-key": `hide-${id}`, class: "mark" });
  hide.prepend(icon("hide"));
  const taken = folded(make("summary", { class: "mark", "aria-label": `Taken: ${title}` }, icon("check"), "Taken"), () => takenFields(id, acts), { class: "mark-fold", "data-key": `taken-${id}` });
  return [like, hide, taken];
}

/** @param {string} id @param {Acts} acts */
function takenFields(id, { take, today }) {
  const on = make("input", { type: "date", value: today, max: today });
  const add = button("Add it", () => on.value && take(id, on.value));
  return make("div", { class: "line" }, field("Finished on", on), add);
}

/**
 * Steps toward a goal.
 * @param {Element} place
 * @param {{goal: string, steps: {id: string, title: string, reasons: string[], asks_for: string[], price: Suggestion["price"], opportunity: Opportunity}[]}} answer
 * @param {{today: string, base: string}} where
 */
export function showSteps(place, { goal, steps }, { today, base }) {
  const items = steps.map(({ id, title, reasons, asks_for: asked, price, opportunity }) =>
    make(
      "li",
      { class: "suggestion" },
      make("h4", {}, make("a", { href: `${base}o/${id}/` }, title)),
      worth(opportunity, price),
      make("p", {}, whenText(opportunity, today) ?? unknown("Format not stated"), " · ", opportunity.provider_name),
      make("ul", { class: "reasons" }, ...reasons.map((reason) => make("li", {}, reason)), ...asked.map((words) => make("li", {}, `Asks for: ${words}`))),
    ),
  );
  const none = make("p", { class: "empty" }, "No step that we know. Try your employer, or the providers of degrees and certificates.");
  fill(place, make("h3", {}, `Toward ${goal}`), items.length > 0 ? make("ol", { class: "suggestions" }, ...items) : none);
}

/** `Showing 10 of 84` or nothing. @param {number} shown @param {number | undefined} all */
export const countLine = (shown, all) => (all === undefined ? counted(shown, "suggestion") : `${shown} of ${counted(all, "that counts", "that count")} for you`);

/**
 * Why one opportunity is listed where it is, or why it is not.
 * @param {Element} place
 * @param {{id: string, title: string, listed: boolean, place: number | null, blocked: string[], rules: string[], behind: string[], suggestion: Suggestion | null}} verdict
 * @param {string} base
 */
export function showWhy(place, verdict, base) {
  const stands = verdict.place === null ? "It is not in your list." : verdict.place === 1 ? "It stands first in your list." : `It stands at place ${verdict.place} in your list.`;
  const list = (/** @type {string} */ head, /** @type {string[]} */ lines) => lines.length > 0 && make("div", {}, make("h4", {}, head), make("ul", { class: "reasons" }, ...lines.map((line) => make("li", {}, line))));
  fill(
    place,
    make("h3", { tabindex: "-1" }, make("a", { href: `${base}o/${verdict.id}/` }, verdict.title)),
    make("p", {}, make("strong", {}, stands)),
    list("What keeps it out", verdict.blocked),
    list("What each rule says", verdict.rules),
    list("Why you might take it", verdict.suggestion?.reasons ?? []),
    list("What stands before it", verdict.behind),
  );
}

/** Titles to choose from. @param {Element} place @param {{id: string, title: string, provider: string}[]} found @param {(id: string) => void} choose */
export function showFound(place, found, choose) {
  if (found.length === 0) {
    fill(place, make("p", { class: "empty" }, "No title has these words. Try fewer."));
    return;
  }
  fill(place, make("ul", { class: "found" }, ...found.map((one) => make("li", {}, button(one.title, () => choose(one.id), { class: "found-title" }), make("span", { class: "note" }, ` ${one.provider}`)))));
}

