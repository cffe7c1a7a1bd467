import type { Lane } from "./messages.ts";

/**
 * Frames of one peer: three times what a pilot at 50 Hz sends. Each that acts is a set-point, and a
 * slow line to the vehicle must not fall behind.
 */
const framesPerSecondMax = 150;
/** A network that stalled for two seconds may bring them all at once. */
const burstFramesMax = 100;

type Bucket = { left: number; atMs: number };

/** Says whether one more frame of a lane may pass now. */
export type FrameBudget = (lane: Lane, atMs: number) => boolean;

/**
 * A token bucket, and a second one for the stop lane: whatever floods the others, a wish to stop
 * still comes through (LG4).
 */
export function createFrameBudget(startMs: number): FrameBudget {
  const shared: Bucket = { left: burstFramesMax, atMs: startMs };
  const forStops: Bucket = { left: burstFramesMax, atMs: startMs };
  return (lane, atMs) => spend(lane === "stop" ? forStops : shared, atMs);
}

function spend(bucket: Bucket, atMs: number): boolean {
  const earned = ((atMs - bucket.atMs) / 1_000) * framesPerSecondMax;
  bucket.left = Math.min(burstFramesMax, bucket.left + Math.max(0, earned));
  bucket.atMs = atMs;
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}
