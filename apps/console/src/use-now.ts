import { type Clock, type EpochMs, epochMs } from "@pista/kernel";
import { useSyncExternalStore } from "react";
import { createListeners, type Listeners } from "./listeners.ts";
import { useParts } from "./parts.ts";

type Beat = {
  readonly subscribe: (listener: () => void) => () => void;
  readonly nowMs: () => EpochMs;
};

/** A beat runs only while somebody looks, and falls on whole periods of the clock on the wall. */
function createBeat(clock: Clock, everyMs: number): Beat {
  const listeners: Listeners = createListeners();
  let watchers = 0;
  let cancel = (): void => undefined;
  const floor = (): EpochMs => epochMs(Math.floor(clock.nowMs() / everyMs) * everyMs);
  let nowMs = floor();
  const schedule = (): void => {
    cancel = clock.after(everyMs - (clock.nowMs() % everyMs), () => {
      nowMs = floor();
      listeners.notify();
      schedule();
    });
  };
  return {
    nowMs: () => nowMs,
    subscribe(listener) {
      const leave = listeners.subscribe(listener);
      watchers += 1;
      if (watchers === 1) {
        nowMs = floor();
        schedule();
      }
      return () => {
        leave();
        watchers -= 1;
        if (watchers === 0) cancel();
      };
    },
  };
}

const beats = new WeakMap<Clock, Map<number, Beat>>();

function beatOf(clock: Clock, everyMs: number): Beat {
  const known = beats.get(clock) ?? new Map<number, Beat>();
  beats.set(clock, known);
  const beat = known.get(everyMs) ?? createBeat(clock, everyMs);
  known.set(everyMs, beat);
  return beat;
}

/** The time, renewed every `everyMs`. */
export function useNow(everyMs = 1_000): EpochMs {
  const beat = beatOf(useParts().clock, everyMs);
  return useSyncExternalStore(beat.subscribe, beat.nowMs);
}
