// The engine in a worker of its own, so that the page never waits for it.
//
// A question is {id, ask, today, profile, ...options}; its answer {id, result} or {id, error: {message, problems?}}.
// "open" takes the addresses of the data files, which are fetched while the engine's own modules still load. Of several
// "next" that wait, only the newest is answered; the others come back as {id, stale: true}, so that a list follows a
// slider at once.

/** The engine's modules, loaded beside the data and not before it. */
const loading = (() => import("./engine.js"))();

/**
 * @typedef {import("./engine.js").Engine} Engine
 * @typedef {import("./profile.js").ProfileDocument} ProfileDocument
 * @typedef {{catalog: string, rules: string, cities: string}} Addresses
 * @typedef {Record<string, any> & {id: number, ask: string, today: string, profile: ProfileDocument}} Asked
 */

/** What a worker posts with. */
const scope = /** @type {{postMessage(message: unknown): void, onmessage(event: MessageEvent): void}} */ (
  /** @type {unknown} */ (globalThis)
);

/** @type {Asked[]} */
const waiting = [];
/** @type {Addresses | null} */
let addresses = null;
/** The engine of the day that was last asked about. @type {Engine | null} */
let engine = null;
let busy = false;

/** What is answered from an engine. @type {Record<string, (engine: Engine, asked: Asked) => unknown>} */
const ANSWERS = {
  open: (found) => found.summary(),
  owed: (found, { profile }) => found.owed(profile),
  next: (found, { profile, limit }) => found.next(profile, limit),
  why: (found, { profile, opportunity }) => found.why(profile, opportunity),
  whyNot: (found, { profile, opportunity }) => found.whyNot(profile, opportunity),
  earned: (found, { opportunity, on }) => found.earned(opportunity, on),
  whatIf: (found, { profile, opportunity, on }) => found.whatIf(profile, opportunity, on),
  steps: (found, { profile, limit }) => found.steps(profile, limit),
  plan: (found, asked) => found.plan(asked.profile, /** @type {import("./plan.js").Options} */ (asked)),
  find: (found, { words, limit }) => found.find(words, limit),
};

/** @param {string} address */
async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The data could not be loaded (${response.status}). Try again.`);
  return response.json();
}

/**
 * The engine of a day. Another day needs the files once more; browsers keep them, and the engine needs the memory.
 * @param {string} today @returns {Promise<Engine>}
 */
async function engineOf(today) {
  if (addresses === null) throw new Error("The data has not been opened yet.");
  if (engine?.today !== today) {
    const files = Promise.all([read(addresses.catalog), read(addresses.rules)]);
    const { open } = await loading;
    const [catalog, rules] = await files;
    engine = open({ catalog, rules }, today);
  }
  return engine;
}

/** @param {Asked} asked */
async function answer(asked) {
  if (asked.ask === "open") addresses = { catalog: asked.catalog, rules: asked.rules, cities: asked.cities };
  const found = await engineOf(asked.today);
  if (asked.profile && addresses !== null && found.needsAtlas(asked.profile)) {
    const { Atlas } = await import("./distance.js");
    found.takeAtlas(new Atlas(await read(addresses.cities)));
  }
  return ANSWERS[asked.ask](found, asked);
}

/** @param {Asked} asked */
function isStale(asked) {
  return asked.ask === "next" && waiting.some((later) => later.ask === "next");
}

/** @param {Asked} asked */
async function reply(asked) {
  if (isStale(asked)) return { id: asked.id, stale: true };
  try {
    return { id: asked.id, result: await answer(asked) };
  } catch (error) {
    return { id: asked.id, error: told(error) };
  }
}

/** Answers what waits; where nothing does, makes ready what the next question will need. */
async function work() {
  busy = true;
  for (;;) {
    const asked = waiting.shift();
    if (asked !== undefined) scope.postMessage(await reply(asked));
    else if (!engine?.prepare()) break;
    await messages();
  }
  busy = false;
}

/** Lets messages in that came while an answer was made. @returns {Promise<void>} */
function messages() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** @param {unknown} error */
function told(error) {
  const message = error instanceof Error ? error.message : String(error);
  const problems = error instanceof Error && "problems" in error ? error.problems : undefined;
  return problems === undefined ? { message } : { message, problems };
}

/** @param {MessageEvent} event */
scope.onmessage = (event) => {
  waiting.push(event.data);
  if (!busy) void work();
};
