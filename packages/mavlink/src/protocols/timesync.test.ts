import { createRandom, defined, monotonicMs, type Random } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import type { OutgoingMessage } from "../frame-writer.ts";
import { frameFrom } from "../testing.ts";
import {
  answerTimesync,
  ownTimeOf,
  type PeerClock,
  peerClock,
  startTimesync,
  stepTimesync,
  type TimesyncExchange,
} from "./timesync.ts";

const self = { systemId: 248, componentId: 197 };
const target = { systemId: 1, componentId: 191 };
const ms = monotonicMs;
type Sync = Extract<OutgoingMessage, { name: "TIMESYNC" }>;

/** What is on its way, in either direction, and when it arrives. */
type OnTheWay = { readonly atMs: number; readonly message: Sync };

/** A peer with a clock of its own, at the far end of two ways that differ. */
class Bench {
  exchange: TimesyncExchange = startTimesync({ self, target }, ms(0));
  /** What the peer's clock shows, in milliseconds, when ours shows this. */
  peerMs = (ownMs: number): number => ownMs;
  upMs = (): number => 2;
  downMs = (): number => 2;
  nowMs = 0;
  requests = 0;
  readonly #up: OnTheWay[] = [];
  readonly #down: OnTheWay[] = [];

  get clock(): PeerClock | undefined {
    return peerClock(this.exchange, ms(this.nowMs));
  }

  /** By how much the estimate is wrong, either way. */
  get errorMs(): number {
    const { offsetNs } = defined(this.clock, "An estimate");
    return Math.abs(Number(offsetNs) / 1e6 - (this.peerMs(this.nowMs) - this.nowMs));
  }

  run(forMs: number, each: () => void = () => undefined): void {
    for (const end = this.nowMs + forMs; this.nowMs < end; this.nowMs += 1) {
      for (const { message } of this.#due(this.#up)) this.#answer(message);
      for (const { message } of this.#due(this.#down)) this.hear(message);
      const step = stepTimesync(this.exchange, { kind: "tick" }, ms(this.nowMs));
      this.exchange = step.exchange;
      for (const message of step.send) this.#ask(message);
      each();
    }
  }

  hear(message: Sync, from = target): void {
    const frame = frameFrom(from, message);
    this.exchange = stepTimesync(this.exchange, { kind: "frame", frame }, ms(this.nowMs)).exchange;
  }

  #ask(message: OutgoingMessage): void {
    this.requests += 1;
    if (message.name === "TIMESYNC") this.#up.push({ atMs: this.nowMs + this.upMs(), message });
  }

  /** Whole microseconds, as autopilots and companions count. */
  #answer({ ts1 }: Sync): void {
    const tc1 = BigInt(Math.floor(this.peerMs(this.nowMs) * 1_000)) * 1_000n;
    const to = { targetSystem: self.systemId, targetComponent: self.componentId };
    const message: Sync = { name: "TIMESYNC", tc1, ts1, ...to };
    this.#down.push({ atMs: this.nowMs + this.downMs(), message });
  }

  #due(way: OnTheWay[]): OnTheWay[] {
    const due = way.filter(({ atMs }) => atMs <= this.nowMs);
    way.splice(0, way.length, ...way.filter(({ atMs }) => atMs > this.nowMs));
    return due;
  }
}

/** Mostly quick, now and then a queue. */
const jittery = (random: Random, baseMs: number) => (): number =>
  baseMs + random.between(0, 3) + (random.chance(0.2) ? random.between(0, 80) : 0);

describe("answering", () => {
  test("[MV95] a request is answered with our clock, and its stamp as it was sent", () => {
    const request = { name: "TIMESYNC", tc1: 0n, ts1: 42n, targetSystem: 0, targetComponent: 0 };
    const answer = answerTimesync({ ...request, name: "TIMESYNC" }, target, ms(1_234.5));
    expect(answer).toEqual({
      ...{ name: "TIMESYNC", tc1: 1_234_500_000n, ts1: 42n },
      ...{ targetSystem: 1, targetComponent: 191 },
    });
    expect(answerTimesync({ ...request, name: "TIMESYNC" }, target, ms(0))?.tc1).not.toBe(0n);
  });

  test("[MV95] a request of our peer is answered in passing, and an answer is not", () => {
    const exchange = startTimesync({ self, target }, ms(0));
    const hear = (message: Sync) =>
      stepTimesync(exchange, { kind: "frame", frame: frameFrom(target, message) }, ms(7)).send;
    expect(hear({ name: "TIMESYNC", tc1: 0n, ts1: 5n })).toMatchObject([{ tc1: 7_000_000n }]);
    expect(hear({ name: "TIMESYNC", tc1: 9n, ts1: 5n })).toEqual([]);
    const to = { targetSystem: 255, targetComponent: 190 };
    expect(hear({ name: "TIMESYNC", tc1: 0n, ts1: 5n, ...to })).toEqual([]);
  });
});

