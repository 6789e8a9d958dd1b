// The personal page: three questions, then what is still needed, what to take next, and the plan.
// It holds one profile document and the newest answers; the worker reckons, the other modules draw.

import { localDay } from "../site.js";
import { Asker, AskingError, Overtaken } from "./asking.js";
import { button, fill, make, marked, say } from "./dom.js";
import { erase, hold, keep, kept, persist, visit } from "./keeping.js";
import { isIn, toggleIn } from "./likes.js";
import { forgetOffline, workOffline } from "./offline.js";
import { Questions, summary } from "./questions.js";
import { loadRules } from "./rules.js";
import { amount, counted, inside, points } from "./wording.js";

/** @typedef {import("./profile.js").ProfileDocument} ProfileDocument */

const FIRST_SHOWN = 10;
const QUIET_MS = 350;
/** How far from sight the plan is begun. */
const PLAN_MARGIN = "300px";
const FOUND_SHOWN = 8;
const STEPS_SHOWN = 5;

/** What is needed only once there is an answer, or a file; loaded while the visitor is still choosing. */
const later = {
  files: () => import("./files.js"),
  list: () => import("./next_list.js"),
  needed: () => import("./needed.js"),
  profile: () => import("./profile.js"),
  wishes: () => import("./wishes.js"),
};

/** @returns {ProfileDocument} */
const emptyProfile = () => ({ version: 1 });

const frame = marked("planner");
const base = document.body.dataset.base ?? "/";
const today = localDay(new Date());
const asker = new Asker(frame, today);

class Page {
  /** @type {ProfileDocument} */ #document = emptyProfile();
  #kept = false;
  #saved = true;
  #shown = FIRST_SHOWN;
  /** @type {any} */ #answer = null;
  /** @type {import("./plan_view.js").PlanView | null} */ #plan = null;
  #planIsOld = true;
  #planInSight = false;
  #planTimer = 0;
  /** What stands there drawn from, so that nothing is drawn twice. */
  #drawn = { needed: "", file: "" };

