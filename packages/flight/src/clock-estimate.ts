import type { MonotonicMs } from "@pista/kernel";
import { ageMarginMsMin, clockWindowMs } from "./limits.ts";

/**
 * One exchange in the manner of NTP (RFC 5905, section 8): a beacon out, a frame back. Two clocks,
 * four times.
 */
export type ClockExchange = {
  readonly beaconSentAtMs: MonotonicMs;
  readonly beaconAtBrowserMs: number;
  readonly frameSentAtBrowserMs: number;
  readonly frameAtMs: MonotonicMs;
};

type Measured = {
  readonly atMs: MonotonicMs;
  readonly roundTripMs: number;
  /** Gateway's clock minus the browser's. */
  readonly offsetMs: number;
};

export type ClockEstimate = {
  readonly offsetMs: number;
  readonly roundTripMs: number;
  /** [LG1] 10 ms and half the spread of the round trip. */
  readonly marginMs: number;
};

export type ClockWindow = {
  readonly measured: readonly Measured[];
  /** Undefined until enough exchanges lie in the window. */
  readonly estimate: ClockEstimate | undefined;
};

export const emptyClockWindow: ClockWindow = { measured: [], estimate: undefined };

/** Half a second of frames at 50 Hz: fewer give a median that one late packet can move. */
const exchangesMin = 25;

/**
 * Adds an exchange and forgets those older than the window. An exchange with a negative round trip
 * contradicts itself and is left out: its times cannot come from clocks that move forward.
 *
 * Nothing arrives before it was sent, so each exchange bounds the offset on both sides. An estimate
 * outside these bounds by more than its margin is of a clock that has been set since: it would date
 * new samples wrongly for seconds, and is forgotten with all that led to it.
 */
export function addExchange(window: ClockWindow, exchange: ClockExchange): ClockWindow {
  const lowestOffsetMs = exchange.beaconSentAtMs - exchange.beaconAtBrowserMs;
  const highestOffsetMs = exchange.frameAtMs - exchange.frameSentAtBrowserMs;
  const bounds: Bounds = { lowestOffsetMs, highestOffsetMs };
  const known = isDisproved(window.estimate, bounds) ? emptyClockWindow : window;
  const heldMs = exchange.frameSentAtBrowserMs - exchange.beaconAtBrowserMs;
  const roundTripMs = highestOffsetMs - lowestOffsetMs;
  if (!(roundTripMs >= 0) || !(heldMs >= 0)) return known;
  const offsetMs = (lowestOffsetMs + highestOffsetMs) / 2;
  const horizonMs = exchange.frameAtMs - clockWindowMs;
  const newest = { atMs: exchange.frameAtMs, roundTripMs, offsetMs };
  const measured = [...known.measured.filter(({ atMs }) => atMs > horizonMs), newest];
  const estimate = estimateFrom(measured);
  return isDisproved(estimate, bounds)
    ? { measured: [newest], estimate: undefined }
    : { measured, estimate };
}

type Bounds = { readonly lowestOffsetMs: number; readonly highestOffsetMs: number };

const isDisproved = (estimate: ClockEstimate | undefined, bounds: Bounds): boolean =>
  estimate !== undefined &&
  (estimate.offsetMs < bounds.lowestOffsetMs - estimate.marginMs ||
    estimate.offsetMs > bounds.highestOffsetMs + estimate.marginMs);

/**
 * The offset is the median over the lower half by round trip: queues lengthen one way at a time,
 * so the quicker exchanges are the more symmetric ones.
 */
function estimateFrom(measured: readonly Measured[]): ClockEstimate | undefined {
  if (measured.length < exchangesMin) return undefined;
  const byRoundTrip = [...measured].sort((a, b) => a.roundTripMs - b.roundTripMs);
  const quicker = byRoundTrip.slice(0, Math.ceil(byRoundTrip.length / 2));
  const offsets = quicker.map(({ offsetMs }) => offsetMs).sort((a, b) => a - b);
  const at = (share: number): number =>
    byRoundTrip[Math.min(byRoundTrip.length - 1, Math.floor(share * byRoundTrip.length))]
      ?.roundTripMs ?? 0;
  return {
    offsetMs: offsets[Math.floor(offsets.length / 2)] ?? 0,
    roundTripMs: at(0.5),
    marginMs: ageMarginMsMin + (at(0.95) - at(0)) / 2,
  };
}
