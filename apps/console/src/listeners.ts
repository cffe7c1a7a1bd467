/** Who wants to hear of a change, in the form that useSyncExternalStore takes. */
export type Listeners = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly notify: () => void;
};

export function createListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    notify() {
      for (const listener of [...listeners]) listener();
    },
  };
}
