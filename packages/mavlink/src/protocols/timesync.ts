import { assertNever, type MonotonicMs, monotonicMs } from "@pista/kernel";
import type { MavlinkFrame } from "../frame-reader.ts";
import type { Outgoing, Timesync } from "../messages.generated.ts";
import {
  type Address,
  type ExchangeEvent,
  isFor,
  isFrom,
  nextDeadline,
  type Parties,
  type Step,
} from "./exchange.ts";

export type TimesyncRequest = Parties & { readonly periodMs?: number };

/** What one round trip tells of the other clock: its offset, give or take half of the trip. */
type ClockReading = {
  readonly offsetNs: bigint;
  readonly roundTripMs: number;
  readonly atMs: MonotonicMs;
};

export type TimesyncExchange = {
  readonly request: TimesyncRequest;
  readonly dueAtMs: MonotonicMs;
  /** The stamps of the requests that are not answered yet. */
  readonly asked: readonly bigint[];
  readonly readings: readonly ClockReading[];
  /** How often one of the clocks was found to have jumped. */
  readonly jumps: number;
};

/** The peer's clock by ours; the true offset lies within the bound. */
export type PeerClock = {
  /** The peer's clock less ours. */
  readonly offsetNs: bigint;
  readonly errorMsMax: number;
};

/** PX4 asks as often. */
const usualPeriodMs = 100;
/** Two seconds of requests. */
const askedMax = 20;
/** Three seconds. */
const readingsMax = 30;
/** So few may all have met a queue. */
const readingsMin = 5;
/** A clock that is not heard for longer may have jumped unseen. */
const readingAgeMsMax = 2_000;
/** As fast as clocks are slewed (adjtime, 500 ppm): more than two crystals differ. */
const driftShareMax = 0.0005;
/** Clocks that count whole milliseconds are up to one behind. */
const resolutionMs = 1;

const nsFromMs = (ms: number): bigint => BigInt(Math.round(ms * 1e6));
const msFromNs = (ns: bigint): number => Number(ns) / 1e6;

/** How far the offset may be from what was read, by now. */
const errorMs = ({ roundTripMs, atMs }: ClockReading, nowMs: MonotonicMs): number =>
  roundTripMs / 2 + resolutionMs + (nowMs - atMs) * driftShareMax;

/** Our clock, for whoever asks; undefined for an answer. */
export function answerTimesync(
  { tc1, ts1 }: Timesync,
  from: Address,
  nowMs: MonotonicMs,
): Outgoing<Timesync> | undefined {
  if (tc1 !== 0n) return undefined;
  const { systemId: targetSystem, componentId: targetComponent } = from;
  // Zero would be a request.
  const ownNs = nsFromMs(nowMs) || 1n;
  return { name: "TIMESYNC", tc1: ownNs, ts1, targetSystem, targetComponent };
}

/** Asks for the first time at the first tick. */
export const startTimesync = (request: TimesyncRequest, nowMs: MonotonicMs): TimesyncExchange => ({
  request,
  dueAtMs: nowMs,
  asked: [],
  readings: [],
  jumps: 0,
});

/** Two readings that no drift explains: the intervals in which they put the offset do not meet. */
function contradict(one: ClockReading, other: ClockReading, nowMs: MonotonicMs): boolean {
  const apartMs = Math.abs(msFromNs(one.offsetNs - other.offsetNs));
  return apartMs > errorMs(one, nowMs) + errorMs(other, nowMs);
}

function read(
  exchange: TimesyncExchange,
  { tc1, ts1 }: Timesync,
  nowMs: MonotonicMs,
): TimesyncExchange {
  const nowNs = nsFromMs(nowMs);
  const offsetNs = tc1 - (ts1 + nowNs) / 2n;
  const reading = { offsetNs, roundTripMs: msFromNs(nowNs - ts1), atMs: nowMs };
  const { readings, jumps } = exchange;
  const asked = exchange.asked.filter((stamp) => stamp !== ts1);
  return readings.some((known) => contradict(known, reading, nowMs))
    ? { ...exchange, asked, readings: [reading], jumps: jumps + 1 }
    : { ...exchange, asked, readings: [...readings, reading].slice(-readingsMax) };
}

function onFrame(
  exchange: TimesyncExchange,
  frame: MavlinkFrame,
  nowMs: MonotonicMs,
): Step<TimesyncExchange> {
  const { message } = frame;
  const { self, target } = exchange.request;
  const isOurs = message.name === "TIMESYNC" && isFrom(frame, target) && isFor(message, self);
  if (!isOurs) return { exchange, send: [] };
  const answer = answerTimesync(message, frame, nowMs);
  if (answer) return { exchange, send: [answer] };
  const isAnswer = exchange.asked.includes(message.ts1);
  return { exchange: isAnswer ? read(exchange, message, nowMs) : exchange, send: [] };
}

function onTick(exchange: TimesyncExchange, nowMs: MonotonicMs): Step<TimesyncExchange> {
  const { request, dueAtMs } = exchange;
  if (nowMs < dueAtMs) return { exchange, send: [] };
  const { periodMs = usualPeriodMs, target } = request;
  const ts1 = nsFromMs(nowMs);
  const { systemId: targetSystem, componentId: targetComponent } = target;
  return {
    exchange: {
      ...exchange,
      dueAtMs: nextDeadline(dueAtMs, periodMs, nowMs),
      asked: [...exchange.asked, ts1].slice(-askedMax),
    },
    send: [{ name: "TIMESYNC", tc1: 0n, ts1, targetSystem, targetComponent }],
  };
}

/**
 * The Time Synchronization Protocol (https://mavlink.io/en/services/timesync.html): asks a peer for
 * its clock, and answers it. Tick it at `dueAtMs` or later.
 */
export function stepTimesync(
  exchange: TimesyncExchange,
  event: ExchangeEvent,
  nowMs: MonotonicMs,
): Step<TimesyncExchange> {
  switch (event.kind) {
    case "tick":
      return onTick(exchange, nowMs);
    case "frame":
      return onFrame(exchange, event.frame, nowMs);
    default:
      return assertNever(event, "An event of the clocks");
  }
}

/**
 * The peer's clock, by the round trip that bounds it best; undefined while it is not known. A short
 * trip met no queue on either way, so it is never averaged with others.
 */
export function peerClock(
  { readings }: TimesyncExchange,
  nowMs: MonotonicMs,
): PeerClock | undefined {
  const newest = readings.at(-1);
  const isFresh = newest !== undefined && nowMs - newest.atMs <= readingAgeMsMax;
  if (!isFresh || readings.length < readingsMin) return undefined;
  const best = readings.reduce((one, other) =>
    errorMs(other, nowMs) < errorMs(one, nowMs) ? other : one,
  );
  return { offsetNs: best.offsetNs, errorMsMax: errorMs(best, nowMs) };
}

/** A stamp of the peer's clock, by ours. */
export const ownTimeOf = ({ offsetNs }: PeerClock, peerUs: bigint): MonotonicMs =>
  monotonicMs(msFromNs(peerUs * 1_000n - offsetNs));
