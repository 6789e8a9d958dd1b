// The plan: what closes everything, by month, with its price, its proof, and one thing exchanged for another.

import { button, field, fill, handOver, icon, make, say } from "./dom.js";
import { Overtaken } from "./asking.js";
import { amount, counted, day, inside, money, month, shortDay } from "./wording.js";

/**
 * @typedef {import("./plan.js").PlanDocument} Plan
 * @typedef {import("./plan.js").PlanItemDocument} Item
 * @typedef {Item["closes"][number]} Share
 * @typedef {{ask: (options: object) => Promise<Plan>, change: (edit: (draft: any) => void) => void, take: (id: string, on: string) => void,
 *   document: () => any, today: string, base: string}} Doing
 */

const OBJECTIVES = /** @type {[string, string][]} */ ([["cheapest", "Cheapest"], ["quickest", "Fewest hours"], ["interesting", "Most interesting"]]);
const ACCEPTANCE = /** @type {Record<string, string>} */ ({ stated: "the provider states it", should: "should count under this rule", unknown: "not known" });
const LEFT_OUT_SHOWN = 12;

/** The part "Plan": its questions stay, its answer is filled anew. Nothing is asked for before the first `refresh`. */
export class PlanView {
  #objective = "cheapest";
  /** What the visitor exchanged: never planned again in this visit. @type {string[]} */ #without = [];
  /** @type {Plan | null} */ #plan = null;
  #answer = make("div", { class: "plan-answer", "aria-live": "polite" });

