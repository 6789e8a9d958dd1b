// Making and finding elements. Text always enters as text: nothing here or elsewhere in the planner parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, unknown>} Attributes  Names as in HTML; `on...` are listeners; true and false set and drop. */

/** @template {Element} E @param {E} element @param {Attributes} attributes @param {Child[]} children @returns {E} */
function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * One HTML element with its attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Attributes} [attributes] @param {...Child} children @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** One SVG element. @param {string} tag @param {Attributes} [attributes] @param {...Child} children */
export function draw(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

/** The element of a `data-` mark. Throws where the page has none. @template {HTMLElement} [E=HTMLElement] @param {string} mark @returns {E} */
export function marked(mark) {
  const element = document.querySelector(`[data-${mark}]`);
  if (!(element instanceof HTMLElement)) throw new Error(`this page has no [data-${mark}]`);
  return /** @type {E} */ (element);
}

/** Fill a place anew. @param {Element} place @param {...Child} children */
export function fill(place, ...children) {
  keeping(place, () => {
    place.replaceChildren();
    dress(place, {}, children);
  });
}

/** Let these and no others stand in a place, in this order; what stands right already is not touched. @param {Element} place @param {readonly Element[]} elements */
export function arrange(place, elements) {
  const wanted = new Set(elements);
  keeping(place, () => {
    for (const one of [...place.children]) if (!wanted.has(one)) one.remove();
    elements.forEach((one, at) => {
      if (place.children[at] !== one) place.insertBefore(one, place.children[at] ?? null);
    });
  });
}

/** Change a place; what had the focus (by its `data-key`) has it again, and what was open is. @param {Element} place @param {() => void} change */
function keeping(place, change) {
  const focused = document.activeElement;
  const key = focused instanceof HTMLElement && place.contains(focused) ? focused.dataset.key : undefined;
  const opened = new Set([...place.querySelectorAll("details[open][data-key]")].map((one) => one.getAttribute("data-key")));
  change();
  for (const one of place.querySelectorAll("details[data-key]:not([open])")) {
    if (opened.has(one.getAttribute("data-key"))) one.setAttribute("open", "");
  }
  if (key === undefined || document.activeElement === focused) return;
  const again = [...place.querySelectorAll("[data-key]")].find((one) => one.getAttribute("data-key") === key);
  if (again instanceof HTMLElement) again.focus();
}

/** What opens below a summary; its inside is made when it is opened. @param {HTMLElement} summary @param {() => Node} inside @param {Attributes} attributes */
export function folded(summary, inside, attributes) {
  const made = make("details", attributes, summary);
  made.addEventListener("toggle", () => {
    summary.nextSibling?.remove();
    if (made.open) made.append(inside());
  });
  return made;
}

/** A button. @param {string} label @param {() => void} press @param {Attributes} [attributes] */
export function button(label, press, attributes = {}) {
  return make("button", { type: "button", class: "button button-quiet button-small", onclick: press, ...attributes }, label);
}

let fields = 0;

/**
 * A labelled field: the label first, then the input, then its hint.
 * @template {HTMLElement} E
 * @param {string} label @param {E} input @param {string} [hint]
 */
export function field(label, input, hint) {
  fields += 1;
  input.id ||= `field-${fields}`;
  const described = hint ? make("span", { class: "note", id: `${input.id}-hint` }, hint) : null;
  if (described) input.setAttribute("aria-describedby", described.id);
  return make("div", { class: "field" }, make("label", { for: input.id }, label), input, described);
}

/** A choice of values. @param {[string, string][]} options Value and label. @param {string} chosen @param {Attributes} [attributes] */
export function select(options, chosen, attributes = {}) {
  const made = options.map(([value, label]) => make("option", { value, selected: value === chosen }, label));
  return make("select", attributes, ...made);
}

/** One icon of the page's sprite, taken from an icon that stands in the page already. @param {string} name */
export function icon(name) {
  const known = document.querySelector("svg.icon use")?.getAttribute("href") ?? "";
  const use = draw("use", { href: `${known.split("#")[0]}#${name}` });
  return draw("svg", { class: "icon", "aria-hidden": "true" }, use);
}

const NOTE_MS = 8_000;

/**
 * Say something in the page's live region. A plain note goes by itself; a problem, or what can be undone, stays.
 * @param {string} text @param {{problem?: boolean, lines?: string[], undo?: () => void}} [more]
 */
export function say(text, { problem = false, lines = [], undo } = {}) {
  const list = lines.length > 0 && make("ul", {}, ...lines.map((line) => make("li", {}, line)));
  const close = button("Close", () => message.remove(), { "aria-label": "Close this message" });
  const message = make("div", { class: problem ? "notice notice-problem" : "notice" }, make("p", {}, text), undo && button("Undo", undo), close, list);
  if (!problem && !undo) setTimeout(() => message.remove(), NOTE_MS);
  marked("messages").replaceChildren(message);
}

/** Hand a file to the visitor. Nothing is sent. @param {string} name @param {string} text @param {string} type */
export function handOver(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
