// The service worker of the planner. The build puts RELEASE before it: a name that follows the content, and the addresses
// that make the planner work without a network. It answers for this site only, and keeps nothing that is not ours.

/** @typedef {{base: string, name: string, files: string[]}} Release */

const scope = /** @type {any} */ (globalThis);
/** @type {Release} */
const release = scope.RELEASE;
const PREFIX = `aliquot ${release.base} `;
const CACHE = PREFIX + release.name;
/** Names with a hash of their content: what is kept of them never grows old. */
const HASHED = /\.[0-9a-f]{10}\.[a-z]+$/;

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(release.files.map((path) => new Request(path, { cache: "no-cache" })))));
});

scope.addEventListener("activate", (/** @type {any} */ event) => {
  const old = caches.keys().then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === scope.location.origin && url.pathname.startsWith(release.base);
  if (event.request.method !== "GET" || !ours) return;
  event.respondWith(HASHED.test(url.pathname) ? keptFirst(event) : freshFirst(event));
});

/** @param {any} event */
async function keptFirst(event) {
  return (await caches.match(event.request, { cacheName: CACHE })) ?? (await fetched(event));
}

/** @param {any} event */
async function freshFirst(event) {
  try {
    return await fetched(event);
  } catch (error) {
    const known = await caches.match(event.request, { cacheName: CACHE, ignoreSearch: event.request.mode === "navigate" });
    if (known) return known;
    throw error;
  }
}

/** From the network, with a copy for later where it is a whole and good answer. @param {any} event */
async function fetched(event) {
  const answer = await fetch(event.request);
  if (answer.status === 200 && answer.type === "basic") event.waitUntil(copy(event.request, answer.clone()));
  return answer;
}

/** Never into copies that a newer release has taken away already. @param {Request} request @param {Response} answer */
async function copy(request, answer) {
  if (await caches.has(CACHE)) await (await caches.open(CACHE)).put(request, answer);
}
