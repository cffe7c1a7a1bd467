import { flushMs } from "@pista/contracts";
import type { BoundingBox, Cancel, Clock } from "@pista/kernel";

/** Where a topic's entries come from. */
export interface LiveSource<Entry extends { id: string }> {
  snapshot(box: BoundingBox | undefined): readonly Entry[];
  listen(listener: (entries: readonly Entry[]) => void): Cancel;
  /** Whether an entry lies in a box; left out by topics that are not asked for by place. */
  isWithin?(id: string, box: BoundingBox): boolean;
}

/** Entries are told apart by their id; the rest is passed on as it is. */
type LiveEntry = { readonly id: string };

export interface Subscription {
  end(): void;
}

/**
 * One subscription: a snapshot, then changes. After silence a change leaves at once; then they leave
 * together, at most every 50 ms or as seldom as the watcher asks, the newest of each entry only.
 */
export function createSubscription(
  source: LiveSource<LiveEntry>,
  asked: {
    id: number;
    box: BoundingBox | undefined;
    maxHz: number | undefined;
    clock: Clock;
    send: (message: object) => void;
  },
): Subscription {
  const { box, clock, id, send } = asked;
  const periodMs = Math.max(flushMs, 1_000 / (asked.maxHz ?? 1_000 / flushMs));
  const pending = new Map<string, LiveEntry>();
  let sequence = 0;
  let flushedAtMs = Number.NEGATIVE_INFINITY;
  let cancelTimer: Cancel | undefined;

  const flush = (): void => {
    cancelTimer = undefined;
    flushedAtMs = clock.monotonicMs();
    sequence += 1;
    const changes = [...pending.values()];
    pending.clear();
    send({ id, seq: sequence, changes });
  };

  const stopListening = source.listen((entries) => {
    for (const entry of entries) {
      if (!box || !source.isWithin || source.isWithin(entry.id, box)) pending.set(entry.id, entry);
    }
    if (pending.size === 0 || cancelTimer) return;
    const waitMs = flushedAtMs + periodMs - clock.monotonicMs();
    if (waitMs <= 0) flush();
    else cancelTimer = clock.after(waitMs, flush);
  });
  send({ id, seq: 0, snapshot: source.snapshot(box) });

  return {
    end() {
      stopListening();
      cancelTimer?.();
      cancelTimer = undefined;
    },
  };
}