  /** @param {any} rules */
  constructor(rules) {
    this.rules = rules;
    this.questions = new Questions(rules, today, (answers) => this.#answered(answers));
    marked("load-file").addEventListener("change", (event) => this.#load(/** @type {HTMLInputElement} */ (event.target)));
    marked("next-more").addEventListener("click", () => {
      this.#shown += FIRST_SHOWN;
      this.#refresh();
    });
    marked("keep").addEventListener("click", () => this.#keep());
    marked("keep-not").addEventListener("click", () => {
      marked("own-device").hidden = true;
      say("Nothing is kept. When you close this tab, everything here is gone: save a file first.");
    });
    marked("why").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find();
    });
    for (const [fold, fill_] of /** @type {const} */ ([["credits-fold", () => this.#showCredits()], ["wishes-fold", () => this.#showWishes()]])) {
      marked(fold).addEventListener("toggle", fill_);
    }
    new IntersectionObserver(
      (entries) => {
        this.#planInSight = entries.some((entry) => entry.isIntersecting);
        this.#schedulePlan();
      },
      { rootMargin: PLAN_MARGIN },
    ).observe(marked("plan"));
  }

  /** Begin with what this browser keeps, else with what this tab holds, else with the questions. */
  async start() {
    const mine = await kept();
    const held = mine ?? visit();
    this.#kept = mine !== null;
    this.#saved = held?.saved ?? true;
    this.#document = held ? await this.#checked(held.document, "what this browser keeps") : emptyProfile();
    this.#showAll();
    marked("plainly").hidden = true;
    marked("questions").hidden = false;
    this.#takeFromAddress();
    marked("questions").addEventListener("change", () => this.#prepare(), { once: true });
    workOffline();
  }

  /** The visitor has begun to answer: load what the answer needs. */
  #prepare() {
    asker.open().catch((error) => this.#sayTrouble(error));
    for (const load of Object.values(later)) load();
  }

  /** "I took this" on a listing's page leads here, with the listing's id behind the number sign, which is never sent. */
  #takeFromAddress() {
    const id = new URLSearchParams(location.hash.slice(1)).get("taken");
    if (id === null) return;
    history.replaceState(null, "", location.pathname);
    this.#take(id, today);
  }

  /** A document that the rules accept. Throws with line and field where it does not fit. @param {object} document_ @param {string} name */
  async #checked(document_, name) {
    const { readProfile } = await later.profile();
    return readProfile(JSON.stringify(document_), name, this.rules);
  }

  get #isEmpty() {
    return (this.#document.credentials ?? []).length + (this.#document.targets ?? []).length === 0;
  }

  /** Everything that is drawn from the profile as a whole: at the start and for another profile. */
  #showAll() {
    this.questions.show(this.#document);
    this.#shown = FIRST_SHOWN;
    this.#showCredits();
    this.#showWishes(true);
    this.#showFile();
    const asked = /** @type {HTMLDetailsElement} */ (marked("asked-fold"));
    asked.open = this.#isEmpty;
    const held = this.#isEmpty ? ["Three questions, then your list"] : [`You hold: ${summary(this.#document, this.rules.credentials)}. `, make("span", { class: "change" }, "Change it")];
    fill(marked("asked-summary"), ...held);
    marked("show").textContent = this.#isEmpty ? "Show what I need" : "Show what I need now";
    marked("results").hidden = this.#isEmpty;
    marked("own-device").hidden = this.#kept || this.#isEmpty;
    if (!this.#isEmpty) this.#refresh();
  }

  /** Another profile altogether. @param {ProfileDocument} next */
  #replace(next) {
    this.#document = next;
    this.#plan = null;
    this.#remember();
    this.#showAll();
  }

  /** @param {(draft: any) => void} edit */
  #change(edit) {
    const draft = structuredClone(this.#document);
    edit(draft);
    for (const [name, value] of Object.entries(draft)) if (value === null || value === undefined) delete draft[name];
    this.#document = draft;
    this.#saved = false;
    this.#remember();
    this.#showCredits();
    this.#showFile();
    this.#refresh();
  }

  /** @param {{credentials: any[], targets: any[]}} answers */
  async #answered(answers) {
    const first = this.#isEmpty;
    const draft = { ...structuredClone(this.#document), ...answers };
    try {
      this.#replace(await this.#checked(draft, "your answers"));
    } catch (error) {
      const { sayProblems } = await later.files();
      sayProblems("Something in the three questions does not fit together.", error);
      return;
    }
    this.#saved = false;
    this.#showFile();
    const heading = document.getElementById("needed");
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: first ? "start" : "nearest" });
  }

  /** Keep or hold what there is, as the visitor decided. */
  #remember() {
    const record = { document: this.#document, line: this.#line(), saved: this.#saved };
    if (!this.#kept) {
      hold(record);
      return;
    }
    keep(record).catch((error) => say(`This browser does not let us keep it any more (${error.message}). Save a file.`, { problem: true }));
  }

  /** What greets on the home page: `24 of 36 points · next: medical ethics, 1 point`. */
  #line() {
    const open = this.#answer?.owed.credentials.find((/** @type {any} */ one) => one.still_confirmed);
    if (!this.#answer || !open) return this.#answer ? "Nothing more needed by the rules we know" : null;
    const counted_ = open.total === null ? "" : `${points(open.confirmed)} of ${amount(open.total, open.unit)} · `;
    const missing = open.requirements.filter((/** @type {any} */ part) => part.still_confirmed);
    const next = missing.find((/** @type {any} */ part) => part.kind !== "remainder") ?? missing[0];
    const first = this.#answer.suggestions[0];
    const free = first?.price.minor === 0 ? ", free" : "";
    return next ? `${counted_}next: ${inside(next.label)}, ${amount(next.still_confirmed, open.unit)}${free}` : counted_.replace(" · ", "");
  }

  async #refresh() {
    this.#planIsOld = true;
    try {
      const asked = { profile: this.#document, limit: this.#shown };
      if (this.#answer === null) await this.#showNeeded(await asker.ask("owed", asked));
      const answer = await asker.ask("next", asked);
      const [{ preview }, { countLine, showNext }] = await Promise.all([later.needed(), later.list()]);
      const line = this.#line();
      this.#answer = answer;
      await this.#showNeeded(answer.owed);
      showNext(marked("next"), answer.suggestions, this.#acts((closes) => preview(marked("needed"), closes)));
      marked("next-count").textContent = countLine(answer.suggestions.length, answer.listed);
      marked("next-more").hidden = answer.suggestions.length < this.#shown;
      frame.dataset.ready = String(Number(frame.dataset.ready ?? 0) + 1);
      if (this.#line() !== line) this.#remember();
      await this.#showSteps();
      this.#plan ??= await this.#planView();
    } catch (error) {
      this.#sayTrouble(error);
      return;
    }
    this.#schedulePlan();
  }

  /** What is still needed is known long before the first list is. @param {any} owed */
  async #showNeeded(owed) {
    const told = JSON.stringify(owed);
    if (this.#drawn.needed === told) return;
    this.#drawn.needed = told;
    const { showNeeded } = await later.needed();
    showNeeded(marked("needed"), owed, { check: (figure, value) => this.#check(figure, value), uncheck: (figure) => this.#uncheck(figure) });
  }

  /** Steps toward the goal, where one is named. */
  async #showSteps() {
    const hasGoal = typeof this.#document.goal === "string";
    marked("toward").hidden = !hasGoal;
    if (!hasGoal) return;
    const { showSteps } = await later.list();
    showSteps(marked("toward"), await asker.ask("steps", { profile: this.#document, limit: STEPS_SHOWN }), { today, base });
  }

  /** @param {unknown} error */
  #sayTrouble(error) {
    if (error instanceof Overtaken) return;
    const lines = error instanceof AskingError ? error.problems.map((one) => one.message) : [];
    say(error instanceof Error ? error.message : String(error), { problem: true, lines });
  }

  /** The plan's own questions stand there before its answer does: a keyboard has to come to something. */
  async #planView() {
    const { PlanView } = await import("./plan_view.js");
    return new PlanView(marked("plan"), {
      ask: (options) => asker.ask("plan", { profile: this.#document, ...options }),
      change: (edit) => this.#change(edit),
      take: (id, on) => this.#take(id, on),
      document: () => this.#document,
      today,
      base,
    });
  }

  /** The plan is worked out when it is in sight and nothing has moved for a moment. */
  #schedulePlan() {
    clearTimeout(this.#planTimer);
    if (!this.#planIsOld || !this.#planInSight || this.#isEmpty) return;
    this.#planTimer = setTimeout(() => this.#showPlan(), QUIET_MS);
  }

  async #showPlan() {
    if (!this.#plan) return; // another profile was loaded meanwhile: its first list schedules again
    this.#planIsOld = false;
    await this.#plan.refresh();
  }

  /** @param {import("./next_list.js").Acts["preview"]} preview @returns {import("./next_list.js").Acts} */
  #acts(preview) {
    return {
      like: (id) => this.#change((draft) => toggleIn(draft, "liked", id)),
      hide: (id) => this.#hide(id),
      take: (id, on) => this.#take(id, on),
      preview,
      isLiked: (id) => isIn(this.#document, "liked", id),
      today,
      base,
    };
  }

  /** @param {string} id */
  #hide(id) {
    const before = this.#document;
    this.#change((draft) => toggleIn(draft, "disliked", id));
    this.#offerUndo("Hidden, and what is like it stands lower.", before);
  }

  /** @param {string} id @param {string} on */
  async #take(id, on) {
    try {
      const before = this.#document;
      const credit = await asker.ask("earned", { opportunity: id, on });
      this.#change((draft) => { draft.transcript = [...(draft.transcript ?? []), credit]; });
      this.#offerUndo(`"${credit.title}" stands among what you have done.`, before);
    } catch (error) {
      this.#sayTrouble(error);
    }
  }

  /** @param {string} text @param {ProfileDocument} before */
  #offerUndo(text, before) {
    const undo = () => {
      this.#replace(before);
      marked("messages").replaceChildren();
    };
    say(text, { undo });
  }

  /** @param {string} figure @param {number | null} value */
  #check(figure, value) {
    this.#change((draft) => {
      const others = (draft.checked ?? []).filter((/** @type {any} */ one) => one.figure !== figure);
      draft.checked = [...others, { figure, ...(value !== null && { value }), on: today }];
    });
  }

  /** @param {string} figure */
  #uncheck(figure) {
    this.#change((draft) => { draft.checked = (draft.checked ?? []).filter((/** @type {any} */ one) => one.figure !== figure); });
  }

  /** Credits one by one; loaded when they are asked for. */
  async #showCredits() {
    const count = this.#document.transcript?.length ?? 0;
    marked("credits-count").textContent = count > 0 ? counted(count, "entry", "entries") : "";
    if (!(/** @type {HTMLDetailsElement} */ (marked("credits-fold"))).open) return;
    const { showCredits } = await import("./credits.js");
    showCredits(marked("credits"), this.#document, this.rules, today, (edit) => this.#change(edit));
  }

  /** What suits the visitor. On a wide screen it stands open beside the list. @param {boolean} [anew] */
  async #showWishes(anew = false) {
    const place = marked("wishes");
    const fold = /** @type {HTMLDetailsElement} */ (marked("wishes-fold"));
    if (anew) {
      place.replaceChildren();
      if (matchMedia("(min-width: 60rem)").matches) fold.open = true;
    }
    if (this.#isEmpty || !fold.open || place.childElementCount > 0) return;
    const [{ showWishes }, sold] = await Promise.all([later.wishes(), asker.open()]);
    showWishes(place, this.#document, sold, this.rules.goals, (edit) => this.#change(edit));
  }

  /** Save, load, keep, erase. */
  #showFile() {
    const state = `kept ${this.#kept}, saved ${this.#saved}`;
    if (this.#drawn.file === state) return;
    this.#drawn.file = state;
    const where = this.#kept
      ? "It is kept in this browser only. Whoever clears the browser's data clears it; a file is safer."
      : "It is kept nowhere. When you close this tab it is gone, unless you save a file.";
    const input = make("input", { type: "file", class: "visually-hidden", accept: ".json,application/json" });
    input.addEventListener("change", () => this.#load(input));
    fill(
      marked("file"),
      make("p", {}, where, !this.#saved && make("strong", {}, " Changed since you last saved a file.")),
      make(
        "p",
        { class: "line" },
        button("Save my file", () => this.#save(), { class: this.#saved ? "button button-quiet" : "button", "data-key": "save" }),
        make("label", { class: "button button-quiet file-button" }, input, "Load a file"),
        !this.#kept && button("Keep it in this browser", () => this.#keep(), { class: "button button-quiet" }),
        button("Erase everything", () => this.#erase(), { class: "button button-quiet", "data-key": "erase" }),
      ),
      make("p", { class: "note" }, "The file is plain JSON. The command line reads and writes the same: aliquot next --profile my-ce-profile.json. It holds no license number, and your name only if you put it there."),
    );
  }

  async #save() {
    const { save } = await later.files();
    save(this.#document);
    this.#saved = true;
    this.#remember();
    this.#showFile();
  }

  /** @param {HTMLInputElement} input */
  async #load(input) {
    const file = input.files?.[0];
    if (!file) return;
    const before = this.#document;
    const { load } = await later.files();
    const loaded = await load(file, this.rules);
    input.value = "";
    if (!loaded) return;
    this.#replace(loaded);
    this.#saved = true;
    this.#showFile();
    if (JSON.stringify(before) === JSON.stringify(emptyProfile())) say(`${file.name} is loaded.`);
    else this.#offerUndo(`${file.name} is loaded in place of what was here.`, before);
  }

  async #keep() {
    try {
      await keep({ document: this.#document, line: this.#line(), saved: this.#saved });
    } catch {
      say("This browser does not let pages keep anything (storage is blocked). Save a file instead.", { problem: true });
      return;
    }
    this.#kept = true;
    marked("own-device").hidden = true;
    const lasting = await persist();
    say(lasting ? "Kept in this browser only, until you erase it. Save a file too: it can travel to another device." : "Kept in this browser only. The browser may drop it when space runs short, so save a file too.");
    this.#showFile();
  }

  async #erase() {
    await Promise.all([erase(), forgetOffline()]);
    this.#kept = false;
    this.#saved = true;
    this.#document = emptyProfile();
    this.#answer = null;
    this.#plan = null;
    this.#showAll();
    await erase();
    say("Everything that was entered is erased from this browser.");
    marked("questions").scrollIntoView({ block: "start" });
    marked("asked-summary").focus();
  }

  async #find() {
    const typed = /** @type {HTMLInputElement} */ (document.getElementById("why-words")).value.trim();
    if (!typed) return;
    const place = marked("why-answer");
    try {
      const { showFound } = await later.list();
      const found = await asker.ask("find", { words: typed, limit: FOUND_SHOWN });
      showFound(place, found, (id) => this.#why(id));
    } catch (error) {
      this.#sayTrouble(error);
    }
  }

  /** @param {string} id */
  async #why(id) {
    const place = marked("why-answer");
    try {
      const { showWhy } = await later.list();
      showWhy(place, await asker.ask("why", { profile: this.#document, opportunity: id }), base);
      place.querySelector("h3")?.focus();
    } catch (error) {
      this.#sayTrouble(error);
    }
  }
}

try {
  const answer = await fetch(asker.data.rules);
  if (!answer.ok) throw new Error(`the rules could not be loaded (${answer.status})`);
  await new Page(loadRules(await answer.json())).start();
} catch (error) {
  say("This page could not be made ready. Load it again; the pages below work without it.", { problem: true, lines: [error instanceof Error ? error.message : String(error)] });
}
