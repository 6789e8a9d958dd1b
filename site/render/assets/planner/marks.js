// Like, hide and taken beside every listing: they go into the visitor's own profile, wherever that is kept.

import { draw, make } from "./dom.js";
import { hold, keep, kept, visit } from "./keeping.js";
import { isIn, toggleIn } from "./likes.js";

/** @typedef {import("./keeping.js").Record} Record */
/** @typedef {import("./likes.js").List} List */
/** @typedef {{id: string, title: string, isCard: boolean, after: () => void}} Listing */

const base = document.body.dataset.base ?? "/";
const sprite = (document.querySelector("svg.icon use")?.getAttribute("href") ?? "").split("#")[0];

const mine = await kept();
/** @type {Record} */
const record = mine ?? visit() ?? { document: { version: 1 } };

/** Keep what was changed where the profile lies: in this browser if the visitor said so, else for this visit. */
async function remember() {
  record.saved = false;
  if (mine) await keep(record);
  else if (!hold(record)) throw new Error("This browser keeps nothing");
}

/** One button of a listing; on a card it is the icon alone. @param {Listing} listing @param {List} list @param {string} label @param {string} mark */
function toggle({ id, title, isCard, after }, list, label, mark) {
  const icon = draw("svg", { class: "icon", "aria-hidden": "true" }, draw("use", { href: `${sprite}#${mark}` }));
  const made = make("button", { type: "button", class: "mark", "aria-label": `${label}: ${title}`, title: label }, icon, !isCard && label);
  const show = () => made.setAttribute("aria-pressed", String(isIn(record.document, list, id)));
  made.addEventListener("click", async () => {
    toggleIn(record.document, list, id);
    try {
      await remember();
    } catch (error) {
      toggleIn(record.document, list, id);
      made.replaceChildren(error instanceof Error ? error.message : String(error));
    }
    after();
  });
  show();
  return { made, show };
}

for (const place of document.querySelectorAll("[data-opportunity]")) {
  const id = place.getAttribute("data-opportunity") ?? "";
  const aside = () => place.classList.toggle("set-aside", isIn(record.document, "disliked", id));
  const after = () => {
    for (const one of buttons) one.show();
    aside();
  };
  const isCard = place.matches(".card");
  const listing = { id, title: place.querySelector("h1, h3")?.textContent ?? "", isCard, after };
  const buttons = [toggle(listing, "liked", "Like", "heart"), toggle(listing, "disliked", "Hide", "hide")];
  const taken = isCard ? null : make("a", { class: "mark", href: `${base}plan/#taken=${encodeURIComponent(id)}` }, "I took this");
  const row = make("span", { class: "marks" }, ...buttons.map((one) => one.made), taken);
  (place.querySelector("[data-marks]") ?? place).append(row);
  aside();
}
