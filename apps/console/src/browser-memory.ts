import type { Memory } from "./parts.ts";

/** A browser that forbids storage throws; what it would have kept is then kept until the page ends. */
export function createBrowserMemory(storage: () => Storage): Memory {
  const held = new Map<string, string>();
  const attempt = <Value>(act: () => Value, otherwise: () => Value): Value => {
    try {
      return act();
    } catch (cause) {
      if (cause instanceof DOMException) return otherwise();
      throw cause;
    }
  };
  return {
    read: (name) =>
      attempt(
        () => storage().getItem(name),
        () => held.get(name) ?? null,
      ),
    write(name, value) {
      attempt(
        () => (value === null ? storage().removeItem(name) : storage().setItem(name, value)),
        () => {
          if (value === null) held.delete(name);
          else held.set(name, value);
        },
      );
    },
  };
}
