import { type GatewayEffect, gatewayId, initialGatewayState, tickMs } from "@pista/flight";
import { assetId, type Clock, type MonotonicMs, monotonicMs } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { GuardLoop } from "./guard-loop.ts";

const initial = initialGatewayState(
  {
    gatewayId: gatewayId("gateway-one"),
    assetId: assetId("drone-one"),
    leasePublicKey: new Uint8Array(32),
    vehicle: { guardToMotionS: 0.4, decelerationMps2: 1.5 },
  },
  0,
);

const loopOn = (
  clock: Clock,
  onTick: (atMs: MonotonicMs) => void,
  onFrozen: (lateMs: number) => void = () => undefined,
): GuardLoop => new GuardLoop({ initial, clock, carry: () => undefined, onTick, onFrozen });

describe("the guard's loop", () => {
  test("ticks every 20 ms by absolute deadlines, however long a tick takes", () => {
    const clock = createManualClock();
    const at: number[] = [];
    const loop = loopOn(clock, (atMs) => at.push(atMs));
    loop.start();
    clock.advance(10 * tickMs);
    expect(at).toEqual(Array.from({ length: 11 }, (_, index) => index * tickMs));
    loop.stop();
    clock.advance(10 * tickMs);
    expect(at).toHaveLength(11);
  });

  test("[LG8] skips the ticks that a frozen process missed, says so, and keeps to its deadlines", () => {
    const manual = createManualClock();
    let frozenMs = 0;
    // A process that slept: its timers fire late and find the time gone.
    const clock: Clock = {
      ...manual,
      monotonicMs: () => monotonicMs(manual.monotonicMs() + frozenMs),
    };
    const at: number[] = [];
    const frozen: number[] = [];
    const loop = loopOn(
      clock,
      (atMs) => at.push(atMs),
      (lateMs) => frozen.push(lateMs),
    );
    loop.start();
    manual.advance(tickMs);
    frozenMs = 1_005;
    manual.advance(tickMs);
    manual.advance(tickMs);
    expect(at.slice(0, 4)).toEqual([0, 20, 1_045, 1_060]);
    expect(frozen).toEqual([1_005]);
  });

  test("an event that an effect gives rise to waits for the effects before it", () => {
    const clock = createManualClock();
    const carried: GatewayEffect["kind"][] = [];
    const loop: GuardLoop = new GuardLoop({
      initial,
      clock,
      carry: (effect, atMs) => {
        if (carried.length === 0) {
          loop.hear({ kind: "epoch-stored", epoch: 1, atMs });
          expect(loop.state.highestEpoch).toBe(0);
        }
        carried.push(effect.kind);
      },
      onTick: () => undefined,
      onFrozen: () => undefined,
    });
    const flying = { armed: true, mode: "guided", landed: false } as const;
    const rest = { batteryPct: undefined, guardsConfirmed: true };
    loop.hear({ kind: "vehicle-status", ...flying, ...rest, atMs: monotonicMs(0) });
    expect(loop.state.highestEpoch).toBe(1);
    expect(carried.length).toBeGreaterThanOrEqual(2);
  });
});
