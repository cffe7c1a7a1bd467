import { epochMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { boundsOf, declarableMps2, emptyLedger, enterBraking } from "./brake-ledger.ts";
import type { BrakeFigures, Braking } from "./braking.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const declared = { guardToMotionS: 0.4, decelerationMps2: 1.5 };
const empty = emptyLedger(declared);
const atMs = epochMs(1_790_000_000_000);

const figures = (changes: Partial<BrakeFigures> = {}): BrakeFigures => ({
  ...{ speedMps: 1.5, wayM: 1.08, promisedM: 1.35, boundMps2: 2.3 },
  ...{ guardToMotionS: 0.3, decelerationMps2: 2 },
  ...changes,
});
const braking = (verdict: "kept" | "worse", changes: Partial<BrakeFigures> = {}): Braking => ({
  verdict,
  figures: figures(changes),
});
const worse = (boundMps2: number): Braking => braking("worse", { boundMps2 });

describe("the ledger of brakings", () => {
  test("[LG6] counts what was kept, the fastest speed and the longest share of the way", () => {
    const one = enterBraking(empty, braking("kept"), atMs);
    const two = enterBraking(
      one,
      braking("kept", { speedMps: 1, wayM: 0.7, promisedM: 0.73 }),
      atMs,
    );
    expect(two).toMatchObject({ kept: 2, fastestMps: 1.5, worse: undefined, lastAtMs: atMs });
    expect(two.worstShare).toBeCloseTo(0.7 / 0.73, 9);
    expect(boundsOf(two)).toEqual(declared);
  });

  test("[LG6] is not moved by a braking that says nothing", () => {
    const unclear = { verdict: "unclear", cause: "near-the-bounds", figures: figures() } as const;
    expect(enterBraking(empty, unclear, atMs)).toBe(empty);
  });

  test("[LG6] keeps the worst, whatever is kept afterwards, and gives it as a tenth to declare", () => {
    const told = [worse(1.19), worse(1.3), braking("kept")];
    const ledger = told.reduce((before, each) => enterBraking(before, each, atMs), empty);
    const bounds = { guardToMotionS: 0.4, decelerationMps2: 1.19, isContradicted: true };
    expect(boundsOf(ledger)).toEqual(bounds);
    expect(ledger.kept).toBe(0);
    expect(ledger.worse && declarableMps2(ledger.worse)).toBeCloseTo(1.1, 9);
  });
});

describe("a guard whose vehicle braked worse than declared", () => {
  const contradict = (driver: GatewayDriver, decelerationMps2: number) =>
    driver.hear({ kind: "brakes-contradicted", decelerationMps2 });
  const pushNorthNearTheFence = (): GatewayDriver => {
    const driver = GatewayDriver.flying();
    driver.vehicle.position.northM = 28.5;
    driver.page.sticks = { forward: 1, right: 0, up: 0, yawRight: 0 };
    driver.run(200);
    return driver;
  };

  test("[LG6] is slower before a wall at once, and records what it takes from now on", () => {
    const driver = pushNorthNearTheFence();
    const before = driver.speedsSince(0).at(-1) ?? 0;
    const mark = driver.mark;
    contradict(driver, 0.5);
    driver.run(20);
    const after = driver.speedsSince(mark).at(-1) ?? 0;
    expect(before).toBeGreaterThan(0.8);
    expect(after).toBeLessThan(0.6 * before);
    expect(after).toBeGreaterThan(0);
    const tightened = { kind: "bounds-tightened", decelerationMps2: 0.5 };
    expect(driver.recordsSince(mark)).toContainEqual(tightened);
  });

  test("[LG6] never takes a better one", () => {
    const driver = pushNorthNearTheFence();
    contradict(driver, 0.5);
    contradict(driver, 9);
    expect(driver.state.setup.vehicle.decelerationMps2).toBe(0.5);
  });

  test("[LG6] flies on and lands, and refuses the next take-off", () => {
    const driver = GatewayDriver.flying();
    contradict(driver, 1);
    expect(driver.state.phase).toBe("flying");
    expect(driver.command({ op: "land" })).toBeUndefined();
    driver.status({ armed: false, mode: "other", landed: true });
    driver.run(1_000);
    expect(driver.command({ op: "take-off" })).toBe("brakes-contradicted");
  });
});
