import { siteId } from "@pista/kernel";
import { beforeEach, describe, expect, test } from "vitest";
import type { Gate, GatePassage } from "./circuit.ts";
import { leaseId } from "./identity.ts";
import { type LapTiming, timeLaps } from "./lap-timing.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const gate = (northM: number): Gate => ({
  centre: { eastM: 30, northM, upM: 2 },
  headingDeg: 0,
  widthM: 3,
  heightM: 3,
});
const site = { siteId: siteId("hall"), version: 1, gates: [gate(16), gate(18)] };

let driver: GatewayDriver;
let timing: LapTiming | undefined;
let passages: GatePassage[];

/** As the gateway does it: after each tick, with what the guard knows by then. */
function run(forMs: number): void {
  for (let ms = 0; ms < forMs; ms += 20) {
    driver.run(20);
    const step = timeLaps(timing, driver.state);
    timing = step.timing;
    passages.push(...step.passages);
  }
}

/** From south to north through both gates, at 1 m/s, as the vehicle's odometry tells it. */
function flyNorth(): void {
  driver.vehicle.position = { eastM: 30, northM: 15, upM: 2 };
  run(100);
  for (let step = 0; step < 200; step++) {
    const { northM } = driver.vehicle.position;
    driver.vehicle.position = { eastM: 30, northM: northM + 0.02, upM: 2 };
    run(20);
  }
}

const inAir = (mode: "guided" | "other" = "guided"): void => {
  driver.status({ armed: true, mode, landed: false, batteryPct: 80 });
};

beforeEach(() => {
  driver = new GatewayDriver();
  [timing, passages] = [undefined, []];
});

describe("laps of a lease", () => {
  test("are timed by the poses that the guard hears, on the gateway's clock", () => {
    driver.grant({ site });
    inAir();
    flyNorth();
    expect(passages).toMatchObject([
      { gate: 0, sectorMs: undefined },
      { gate: 1, sectorMs: expect.closeTo(2_000, -2) },
    ]);
    expect(passages[1]?.atMs).toBeLessThan(driver.nowMs);
    expect(timing?.progress.laps.nextGate).toBe(0);
  });

  test("go on over a renewal, and begin anew with another lease", () => {
    driver.grant({ site });
    inAir();
    flyNorth();
    const before = timing?.progress.laps;
    driver.grant({ site, renewal: 7 });
    run(20);
    expect(timing?.progress.laps).toBe(before);
    driver.grant({ site, leaseId: leaseId("lease-2"), epoch: 2 });
    run(40);
    expect(timing).toMatchObject({
      leaseId: "lease-2",
      progress: { laps: { nextGate: 0, lapStartedAtMs: undefined } },
    });
  });

  test("are none without a lease, and none where the site has no gates", () => {
    inAir();
    flyNorth();
    expect([timing, passages]).toEqual([undefined, []]);
    driver.grant();
    flyNorth();
    expect([timing, passages]).toEqual([undefined, []]);
  });

  test.each([
    [
      "on the ground",
      () => driver.status({ armed: false, mode: "guided", landed: true, batteryPct: 80 }),
    ],
    ["with the safety pilot", () => inAir("other")],
  ])("%s the lap under way is over, and nothing counts", (_, happens) => {
    driver.grant({ site });
    inAir();
    flyNorth();
    expect(timing?.progress.laps.lapStartedAtMs).toBeDefined();
    happens();
    flyNorth();
    expect(passages).toHaveLength(2);
    expect(timing?.progress.laps).toMatchObject({ nextGate: 0, lapStartedAtMs: undefined });
  });
});
