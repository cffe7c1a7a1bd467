import type { IdentityStore, StoredIdentity } from "./identity.ts";

const databaseName = "pista-pilot";
const storeName = "identity";
const recordName = "pilot";

/**
 * Keeps certificate and key in the browser's database, which stores both without ever showing the
 * secret halves. Where that is not possible (a private window, a browser that cannot store
 * certificates), the pilot is a new one after each page load: inconvenient, and no less safe.
 */
export function createIdentityStore(databases: IDBFactory): IdentityStore {
  return {
    async load() {
      const database = await openDatabase(databases);
      if (!database) return undefined;
      try {
        const stored = await settled(
          database.transaction(storeName).objectStore(storeName).get(recordName),
        );
        return isIdentity(stored) ? stored : undefined;
      } finally {
        database.close();
      }
    },
    async save(identity) {
      const database = await openDatabase(databases);
      if (!database) return;
      try {
        const store = database.transaction(storeName, "readwrite").objectStore(storeName);
        await settled(store.put(identity, recordName));
      } catch (cause) {
        // DataCloneError: this browser does not store certificates.
        if (!(cause instanceof DOMException)) throw cause;
      } finally {
        database.close();
      }
    },
  };
}

const settled = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function openDatabase(databases: IDBFactory): Promise<IDBDatabase | undefined> {
  const request = databases.open(databaseName, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(storeName);
  try {
    return await settled(request);
  } catch (cause) {
    if (cause instanceof DOMException) return undefined; // Storage is forbidden here.
    throw cause;
  }
}

const isIdentity = (value: unknown): value is StoredIdentity =>
  typeof value === "object" &&
  value !== null &&
  "certificate" in value &&
  value.certificate instanceof RTCCertificate &&
  "keyPair" in value;
