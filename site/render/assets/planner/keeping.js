// Where the visitor's profile lies. Nowhere but in this tab, until the visitor says that the device is their own; then in
// this browser's own database. Where the browser blocks storage, in memory: everything works, nothing is kept.

/**
 * @typedef {{document: any, line?: string | null, taken?: string[], saved?: boolean}} Record
 *   The profile as its file has it, and the line that greets on the home page.
 */

const DATABASE = "aliquot";
const STORE = "profile";
const KEY = "mine";
const VISIT = "aliquot-visit";

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @returns {Promise<IDBDatabase>} */
async function open() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return await done(request);
}

/** @template T @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act @returns {Promise<T>} */
async function inStore(mode, act) {
  const database = await open();
  try {
    return await done(act(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** The kept record, or `null` where nothing is kept or storage is blocked. @returns {Promise<Record | null>} */
export async function kept() {
  try {
    const known = await indexedDB.databases?.();
    if (known && !known.some((one) => one.name === DATABASE)) return null;
    return (await inStore("readonly", (store) => store.get(KEY))) ?? null;
  } catch {
    return null;
  }
}

/** Keep a record in this browser. Rejects where the browser does not let us. @param {Record} record */
export async function keep(record) {
  await inStore("readwrite", (store) => store.put(record, KEY));
}

/** Ask the browser not to drop it when space runs short. @returns {Promise<boolean>} whether it agreed */
export async function persist() {
  try {
    return await navigator.storage.persist();
  } catch {
    return false;
  }
}

/** The record of this visit, in this tab only; `null` where there is none. @returns {Record | null} */
export function visit() {
  try {
    return JSON.parse(sessionStorage.getItem(VISIT) ?? "null");
  } catch {
    return null;
  }
}

/** Hold a record for this visit. Says whether the browser could. @param {Record} record */
export function hold(record) {
  try {
    sessionStorage.setItem(VISIT, JSON.stringify(record));
    return true;
  } catch {
    return false;
  }
}

/** Erase everything that this site has put into this browser about the visitor. */
export async function erase() {
  try {
    sessionStorage.removeItem(VISIT);
  } catch {
    // Storage is blocked, so there is nothing in it.
  }
  try {
    await done(indexedDB.deleteDatabase(DATABASE));
  } catch {
    // As above.
  }
}
