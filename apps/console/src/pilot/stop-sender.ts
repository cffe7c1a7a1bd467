import { encodeStop, type FromPilot, stopBytes } from "@pista/contracts";
import { type Beacon, tickMs } from "@pista/flight";
import type { Cancel, Clock } from "@pista/kernel";
import type { Lane } from "./peer.ts";

export type StopSenderParts = {
  readonly clock: Clock;
  readonly lane: () => Lane | undefined;
  readonly say: (message: FromPilot) => void;
  /** Sends a stick frame at once: it carries the stop as well. */
  readonly sendFrame: () => void;
  readonly changed: () => void;
};

export type StopSender = {
  /** What every stick frame carries. */
  readonly sequence: () => number;
  /** True from the press until the gateway has obeyed. */
  readonly isPending: () => boolean;
  readonly press: () => void;
  /** A connection begins: the gateway counts stops afresh, so ours follows its first beacon. */
  readonly connected: () => void;
  readonly heard: (beacon: Pick<Beacon, "stopSequence" | "stopLatched">) => void;
  readonly end: () => void;
};

const reliableEveryMs = 1_000;
/** Unsent stops that are worth having in the channel: the next ones say the same. */
const bufferedBytesMax = 8 * stopBytes;

/** [LG4] Stop, on every lane, every 20 ms, until a beacon says that the gateway has obeyed it. */
export function createStopSender(parts: StopSenderParts): StopSender {
  const { clock } = parts;
  let sequence = 0;
  let isPending = false;
  let isCountKnown = false;
  let dueMs = 0;
  let reliableAtMs = Number.NEGATIVE_INFINITY;
  let cancel: Cancel = () => undefined;

  const sendAll = (): void => {
    const lane = parts.lane();
    if (!lane?.isOpen()) return;
    if (lane.bufferedBytes() < bufferedBytesMax) lane.send(encodeStop(sequence));
    const nowMs = clock.monotonicMs();
    if (nowMs - reliableAtMs < reliableEveryMs) return;
    reliableAtMs = nowMs;
    parts.say({ op: "stop", stopSequence: sequence });
  };

  const tick = (): void => {
    sendAll();
    dueMs = Math.max(dueMs + tickMs, clock.monotonicMs());
    cancel = clock.after(dueMs - clock.monotonicMs(), tick);
  };

  const startSending = (): void => {
    cancel();
    reliableAtMs = Number.NEGATIVE_INFINITY;
    dueMs = clock.monotonicMs();
    tick();
    parts.sendFrame();
  };

  return {
    sequence: () => sequence,
    isPending: () => isPending,
    press() {
      if (!isPending) sequence += 1;
      isPending = true;
      startSending();
      parts.changed();
    },
    connected() {
      isCountKnown = false;
      sequence = isPending ? 1 : 0;
      reliableAtMs = Number.NEGATIVE_INFINITY;
    },
    heard({ stopSequence, stopLatched }) {
      if (!isCountKnown) {
        isCountKnown = true;
        // A stop counts only above what the gateway has obeyed before, unless it still stands.
        const isNew = isPending && stopSequence >= sequence && !stopLatched;
        sequence = isPending ? Math.max(sequence, stopSequence + (isNew ? 1 : 0)) : stopSequence;
      }
      if (isPending && stopSequence >= sequence) {
        isPending = false;
        cancel();
        parts.changed();
      } else if (!isPending && stopSequence > sequence) {
        sequence = stopSequence;
      }
    },
    end() {
      isPending = false;
      cancel();
    },
  };
}
