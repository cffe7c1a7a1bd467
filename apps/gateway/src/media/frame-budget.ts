import type { Lane } from "./messages.ts";

/**
 * Of one peer. A pilot at 50 Hz sends 50 stick frames, and on each lane 50 more while a stop is not yet
 * heard of. Each stick frame that acts is a set-point, and a slow line to the vehicle must not fall
 * behind; a command that is dropped is one without an answer.
 */
const framesPerSecondMax: Record<Lane, number> = { sticks: 150, commands: 400, stop: 400 };
/** A network that stalled for two seconds may bring them all at once. */
const burstFramesMax = 100;

type Bucket = { readonly perSecond: number; left: number; atMs: number };

/** Says whether one more frame of a lane may pass now. */
export type FrameBudget = (lane: Lane, atMs: number) => boolean;

/** A token bucket for each lane: whatever floods the others, a stop and a command come through (LG4). */
export function createFrameBudget(startMs: number): FrameBudget {
  const full = (lane: Lane): Bucket => ({
    perSecond: framesPerSecondMax[lane],
    left: burstFramesMax,
    atMs: startMs,
  });
  const buckets = { sticks: full("sticks"), commands: full("commands"), stop: full("stop") };
  return (lane, atMs) => spend(buckets[lane], atMs);
}

function spend(bucket: Bucket, atMs: number): boolean {
  const earned = ((atMs - bucket.atMs) / 1_000) * bucket.perSecond;
  bucket.left = Math.min(burstFramesMax, bucket.left + Math.max(0, earned));
  bucket.atMs = atMs;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}
