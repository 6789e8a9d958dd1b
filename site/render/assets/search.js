// Search over the built pages with Pagefind: words, facets and sorting, all in the reader's browser.
// The address carries the whole question (?q=, filters, sort), so a search can be bookmarked and shared.

const base = document.body.dataset.base ?? "/";
const PAGE = 12;
/** From this width on the filters stand beside the results, in CSS pixels (60rem in the style sheet). */
const WIDE = 960;
/** Facets in the order in which people ask. */
const FACETS = [
  ["price", "Price"],
  ["counts", "Should count for"],
  ["credit", "Credit type"],
  ["format", "Format"],
  ["length", "Length"],
  ["topic", "Topic"],
  ["month", "Date"],
  ["when", "Evening or weekend"],
  ["good", "Credit still good in"],
  ["state", "State"],
  ["level", "Level"],
  ["provider", "Provider"],
  ["captions", "Captions"],
  ["kind", "Kind"],
];
/** Values with an order of their own; others stand by their number. @type {Record<string, string[]>} */
const ORDER = {
  price: ["Free", "Paid", "Not stated"],
  length: ["15 minutes or less", "15 to 30 minutes", "30 to 60 minutes", "Over an hour"],
};
/** Facets whose values stand in the order of time, and their words. @type {Record<string, ((value: string) => string) | undefined>} */
const IN_TIME = {
  month: (value) => new Date(`${value}-15T12:00`).toLocaleDateString("en-US", { month: "long", year: "numeric" }),
  good: (value) => value,
};
/** @type {Record<string, "asc" | "desc">} */
const ASCENDING = { date: "asc", price: "asc", expires: "asc", hours: "desc" };

/** @template {HTMLElement} T @param {string} id @returns {T} */
const byId = (id) => /** @type {T} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ (document.querySelector(".search-form"));
const input = /** @type {HTMLInputElement} */ (byId("q"));
const sort = /** @type {HTMLSelectElement} */ (byId("sort"));
const tools = /** @type {HTMLElement} */ (document.querySelector(".search-tools"));

/** The question as it stands in the address. */
function question() {
  const query = new URLSearchParams(location.search);
  const filters = Object.fromEntries(
    FACETS.map(([name]) => [name, query.getAll(name)]).filter(([, values]) => values.length > 0),
  );
  return { words: query.get("q") ?? "", filters, order: query.get("sort") ?? "" };
}

/** Put the form's state into the address without a new page. */
function remember() {
  const query = new URLSearchParams();
  if (input.value.trim()) query.set("q", input.value.trim());
  for (const box of document.querySelectorAll("#filters input:checked")) {
    const { name, value } = /** @type {HTMLInputElement} */ (box);
    query.append(name, value);
  }
  if (sort.value) query.set("sort", sort.value);
  history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
}

/** @param {string} tag @param {string} name @param {string} [text] */
function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}

/** The address of the drawings, as the page's own header has it. */
const sprite = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0] ?? "";
/** @type {Record<string, string>} */
const ACCEPTANCE_ICON = { stated: "check", should: "half", unknown: "question" };

/** A drawing before words. @param {string} name */
function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

/** The line of credit and price; what is not stated is gray. @param {string} text */
function worth(text) {
  const line = make("p", "card-worth");
  text.split(/\s+·\s+/).forEach((part, number) => {
    if (number > 0) line.append("\u00a0· ");
    const kind = /^(Credit|Price) not stated$/.test(part) ? "unknown" : part === "Free" ? "free" : "";
    line.append(kind ? make("span", kind, part) : part);
  });
  return line;
}

/** One result as a card, built from text only, line for line as in the lists. @param {any} result */
function card(result) {
  const { meta } = result;
  const article = make("article", "card");
  const title = make("h3", "");
  const link = /** @type {HTMLAnchorElement} */ (make("a", "", meta.title));
  link.href = result.url;
  title.append(link);
  const [acceptance, counts] = (meta.counts ?? "unknown|").split("|");
  const chip = make("span", `chip chip-${acceptance}`);
  chip.append(drawing(ACCEPTANCE_ICON[acceptance] ?? "question"), counts);
  const chips = make("p", "card-counts");
  chips.append(chip);
  const when = make("p", "card-when");
  when.append(meta.when ?? make("span", "unknown", "Format not stated"));
  const foot = make("p", "card-foot");
  foot.append(make("span", "", [meta.kind, meta.provider].filter(Boolean).join(" · ")), make("span", "", meta.foot));
  article.append(title, worth(meta.worth?.replace(/\s+/g, " ").trim() ?? ""), when, chips, foot);
  return article;
}

