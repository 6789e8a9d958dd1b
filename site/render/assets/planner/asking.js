// Asking the worker: one message a question, one promise an answer. The worker holds the catalog and does all reckoning.

/**
 * @typedef {{message: string, problems?: {line?: number, field?: string, message: string}[]}} Trouble
 * @typedef {{id: number, result?: any, error?: Trouble, stale?: boolean}} Reply
 */

/** What the worker could not answer; `problems` name line and field where they are known. */
export class AskingError extends Error {
  /** @param {Trouble} trouble */
  constructor(trouble) {
    super(trouble.message);
    this.problems = trouble.problems ?? [];
  }
}

/** An answer that came too late: a newer question of the same kind was asked meanwhile. */
export class Overtaken extends Error {}

/**
 * The worker's client. `ask` resolves with the result, or rejects with {@link AskingError} or {@link Overtaken}.
 * The worker starts with the first question.
 */
export class Asker {
  /** @type {Worker | null} */ #worker = null;
  /** @type {Map<number, {ask: string, resolve: (result: any) => void, reject: (error: Error) => void}>} */ #waiting = new Map();
  #last = 0;
  /** @type {Map<string, number>} */ #newest = new Map();
  /** @type {Promise<any> | null} */ #opened = null;

  /** @param {HTMLElement} frame The element whose data attributes name the data files. @param {string} today */
  constructor(frame, today) {
    const address = (/** @type {string} */ name) => new URL(frame.dataset[name] ?? "", location.href).href;
    this.data = { catalog: address("catalog"), rules: address("rules"), cities: address("cities") };
    this.today = today;
  }

  /** What the data holds: `{opportunities, read_on, sample, packages}`. Loaded once. @returns {Promise<any>} */
  open() {
    this.#opened ??= this.#send("open", this.data);
    return this.#opened;
  }

  /** @param {string} ask @param {object} question @returns {Promise<any>} */
  async ask(ask, question) {
    await this.open();
    const turn = (this.#newest.get(ask) ?? 0) + 1;
    this.#newest.set(ask, turn);
    const result = await this.#send(ask, question);
    if (this.#newest.get(ask) !== turn) throw new Overtaken(ask);
    return result;
  }

  /** @param {string} ask @param {object} question @returns {Promise<any>} */
  #send(ask, question) {
    const worker = this.#start();
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { ask, resolve, reject });
      worker.postMessage({ id, ask, today: this.today, ...question });
    });
  }

  #start() {
    if (this.#worker) return this.#worker;
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker.addEventListener("message", (/** @type {MessageEvent<Reply>} */ { data: reply }) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (!waiting) return;
      if (reply.stale) waiting.reject(new Overtaken(waiting.ask));
      else if (reply.error) waiting.reject(new AskingError(reply.error));
      else waiting.resolve(reply.result);
    });
    this.#worker.addEventListener("error", (event) => {
      const error = new AskingError({ message: event.message || "The page could not load what it plans with. Load it again." });
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    });
    return this.#worker;
  }
}
