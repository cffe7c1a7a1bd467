import { flushMs, type LiveErrorCode } from "@pista/contracts";
import {
  type BoundingBox,
  type Cancel,
  type Clock,
  isWithin,
  type LngLat,
  ok,
  type Result,
} from "@pista/kernel";

/** Entries are told apart by their id; the rest is passed on as it is. */
type LiveEntry = { readonly id: string };

/** Why there is nothing to watch. */
export type LiveRefusal = { readonly kind: LiveErrorCode; readonly detail: string };

/** Where a topic's entries come from. */
export interface LiveSource<Entry extends LiveEntry> {
  snapshot(box: BoundingBox | undefined): Result<readonly Entry[], LiveRefusal>;
  listen(listener: (entries: readonly Entry[]) => void): Cancel;
  /** Where an entry lies; left out by topics that are not asked for by place. */
  position?(id: string): LngLat | undefined;
  /** Where entries have begun or ended, of which changes say nothing; left out where none ends. */
  listenRedrawn?(listener: (places: readonly LngLat[]) => void): Cancel;
}

/** What one watcher is sent of a topic, as JSON. */
export type LiveWish = {
  readonly box: BoundingBox | undefined;
  readonly maxHz: number | undefined;
  readonly snapshot: (json: string) => void;
  readonly changes: (json: string) => void;
  /** What changes cannot tell: the snapshot has to be asked for anew. */
  readonly gap: () => void;
};

/** One topic's stream to all who watch it. */
export interface LiveFeed {
  /** A snapshot at once, then changes until it is cancelled. */
  watch(wish: LiveWish): Result<Cancel, LiveRefusal>;
}

/** Those who watch the same box at the same pace. */
type Group = {
  readonly box: BoundingBox | undefined;
  readonly periodMs: number;
  readonly watchers: Set<LiveWish>;
  /** JSON of the newest of each entry that has not left yet. */
  readonly pending: Map<string, string>;
  flushedAtMs: number;
  cancelTimer: Cancel | undefined;
};

/**
 * After silence a change leaves at once; then changes leave together, at most every 50 ms or as
 * seldom as the watcher asks, the newest of each entry only. Who watches the same at the same pace
 * is in one group, so that hundreds of pages of one city cost one timer and one encoding.
 */
export function createLiveFeed(source: LiveSource<LiveEntry>, clock: Clock): LiveFeed {
  const groups = new Map<string, Group>();
  let stopListening: Cancel = () => {};

  const hear = (entries: readonly LiveEntry[]): void => {
    for (const entry of entries) {
      const position = source.position?.(entry.id);
      let json: string | undefined;
      for (const { box, pending } of groups.values()) {
        if (box && source.position && !(position && isWithin(position, box))) continue;
        json ??= JSON.stringify(entry);
        pending.set(entry.id, json);
      }
    }
    for (const group of groups.values()) flushInTime(group, clock);
  };

  const leaveGaps = (places: readonly LngLat[]): void => {
    for (const { box, watchers } of groups.values()) {
      if (box && !places.some((place) => isWithin(place, box))) continue;
      for (const watcher of watchers) watcher.gap();
    }
  };

  const listen = (): Cancel => {
    const cancels = [source.listen(hear), source.listenRedrawn?.(leaveGaps)];
    return () => {
      for (const cancel of cancels) cancel?.();
    };
  };

  const join = (wish: LiveWish): Cancel => {
    const periodMs = Math.max(flushMs, 1_000 / (wish.maxHz ?? 1_000 / flushMs));
    const key = JSON.stringify([wish.box, periodMs]);
    const group = groups.get(key) ?? newGroup(wish.box, periodMs);
    if (groups.size === 0) stopListening = listen();
    groups.set(key, group);
    group.watchers.add(wish);
    return () => {
      if (!group.watchers.delete(wish) || group.watchers.size > 0) return;
      group.cancelTimer?.();
      groups.delete(key);
      if (groups.size === 0) stopListening();
    };
  };

  return {
    watch(wish) {
      const snapshot = source.snapshot(wish.box);
      if (!snapshot.ok) return snapshot;
      wish.snapshot(JSON.stringify(snapshot.value));
      return ok(join(wish));
    },
  };
}

const newGroup = (box: BoundingBox | undefined, periodMs: number): Group => ({
  box,
  periodMs,
  watchers: new Set(),
  pending: new Map(),
  flushedAtMs: Number.NEGATIVE_INFINITY,
  cancelTimer: undefined,
});

function flushInTime(group: Group, clock: Clock): void {
  if (group.pending.size === 0 || group.cancelTimer) return;
  const waitMs = group.flushedAtMs + group.periodMs - clock.monotonicMs();
  if (waitMs <= 0) flush(group, clock);
  else group.cancelTimer = clock.after(waitMs, () => flush(group, clock));
}

function flush(group: Group, clock: Clock): void {
  group.cancelTimer = undefined;
  group.flushedAtMs = clock.monotonicMs();
  const json = `[${[...group.pending.values()].join(",")}]`;
  group.pending.clear();
  for (const { changes } of group.watchers) changes(json);
}
