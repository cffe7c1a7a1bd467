import type { Cancel } from "@pista/kernel";

/** Tells those who listen what has changed. One listener's fault keeps no other from hearing. */
export interface Changes<Entry> {
  listen(listener: (entries: readonly Entry[]) => void): Cancel;
}

export interface ChangeSource<Entry> extends Changes<Entry> {
  tell(entries: readonly Entry[]): void;
}

export function createChanges<Entry>(): ChangeSource<Entry> {
  const listeners = new Set<(entries: readonly Entry[]) => void>();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(entries) {
      if (entries.length === 0) return;
      const faults: unknown[] = [];
      for (const listener of [...listeners]) {
        try {
          listener(entries);
        } catch (cause) {
          faults.push(cause);
        }
      }
      if (faults.length > 0) throw new AggregateError(faults, "A change was not taken in.");
    },
  };
}
