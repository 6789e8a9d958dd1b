// What a static page cannot say by itself: how old the data is, which dates have passed, and the reader's own time.
// Everything here compares the reader's clock with what stands on the page; nothing is sent anywhere.

const STALE_AFTER_DAYS = 3;
const DAY = 86_400_000;

/** Today as YYYY-MM-DD in the reader's own zone. @param {Date} now */
export function localDay(now) {
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** Mark what ended before today. @param {Document} page @param {string} today */
export function dimPast(page, today) {
  for (const element of page.querySelectorAll("[data-ends]")) {
    const past = (/** @type {HTMLElement} */ (element).dataset.ends ?? "") < today;
    (element.closest(".card") ?? element).classList.toggle("past", past);
  }
  const sessions = [...page.querySelectorAll(".sessions [data-ends]")];
  const gone = page.querySelector("[data-gone]");
  if (gone instanceof HTMLElement && sessions.length > 0) {
    gone.hidden = !sessions.every((session) => session.classList.contains("past"));
  }
}

/** Add the reader's own time where it differs. @param {Document} page */
export function addOwnTimes(page) {
  const own = new Intl.DateTimeFormat("en-US", { weekday: "short", hour: "numeric", minute: "2-digit" });
  const weekday = new Intl.DateTimeFormat("en-US", { weekday: "short" });
  const clock = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit" });
  for (const element of page.querySelectorAll("time[data-yours]")) {
    const moment = new Date(/** @type {HTMLTimeElement} */ (element).dateTime);
    const start = clock.format(moment).replace("\u202f", " ");
    const shown = element.textContent ?? "";
    if (!Number.isNaN(moment.getTime()) && !shown.includes(start)) {
      const note = page.createElement("span");
      note.className = "note";
      const sameDay = (element.closest(".agenda li, .sessions li, p")?.textContent ?? "").includes(weekday.format(moment));
      note.textContent = `(${(sameDay ? clock : own).format(moment).replace("\u202f", " ")} yours)`;
      element.append(" ", note);
    }
  }
}

/** Say when listings were read, and say so loudly when that is long ago. @param {Document} page @param {Date} now */
async function showFreshness(page, now) {
  const base = page.body.dataset.base ?? "/";
  const answer = await fetch(`${base}status.json`);
  if (!answer.ok) return;
  const { data_date: read } = await answer.json();
  if (typeof read !== "string") return;
  const when = new Date(`${read}T12:00:00`);
  const words = when.toLocaleDateString("en-US", { year: "numeric", month: "short", day: "numeric" });
  const stale = now.getTime() - when.getTime() > STALE_AFTER_DAYS * DAY;
  for (const line of page.querySelectorAll("[data-freshness]")) {
    const link = line.querySelector("a");
    if (link) link.textContent = stale ? `Listings were last read ${words}: check the provider's page` : `Listings read ${words}`;
    line.toggleAttribute("data-stale", stale);
  }
}

/** What only some pages need of the visitor's own profile: marks beside listings, a greeting on the home page. */
const OWN = /** @type {[string, () => Promise<unknown>][]} */ ([
  ["[data-opportunity]", () => import("./planner/marks.js")],
  ["[data-returning]", () => import("./planner/home.js")],
]);

const now = new Date();
dimPast(document, localDay(now));
addOwnTimes(document);
showFreshness(document, now).catch((error) => console.info("The freshness line stays as it is:", error.message));
for (const [where, load] of OWN) {
  if (document.querySelector(where)) load().catch((error) => console.info("This page works without your profile:", error.message));
}