describe("asking", () => {
  test("[MV96] ten times a second, whether or not there is an answer, and no more is kept", () => {
    const bench = new Bench();
    bench.upMs = () => Number.POSITIVE_INFINITY;
    bench.run(10_000);
    expect(bench.requests).toBe(100);
    expect(bench.exchange.asked).toHaveLength(20);
    expect(bench.clock).toBeUndefined();
  });

  test("[MV96] an answer counts once, from the target alone, and to our own request alone", () => {
    const bench = new Bench();
    bench.upMs = () => Number.POSITIVE_INFINITY;
    bench.run(1_000);
    const ts1 = defined(bench.exchange.asked[3], "A request");
    const answer: Sync = { name: "TIMESYNC", tc1: 1n, ts1 };
    bench.hear(answer, { systemId: 2, componentId: 191 });
    bench.hear({ ...answer, ts1: ts1 + 1n });
    bench.hear({ ...answer, targetSystem: 255, targetComponent: 190 });
    expect(bench.exchange.readings).toEqual([]);
    bench.hear(answer);
    bench.hear(answer);
    expect(bench.exchange.readings).toHaveLength(1);
  });
});

describe("the peer's clock", () => {
  test("[MV97] is told after five exchanges, and its stamps are then told by ours", () => {
    const bench = new Bench();
    bench.peerMs = (ownMs) => ownMs + 1_700_000_000_000;
    bench.run(404);
    expect(bench.clock).toBeUndefined();
    bench.run(100);
    expect(bench.clock?.errorMsMax).toBeLessThan(4);
    const us = 1_700_000_000_000_000n + 480_000n;
    expect(ownTimeOf(defined(bench.clock, "A clock"), us)).toBeCloseTo(480, 1);
  });

  test("[MV97] is not told when it was not heard for two seconds", () => {
    const bench = new Bench();
    bench.run(1_000);
    bench.upMs = () => Number.POSITIVE_INFINITY;
    bench.run(1_900);
    expect(bench.clock).toBeDefined();
    bench.run(200);
    expect(bench.clock).toBeUndefined();
  });

  test.each([11, 12, 13, 14, 15, 16, 17, 18])(
    "[MV97] ways that differ, queues and drift stay within the bound it tells, seed %i",
    (seed) => {
      const random = createRandom(seed);
      const bench = new Bench();
      bench.upMs = jittery(random.fork(), random.between(0, 20));
      bench.downMs = jittery(random.fork(), random.between(0, 5));
      const drift = random.between(-0.0002, 0.0002);
      const startMs = random.between(0, 1e12);
      bench.peerMs = (ownMs) => startMs + ownMs * (1 + drift);
      let checks = 0;
      let worstExcessMs = Number.NEGATIVE_INFINITY;
      bench.run(30_000, () => {
        const { clock } = bench;
        if (!clock) return;
        checks += 1;
        worstExcessMs = Math.max(worstExcessMs, bench.errorMs - clock.errorMsMax);
      });
      expect(worstExcessMs).toBeLessThan(0);
      expect(checks).toBeGreaterThan(28_000);
      expect(bench.exchange.jumps).toBe(0);
      // The bound is worth something too: no queue is in it.
      expect(bench.clock?.errorMsMax).toBeLessThan(20);
      expect(bench.exchange.readings.length).toBeLessThanOrEqual(30);
    },
  );

  test.each([21, 22, 23, 24])(
    "[MV98] after a jump, either way, it is dropped at the next exchange and told anew, seed %i",
    (seed) => {
      const random = createRandom(seed);
      const bench = new Bench();
      bench.upMs = jittery(random.fork(), 1);
      bench.downMs = jittery(random.fork(), 4);
      const jumpMs = (random.chance(0.5) ? 1 : -1) * random.between(100, 1e6);
      bench.peerMs = (ownMs) => ownMs + (ownMs < 5_000 ? 2e6 : 2e6 + jumpMs);
      bench.run(5_000);
      expect(bench.clock).toBeDefined();
      let untoldAtMs: number | undefined;
      let toldAtMs = Number.POSITIVE_INFINITY;
      bench.run(3_000, () => {
        if (!bench.clock) untoldAtMs ??= bench.nowMs;
        else if (untoldAtMs !== undefined) toldAtMs = Math.min(toldAtMs, bench.nowMs);
      });
      expect(bench.exchange.jumps).toBe(1);
      expect(untoldAtMs).toBeLessThan(5_000 + 100 + 180);
      expect(toldAtMs).toBeLessThan(5_000 + 900);
      expect(bench.errorMs).toBeLessThan(defined(bench.clock, "A clock").errorMsMax);
    },
  );
});
