import type { DroneView, TrialView } from "@pista/contracts";
import { epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { situationOf } from "./situation.ts";

const nowMs = epochMs(Date.UTC(2026, 10, 23, 12)); // A Monday, 13:00 in Rome.
const asking = { personId: "person-1", nowMs };

// Only the members that the decision reads.
const drone = (change: Partial<DroneView> = {}): DroneView =>
  ({ id: "drone-1", gateway: "online", pilot: null, ...change }) as DroneView;

const trial = (change: Partial<TrialView> = {}): TrialView =>
  ({
    state: "activated",
    reason: null,
    window: {
      timeZone: "Europe/Rome",
      weekdays: [1],
      fromMinute: 480,
      toMinute: 1_200,
      firstDay: "2026-01-01",
      lastDay: "2026-12-31",
    },
    grants: [{ personId: "person-1", personName: "A", action: "drone.fly", assetId: "drone-1" }],
    ...change,
  }) as TrialView;

describe("whether one could fly now", () => {
  test("ready when nothing stands in the way", () => {
    expect(situationOf(drone(), trial(), asking)).toEqual({ kind: "ready" });
  });

  test("[DC2] without a trial nobody flies", () => {
    expect(situationOf(drone(), undefined, asking)).toEqual({ kind: "no-trial" });
  });

  test("[TR1] a suspended trial says why, before anything else", () => {
    const suspended = trial({ state: "suspended", reason: "Smoke." });
    const offline = drone({ gateway: "offline" });
    expect(situationOf(offline, suspended, asking)).toEqual({
      kind: "suspended",
      reason: "Smoke.",
    });
  });

  test("[TR1] a trial that is not active permits nothing", () => {
    expect(situationOf(drone(), trial({ state: "closed" }), asking)).toEqual({
      kind: "not-activated",
      state: "closed",
    });
  });

  test("outside its window it says when the window opens", () => {
    const tuesday = epochMs(nowMs + 86_400_000);
    const situation = situationOf(drone(), trial(), { ...asking, nowMs: tuesday });
    expect(situation).toEqual({
      kind: "window-shut",
      opensAtMs: Date.UTC(2026, 10, 30, 7),
    });
  });

  test("a grant to watch, or to another person, is no grant to fly", () => {
    const watching = { personId: "person-1", personName: "A", action: "drone.watch" };
    const grants = [{ ...watching, assetId: "drone-1" }];
    expect(situationOf(drone(), trial({ grants }), asking).kind).toBe("not-granted");
    const other = { ...asking, personId: "person-2" };
    expect(situationOf(drone(), trial(), other).kind).toBe("not-granted");
  });

  test.each([
    ["offline", "gateway-offline"],
    ["none", "gateway-none"],
  ] as const)("a gateway that is %s", (gateway, kind) => {
    expect(situationOf(drone({ gateway }), trial(), asking)).toEqual({ kind });
  });

  test("[AU1] taken by somebody else, or by oneself elsewhere", () => {
    const taken = drone({ pilot: { personId: "person-9", name: "Bea" } });
    expect(situationOf(taken, trial(), asking)).toEqual({ kind: "taken", pilotName: "Bea" });
    const own = drone({ pilot: { personId: "person-1", name: "A" } });
    expect(situationOf(own, trial(), asking)).toEqual({ kind: "taken-by-you" });
  });
});