  /** @param {Element} place @param {Doing} doing */
  constructor(place, doing) {
    this.doing = doing;
    fill(this.#answer, make("p", { class: "quiet" }, "Working out the plan …"));
    fill(place, this.#controls(), this.#answer);
  }

  #controls() {
    const radios = OBJECTIVES.map(([value, label]) => {
      const radio = make("input", { type: "radio", name: "objective", value, checked: value === this.#objective });
      radio.addEventListener("change", () => {
        this.#objective = value;
        this.refresh();
      });
      return make("label", { class: "chip-choice" }, radio, make("span", {}, label));
    });
    const document = this.doing.document();
    const budget = make("input", { type: "number", min: "0", max: "100000", step: "5", inputmode: "decimal", value: document.budget ? Number(document.budget.amount) : "" });
    budget.addEventListener("change", () => {
      if (!budget.validity.valid) return;
      const amount = budget.value;
      this.doing.change((draft) => { draft.budget = amount === "" ? null : { ...draft.budget, amount: Number(amount), currency: draft.budget?.currency ?? "USD" }; });
    });
    const ahead = make("input", { type: "number", min: "0", max: "366", value: document.plan_days_before ?? 30 });
    ahead.addEventListener("change", () => {
      if (!ahead.validity.valid || ahead.value === "") return;
      this.doing.change((draft) => { draft.plan_days_before = Number(ahead.value); });
    });
    return make(
      "div",
      { class: "plan-controls" },
      make("fieldset", { class: "inner" }, make("legend", {}, "Make the plan"), make("div", { class: "chips" }, ...radios)),
      field("Most you would spend, in dollars", budget, "Empty: no limit."),
      field("Be done how many days before the deadline", ahead),
    );
  }

  /** Plan anew. */
  async refresh() {
    this.#answer.setAttribute("aria-busy", "true");
    try {
      this.#plan = await this.#ask(this.#without);
    } catch (error) {
      if (error instanceof Overtaken) return;
      fill(this.#answer, make("p", { class: "notice" }, error instanceof Error ? error.message : String(error)));
      return;
    } finally {
      this.#answer.removeAttribute("aria-busy");
    }
    this.#show(this.#plan);
  }

  /** @param {string[]} without */
  async #ask(without) {
    return await this.doing.ask({ objective: this.#objective, without });
  }

  /** @param {Plan} plan */
  #show(plan) {
    fill(
      this.#answer,
      make("p", { class: "plan-headline" }, plan.headline),
      plan.items.length > 0 && this.#tools(plan),
      ...this.#months(plan),
      ...plan.packages.map((one) => make("p", { class: "notice" }, `Buy ${one.name}${one.times > 1 ? ` ${one.times} times` : ""}: ${money(one.cost, plan.currency)}${one.saves ? `, ${money(one.saves, plan.currency)} cheaper than paying for each alone` : ""}.`)),
      ...[...plan.gaps.map((gap) => gap.words), ...plan.notes].map((text) => make("p", { class: "notice gap" }, text)),
      plan.out_of_pocket !== plan.cost && make("p", {}, `Your employer's allowance leaves ${money(plan.out_of_pocket, plan.currency)} for you.`),
      this.#leftOut(plan),
      make("p", { class: "proof quiet" }, `${plan.proof.words} Check before you pay.`),
    );
  }

  /** @param {Plan} plan */
  *#months(plan) {
    /** @type {Map<string, Item[]>} */
    const months = new Map();
    for (const item of plan.items) months.set(item.when.slice(0, 7), [...(months.get(item.when.slice(0, 7)) ?? []), item]);
    for (const [key, items] of months) {
      yield make("h3", { class: "plan-month" }, month(`${key}-01`));
      yield make("ul", { class: "plan-items" }, ...items.map((item) => this.#item(item, plan)));
    }
  }

  /** @param {Item} item @param {Plan} plan */
  #item(item, plan) {
    const box = make("input", { type: "checkbox", "aria-label": `Done: ${item.title}` });
    box.addEventListener("change", () => this.doing.take(item.id, this.doing.today));
    const when = item.date ? shortDay(item.when, this.doing.today) : `any time, for example by ${shortDay(item.when, this.doing.today)}`;
    const replace = button("Replace", () => this.#replace(item, plan), { "data-key": `replace-${item.id}`, "aria-label": `Replace: ${item.title}`, class: "mark no-print" });
    replace.prepend(icon("swap"));
    return make(
      "li",
      { class: "plan-item", "data-id": item.id },
      box,
      make(
        "div",
        {},
        make("p", { class: "plan-title" }, make("a", { href: `${this.doing.base}o/${item.id}/` }, item.title), make("span", { class: "note" }, ` ${item.provider}`)),
        make("p", {}, make("span", { class: item.cost === 0 && "free" }, item.cost === 0 ? item.reason : `Your price ${money(item.cost, plan.currency)}`), ` · ${when}`),
        make("p", { class: "quiet" }, `closes ${closing(item.closes)}`),
      ),
      replace,
    );
  }

  /** @param {Plan} plan */
  #leftOut(plan) {
    const { without_price: unpriced, only_likely: likely } = plan.proof;
    if (unpriced + likely === 0) return null;
    const lines = [
      unpriced > 0 && `${counted(unpriced, "course")} without a known price or credit: an unknown price is never taken for 0.`,
      likely > 0 && `${counted(likely, "course")} that would only probably count.`,
    ].filter(Boolean);
    const offered = plan.likely.slice(0, LEFT_OUT_SHOWN).map((one) => make("li", {}, make("a", { href: `${this.doing.base}o/${one.id}/` }, one.title)));
    return make("details", { class: "left-out no-print", "data-key": "left-out" }, make("summary", {}, "Left out"), make("ul", {}, ...lines.map((line) => make("li", {}, line))), offered.length > 0 && make("p", {}, "These would probably count. Look at them, and ask your board:"), offered.length > 0 && make("ul", {}, ...offered));
  }

  /** One item exchanged: the plan without it, and what that changes. @param {Item} item @param {Plan} before */
  async #replace(item, before) {
    const without = [...this.#without, item.id];
    const place = this.#answer.querySelector(`[data-id="${CSS.escape(item.id)}"]`);
    const after = await this.#ask(without).catch((error) => {
      if (!(error instanceof Overtaken)) say(error.message, { problem: true });
      return null;
    });
    if (after === null || !place) return;
    const had = new Set(before.items.map((one) => one.id));
    const added = after.items.filter((one) => !had.has(one.id));
    const use = button("Use it", () => {
      this.#without = without;
      this.#plan = after;
      this.#show(after);
      this.#answer.querySelector("h3, p")?.scrollIntoView({ block: "nearest" });
    });
    const keep = button("Keep the plan as it was", () => offer.remove());
    const instead = added.length > 0 ? `Instead: ${added.map((one) => `${one.title} (${money(one.cost, after.currency)})`).join("; ")}.` : "Nothing takes its place.";
    const offer = make("div", { class: "notice offer" }, make("p", {}, make("strong", {}, difference(before, after))), make("p", {}, instead), make("p", { class: "line" }, use, keep));
    place.querySelector(".offer")?.remove();
    place.append(offer);
    use.focus();
  }

  /** Print, calendar, share: always in reach. @param {Plan} plan */
  #tools(plan) {
    const calendar = async () => {
      const { planCalendar } = await import("./calendar.js");
      handOver("my-ce-plan.ics", planCalendar(plan, new Date()), "text/calendar");
    };
    const back = this.#without.length > 0 && button("Take my exchanges back", () => {
      this.#without = [];
      this.refresh();
    });
    const tool = (/** @type {string} */ label, /** @type {string} */ mark, /** @type {() => void} */ press) => {
      const made = button(label, press);
      made.prepend(icon(mark));
      return made;
    };
    return make("p", { class: "plan-tools no-print" }, tool("Print", "print", () => globalThis.print()), tool("Add to calendar", "calendar", calendar), tool("Share as a file", "out", () => share(plan)), back);
  }
}

