/** What is to happen when: the storm's only clock. */
export interface Timeline {
  /** Runs at that time; what is due at one time runs in the order in which it was planned. */
  at(atMs: number, run: (nowMs: number) => void): void;
  readonly nextMs: number;
  runNext(): void;
}

type Planned = { readonly atMs: number; readonly run: (nowMs: number) => void };

/** A few dozen things are planned at any time: a sorted list beats a heap. */
export function createTimeline(): Timeline {
  const planned: Planned[] = [];
  return {
    at(atMs, run) {
      let index = planned.length;
      while (index > 0 && (planned[index - 1]?.atMs ?? 0) > atMs) index--;
      planned.splice(index, 0, { atMs, run });
    },
    get nextMs() {
      return planned[0]?.atMs ?? Number.POSITIVE_INFINITY;
    },
    runNext() {
      const next = planned.shift();
      next?.run(next.atMs);
    },
  };
}