/** @param {any} counts @param {any} chosen */
function showFilters(counts, chosen) {
  const place = byId("filter-groups");
  const open = new Set([...place.querySelectorAll("details[open]")].map((element) => element.id));
  const has = (/** @type {string} */ name) =>
    chosen[name] || Object.values(counts[name] ?? {}).some((/** @type {number} */ count) => count > 0);
  const groups = FACETS.filter(([name]) => has(name)).map(([name, label], number) => {
    const group = /** @type {HTMLDetailsElement} */ (make("details", ""));
    group.id = `filter-${name}`;
    group.open = open.has(group.id) || Boolean(chosen[name]) || (open.size === 0 && number < 2 && innerWidth >= WIDE);
    group.append(make("summary", "", label));
    const rank = (/** @type {string} */ value) => (ORDER[name] ?? []).indexOf(value);
    const inTime = IN_TIME[name];
    const values = Object.entries(counts[name] ?? {}).sort(
      (one, other) =>
        rank(one[0]) - rank(other[0]) || (inTime ? 0 : other[1] - one[1]) || one[0].localeCompare(other[0]),
    );
    for (const [value, count] of values) {
      const checked = chosen[name]?.includes(value) ?? false;
      if (count === 0 && !checked) continue;
      const row = make("label", "");
      const box = /** @type {HTMLInputElement} */ (document.createElement("input"));
      Object.assign(box, { type: "checkbox", name, value, checked });
      row.append(box, make("span", "", inTime?.(value) ?? value), make("span", "count", String(count)));
      group.append(row);
    }
    return group;
  });
  const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement : null;
  place.replaceChildren(...groups);
  const pane = /** @type {HTMLDetailsElement} */ (byId("filters"));
  if (pane.hidden) pane.open = innerWidth >= WIDE;
  pane.hidden = groups.length === 0;
  const on = Object.values(chosen).flat().length;
  byId("filters-on").textContent = on ? String(on) : "";
  if (focused?.type === "checkbox") {
    const again = [...place.querySelectorAll("input")].find((box) => box.name === focused.name && box.value === focused.value);
    again?.focus();
  }
}

let asked = 0;

/** @param {any} pagefind */
async function answer(pagefind) {
  const turn = ++asked;
  const { words, filters, order } = question();
  const wanted = Object.fromEntries(Object.entries(filters).map(([name, values]) => [name, { any: values }]));
  const sorting = order in ASCENDING ? { sort: { [order]: ASCENDING[order] } } : {};
  const found = await pagefind.search(words.trim() || null, { filters: wanted, ...sorting });
  if (turn !== asked) return;
  const results = byId("results");
  const more = /** @type {HTMLButtonElement} */ (byId("more"));
  let shown = 0;
  async function showMore() {
    const next = await Promise.all(found.results.slice(shown, shown + PAGE).map((/** @type {any} */ one) => one.data()));
    if (turn !== asked) return;
    const cards = next.map(card);
    if (shown === 0) results.replaceChildren(...cards);
    else results.append(...cards);
    if (shown > 0) cards[0]?.querySelector("a")?.focus();
    shown += cards.length;
    more.hidden = shown >= found.results.length;
  }
  more.onclick = showMore;
  await showMore();
  const count = found.results.length;
  byId("search-count").textContent =
    count === 0 ? "Nothing found. Try fewer words or filters." : `${count} listing${count === 1 ? "" : "s"}`;
  tools.hidden = false;
  showFilters(words.trim() || Object.keys(filters).length ? found.totalFilters ?? found.filters : everything, filters);
}

const pagefind = await import(`${base}pagefind/pagefind.js`);
await pagefind.options({ baseUrl: base, noWorker: true });
const everything = await pagefind.filters();
const first = question();
input.value = first.words;
sort.value = first.order in ASCENDING ? first.order : "";
await answer(pagefind);

const ask = () => {
  remember();
  return answer(pagefind);
};
let waiting = 0;
input.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(ask, 120);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
sort.addEventListener("change", ask);
byId("filters").addEventListener("change", ask);