/** `1 of MLT(ASCP) safety, 1.5 of MLT(AMT) ... (should count under this rule)`. @param {Share[]} shares */
function closing(shares) {
  const said = (/** @type {Share[]} */ some) => some.map((one) => `${amount(one.thousandths, one.unit)} of ${one.credential_name} ${inside(one.label)}`).join(", ");
  const words = [...new Set(shares.map((one) => one.acceptance))];
  return words.map((word) => `${said(shares.filter((one) => one.acceptance === word))} (${ACCEPTANCE[word]})`).join("; ");
}

/** What an exchange changes, in money, hours and courses. @param {Plan} before @param {Plan} after */
function difference(before, after) {
  const cost = after.cost - before.cost;
  const hours = after.hours - before.hours;
  const items = after.items.length - before.items.length;
  const said = [
    cost === 0 ? "the same price" : `${money(Math.abs(cost), after.currency)} ${cost > 0 ? "more" : "less"}`,
    hours === 0 ? "the same hours" : `${counted(Math.abs(hours), "hour")} ${hours > 0 ? "more" : "less"}`,
    items !== 0 && `${counted(Math.abs(items), "course")} ${items > 0 ? "more" : "fewer"}`,
    after.closes_everything !== before.closes_everything && "and something stays open",
  ];
  return `Without it: ${said.filter(Boolean).join(", ")}.`;
}

/** The plan as plain words. @param {Plan} plan */
function planText(plan) {
  const lines = plan.items.map((one) => `[ ] ${day(one.when)}  ${one.title} (${one.provider}), ${money(one.cost, plan.currency)}\n    closes ${closing(one.closes)}\n    ${one.url}`);
  const sample = plan.items.some((one) => one.sample) ? ["SAMPLE DATA: nothing here is real.", ""] : [];
  return [...sample, "My CE plan", plan.headline, "", ...lines, "", ...plan.gaps.map((gap) => gap.words), ...plan.notes, `${plan.proof.words} Check before you pay.`, ""].join("\n");
}

/** Hand the plan to another program of the device, or save it where there is none. @param {Plan} plan */
async function share(plan) {
  const file = new File([planText(plan)], "my-ce-plan.txt", { type: "text/plain" });
  if (navigator.canShare?.({ files: [file] })) {
    await navigator.share({ files: [file], title: "My CE plan" }).catch(() => undefined);
    return;
  }
  handOver(file.name, planText(plan), "text/plain");
}
