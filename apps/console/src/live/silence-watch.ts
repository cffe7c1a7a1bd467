import type { Cancel, Clock } from "@pista/kernel";

/** [LV8] After so long without a message the hub is asked whether it is still there. */
const quietMs = 5_000;
const patienceMsMin = 5_000;
const patienceMsMax = 80_000;

/**
 * How long the answer is waited for. A large snapshot on a slow line comes in one piece, before which
 * nothing is heard: so each attempt that brought nothing leaves the next one twice as long.
 */
export const patienceMs = (attempt: number): number =>
  Math.min(patienceMsMax, patienceMsMin * 2 ** attempt);

export type SilenceWatch = {
  /** Something came, whatever it was. */
  readonly heard: () => void;
  readonly stop: () => void;
};

export type SilencePort = {
  readonly clock: Clock;
  readonly patienceMs: () => number;
  readonly ask: () => void;
  readonly lost: () => void;
};

/**
 * Tells a quiet line from a dead one. It counts from the asking, not from what was heard last: a
 * browser wakes a hidden page's timers once a minute, and a line is not dead for that.
 */
export function watchSilence({ clock, patienceMs, ask, lost }: SilencePort): SilenceWatch {
  let cancel: Cancel = () => {};
  const heard = (): void => {
    cancel();
    cancel = clock.after(quietMs, () => {
      cancel = clock.after(patienceMs(), lost);
      ask();
    });
  };
  heard();
  return { heard, stop: () => cancel() };
}
