import { encodeStickFrame } from "@pista/contracts";
import { type Beacon, type Sticks, tickMs } from "@pista/flight";
import type { Cancel, Clock } from "@pista/kernel";
import type { Lane } from "./peer.ts";

export type StickLoopParts = {
  readonly clock: Clock;
  readonly leaseEpoch: number;
  readonly lane: () => Lane | undefined;
  /** Reads keyboard, gamepad and touch at this moment. */
  readonly sampleSticks: () => Sticks;
  readonly stopSequence: () => number;
  /** [LG3] The newest pose that was painted. */
  readonly shownPoseSequence: () => number;
  /** [LG7] A tab that nobody sees flies nothing. */
  readonly isHidden: () => boolean;
};

export type StickLoop = {
  /** The newest beacon, with the moment it came in. */
  readonly heard: (beacon: Beacon) => void;
  /** Outside the rhythm, for what must not wait: a stop. */
  readonly sendNow: () => void;
  readonly end: () => void;
};

/** A timer this late means that the page was held up, and key events may still be queued behind it. */
const heldUpMs = tickMs * 1.5;

/**
 * [LG1] [LG5] [LG7] Sends the sticks 50 times a second. Sampling, dating and sending happen in one
 * turn of the page; nothing is ever kept for later.
 */
export function startStickLoop(parts: StickLoopParts): StickLoop {
  const { clock } = parts;
  let newest: { sequence: number; atMs: number } | undefined;
  let sequence = 0;
  let dueMs: number = clock.monotonicMs();
  let cancel: Cancel = () => undefined;

  const send = (): void => {
    const lane = parts.lane();
    if (!newest || !lane?.isOpen() || parts.isHidden()) return;
    // [LG5] Depth one: while the last frame has not left, this one is not made.
    if (lane.bufferedBytes() > 0) return;
    const beacon = newest;
    const sampledAtBrowserMs = clock.monotonicMs();
    const sticks = parts.sampleSticks();
    sequence += 1;
    lane.send(
      encodeStickFrame({
        sequence,
        leaseEpoch: parts.leaseEpoch,
        sampledAtBrowserMs,
        sentAtBrowserMs: clock.monotonicMs(),
        beaconSequence: beacon.sequence,
        beaconAtBrowserMs: beacon.atMs,
        shownPoseSequence: parts.shownPoseSequence(),
        sticks,
        stopSequence: parts.stopSequence(),
      }),
    );
  };

  const tick = (): void => {
    const nowMs = clock.monotonicMs();
    const isHeldUp = nowMs - dueMs > heldUpMs;
    // [LG7] After a pause the keys' events come first: what is sampled before them is already old.
    if (!isHeldUp) send();
    // Absolute deadlines without a backlog: what was missed is not made up for.
    dueMs = isHeldUp ? nowMs + 1 : dueMs + tickMs;
    cancel = clock.after(dueMs - nowMs, tick);
  };
  cancel = clock.after(0, tick);

  return {
    heard(beacon) {
      // [LG1] On a lossy lane an older beacon may come after a newer one: it says nothing.
      if (newest && beacon.sequence <= newest.sequence) return;
      newest = { sequence: beacon.sequence, atMs: clock.monotonicMs() };
    },
    sendNow: send,
    end: () => cancel(),
  };
}
