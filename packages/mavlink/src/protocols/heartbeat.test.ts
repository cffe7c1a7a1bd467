import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MavModeFlag } from "../constants/control-constants.ts";
import { MavAutopilot, MavState, MavType } from "../constants/vehicle-constants.ts";
import { frameFrom } from "../testing.ts";
import type { Address } from "./exchange.ts";
import {
  groundStation,
  type HeartbeatContent,
  type HeartbeatExchange,
  type HeartbeatStep,
  isArmed,
  isFromAutopilot,
  nextHeartbeatAt,
  startHeartbeat,
  stepHeartbeat,
} from "./heartbeat.ts";

const ms = monotonicMs;
const tick = { kind: "tick" } as const;
const copter: HeartbeatContent = {
  type: MavType.QUADROTOR,
  autopilot: MavAutopilot.ARDUPILOTMEGA,
  baseMode: MavModeFlag.SAFETY_ARMED,
  customMode: 4,
  systemStatus: MavState.ACTIVE,
};
const target = { systemId: 1, componentId: 1 };
const started = (request = {}): HeartbeatExchange =>
  startHeartbeat({ own: groundStation, ...request }, ms(0));

const hear = (
  exchange: HeartbeatExchange,
  nowMs: MonotonicMs,
  said = copter,
  from: Address = target,
): HeartbeatStep => {
  const frame = frameFrom(from, { name: "HEARTBEAT", ...said, mavlinkVersion: 3 });
  return stepHeartbeat(exchange, { kind: "frame", frame }, nowMs);
};

describe("our own", () => {
  test("[MV90] the first goes out at once, and says what we are", () => {
    expect(stepHeartbeat(started(), tick, ms(0)).send).toEqual([
      {
        name: "HEARTBEAT",
        ...{ type: 6, autopilot: 8, baseMode: 0, customMode: 0, systemStatus: 4 },
        mavlinkVersion: 3,
      },
    ]);
  });

  test("[MV90] however late the ticks come, it keeps to its seconds and repeats none", () => {
    const late = fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(late, fc.integer({ min: 50, max: 2_000 }), (steps, periodMs) => {
        let exchange = started({ periodMs });
        let nowMs = 0;
        const periods: number[] = [];
        for (const stepMs of [0, ...steps]) {
          nowMs += stepMs;
          const step = stepHeartbeat(exchange, tick, ms(nowMs));
          exchange = step.exchange;
          for (const _ of step.send) periods.push(Math.floor(nowMs / periodMs));
          expect(exchange.dueAtMs % periodMs).toBe(0);
          expect(exchange.dueAtMs).toBeGreaterThan(nowMs);
        }
        // One in each period in which there was a tick, and never two.
        expect(new Set(periods).size).toBe(periods.length);
        expect(periods.at(-1)).toBe(Math.floor(nowMs / periodMs));
      }),
    );
  });

  test("[MV90] it can be put off, and brought forward", () => {
    const { exchange } = stepHeartbeat(started(), tick, ms(0));
    expect(stepHeartbeat(nextHeartbeatAt(exchange, ms(5_000)), tick, ms(4_999)).send).toEqual([]);
    expect(stepHeartbeat(nextHeartbeatAt(exchange, ms(10)), tick, ms(10)).send).toHaveLength(1);
  });
});

describe("others", () => {
  test("[MV91] are news once, and known by what they said last", () => {
    const first = hear(started(), ms(100));
    expect(first.news).toEqual([
      { kind: "heard", peer: { address: target, said: copter, heardAtMs: 100 } },
    ]);
    const landing = { ...copter, customMode: 9, baseMode: 0 };
    const second = hear(first.exchange, ms(1_100), landing);
    expect(second.news).toEqual([]);
    expect(second.exchange.peers).toEqual([{ address: target, said: landing, heardAtMs: 1_100 }]);
  });

  test("[MV91] components of one system are told apart, and other messages are no heartbeats", () => {
    const camera = { ...groundStation, type: MavType.CAMERA };
    const two = hear(hear(started(), ms(0)).exchange, ms(10), camera, {
      systemId: 1,
      componentId: 100,
    }).exchange;
    expect(two.peers.map(({ said }) => isFromAutopilot(said))).toEqual([true, false]);
    expect(two.peers.map(({ said }) => isArmed(said))).toEqual([true, false]);
    const other = frameFrom(target, { name: "TIMESYNC", tc1: 0n, ts1: 1n });
    const step = stepHeartbeat(two, { kind: "frame", frame: other }, ms(9_000));
    expect(step.exchange).toBe(two);
  });

  test("[MV91] component 0 stands for itself alone, and system 0 for nobody", () => {
    const from = [
      { systemId: 1, componentId: 0 },
      { systemId: 0, componentId: 1 },
      { systemId: 0, componentId: 0 },
      { systemId: 1, componentId: 1 },
      { systemId: 2, componentId: 1 },
    ];
    let exchange = started();
    for (const [index, address] of from.entries()) {
      exchange = hear(exchange, ms(index), copter, address).exchange;
    }
    // Heard again, it takes nobody else's place.
    exchange = hear(exchange, ms(9), copter, { systemId: 1, componentId: 0 }).exchange;
    expect(exchange.peers).toMatchObject([
      { address: { systemId: 1, componentId: 0 }, heardAtMs: 9 },
      { address: { systemId: 1, componentId: 1 }, heardAtMs: 3 },
      { address: { systemId: 2, componentId: 1 }, heardAtMs: 4 },
    ]);
  });

  test("[MV92] silent for longer than the time-out they are lost, once", () => {
    const { exchange } = hear(started({ silenceMsMax: 3_000 }), ms(0));
    expect(stepHeartbeat(exchange, tick, ms(3_000)).news).toEqual([]);
    const lost = stepHeartbeat(exchange, tick, ms(3_001));
    expect(lost.news).toMatchObject([{ kind: "lost", peer: { address: target, said: copter } }]);
    expect(lost.exchange.peers).toEqual([]);
    expect(stepHeartbeat(lost.exchange, tick, ms(3_002)).news).toEqual([]);
    expect(hear(lost.exchange, ms(4_000)).news).toMatchObject([{ kind: "heard" }]);
  });

  test("[MV92] whatever is heard, no more than the limit is kept, and who is known stays known", () => {
    const id = fc.integer({ min: 1, max: 255 });
    const senders = fc.array(fc.record({ systemId: id, componentId: id }), { maxLength: 100 });
    fc.assert(
      fc.property(senders, (addresses) => {
        let { exchange } = hear(started({ peersMax: 4 }), ms(0));
        const told = new Set<string>();
        for (const [index, address] of addresses.entries()) {
          const step = hear(exchange, ms(index), groundStation, address);
          for (const { peer } of step.news) told.add(JSON.stringify(peer.address));
          exchange = step.exchange;
        }
        expect(exchange.peers.length).toBeLessThanOrEqual(4);
        expect(exchange.peers[0]?.address).toEqual(target);
        // Nobody is kept of whom it was not told, and nobody twice.
        const kept = exchange.peers.slice(1).map(({ address }) => JSON.stringify(address));
        expect(new Set(kept)).toEqual(told);
        expect(new Set(kept).size).toBe(kept.length);
      }),
    );
  });
});
