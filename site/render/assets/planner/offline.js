// The planner goes on without a network: the service worker keeps its own pages, scripts and data, and nothing else.

const base = document.body.dataset.base ?? "/";

/** Start the service worker, where the browser has one and lets us. */
export async function workOffline() {
  try {
    await navigator.serviceWorker?.register(`${base}sw.js`, { scope: base });
  } catch (error) {
    console.info("This page will need a network:", error instanceof Error ? error.message : error);
  }
}

/** Take the service worker and its copies away again. */
export async function forgetOffline() {
  const registration = await navigator.serviceWorker?.getRegistration(base).catch(() => undefined);
  await registration?.unregister();
  const names = await globalThis.caches?.keys().catch(() => []);
  await Promise.all((names ?? []).filter((name) => name.startsWith(`aliquot ${base} `)).map((name) => caches.delete(name)));
}
