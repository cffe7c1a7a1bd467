import { defined, monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { divertVelocity } from "./diversion.ts";
import type { Obstacle } from "./envelope.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";
import { testLease } from "./testing/test-lease.ts";

/** Below the vehicle, which hovers at 30, 15. */
const crate: Obstacle = { westM: 28, southM: 14, eastM: 32, northM: 16, topM: 1 };
const limits = {
  ...testLease().limits,
  obstacles: [crate],
  landingSpots: [
    { eastM: 10, northM: 15 },
    { eastM: 36, northM: 15 },
  ],
};

/** Moves as it is told, without lag: what the guard says is what happens. */
function fly(driver: GatewayDriver, forMs: number): void {
  for (let ms = 0; ms < forMs; ms += 20) {
    const mark = driver.mark;
    driver.run(20);
    const { velocity } = driver.since(mark, "set-velocity").at(-1)?.effect ?? {};
    driver.vehicle.position.eastM += (velocity?.eastMps ?? 0) * 0.02;
    driver.vehicle.position.northM += (velocity?.northMps ?? 0) * 0.02;
  }
}

/** The pilot has just gone, and the vehicle has held its two seconds. */
function deserted(changes: Partial<typeof limits> = {}): GatewayDriver {
  const driver = GatewayDriver.flying({ limits: { ...limits, ...changes } });
  driver.run(1_000);
  driver.page.isSending = false;
  driver.run(2_300);
  return driver;
}

describe("without a pilot", () => {
  test("[LG2] over an obstacle it goes to the nearest marked spot and lands there", () => {
    const driver = deserted();
    expect(driver.state.phase).toBe("diverting");
    const mark = driver.mark;
    fly(driver, 20_000);
    expect(driver.ordersSince(mark).map(({ order }) => order)[0]).toBe("land");
    expect(driver.state.phase).toBe("landing");
    expect(Math.abs(driver.vehicle.position.eastM - 36)).toBeLessThan(0.26);
    expect(Math.max(...driver.speedsSince(mark))).toBeLessThanOrEqual(0.5);
    expect(driver.recordsSince(0)).toContainEqual(
      expect.objectContaining({ from: "flying", to: "diverting", cause: "command-old" }),
    );
  });

  test("[LG2] where the column below is free it lands at once", () => {
    const driver = deserted({ obstacles: [{ ...crate, westM: 31, eastM: 33 }] });
    expect(driver.state.phase).toBe("landing");
  });

  test("[LG10] without confirmed time-outs of its autopilot it goes nowhere, and lands", () => {
    const driver = deserted();
    driver.status({ guardsConfirmed: false });
    driver.run(40);
    expect(driver.state.phase).toBe("landing");
    const other = GatewayDriver.flying({ limits });
    other.run(1_000);
    other.status({ guardsConfirmed: false });
    other.page.isSending = false;
    other.run(2_300);
    expect(other.state.phase).toBe("landing");
  });

  test("[LG2] a spot behind an obstacle as high as the vehicle is not the nearest", () => {
    const wall: Obstacle = { westM: 34, southM: 0, eastM: 35, northM: 30, topM: 9 };
    const driver = deserted({ obstacles: [crate, wall] });
    fly(driver, 60_000);
    expect(driver.state.phase).toBe("landing");
    expect(Math.abs(driver.vehicle.position.eastM - 10)).toBeLessThan(0.26);
  });

  test("[LG2] a spot on which something stands is not the nearest", () => {
    const onIt: Obstacle = { westM: 35, southM: 14, eastM: 37, northM: 16, topM: 0.5 };
    const driver = deserted({ obstacles: [crate, onIt] });
    fly(driver, 60_000);
    expect(driver.state.phase).toBe("landing");
    expect(Math.abs(driver.vehicle.position.eastM - 10)).toBeLessThan(0.26);
  });

  test("[LG6] on its way it stays as far from what is mapped as any pilot does", () => {
    const behind: Obstacle = { westM: 36.7, southM: 0, eastM: 37, northM: 30, topM: 9 };
    const driver = deserted({ obstacles: [crate, behind] });
    // Less sure than when it chose the spot, it stops short of it.
    driver.vehicle.sigmaM = 0.28;
    fly(driver, 60_000);
    const { eastM } = driver.vehicle.position;
    expect(eastM).toBeGreaterThan(35);
    expect(36.7 - eastM).toBeGreaterThanOrEqual(3 * 0.28 + 0.3);
  });

  test.each([
    ["no spot is marked", { landingSpots: [] }],
    ["none can be reached", { obstacles: [{ ...crate, topM: 9 }] }],
  ])("[LG2] it lands where it is when %s", (_, changes) => {
    expect(deserted(changes).state.phase).toBe("landing");
  });

  test("[LG4] a stop on the way holds it; with nobody there for 2 s it goes on, not down on what is below", () => {
    const driver = deserted();
    driver.hear({ kind: "stop-received", stopSequence: 1 });
    driver.run(20);
    expect(driver.state.phase).toBe("flying");
    const mark = driver.mark;
    driver.run(1_900);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    driver.run(200);
    expect(driver.state.phase).toBe("diverting");
    fly(driver, 20_000);
    expect(driver.state).toMatchObject({ phase: "landing", stop: { latched: true } });
    expect(Math.abs(driver.vehicle.position.eastM - 36)).toBeLessThan(0.26);
  });

  test("[LG4] each stop holds it anew, and with its pilot there it goes nowhere until they release it", () => {
    const driver = deserted();
    for (const stopSequence of [1, 2]) {
      driver.hear({ kind: "stop-received", stopSequence });
      driver.run(20);
      expect(driver.state.phase).toBe("flying");
      driver.run(2_100);
      expect(driver.state.phase).toBe("diverting");
    }
    driver.page.isSending = true;
    driver.page.stopSequence = 3;
    driver.run(200);
    const mark = driver.mark;
    driver.run(20_000);
    expect(driver.state).toMatchObject({ phase: "flying", lock: "stop-latched" });
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
  });

  test("[LG4] a stop pressed while it holds is no older than two seconds when it goes to the spot", () => {
    const driver = GatewayDriver.flying({ limits });
    driver.run(1_000);
    driver.page.isSending = false;
    driver.run(1_500);
    driver.hear({ kind: "stop-received", stopSequence: 1 });
    driver.run(1_980);
    expect(driver.state.phase).toBe("flying");
    driver.run(40);
    expect(driver.state.phase).toBe("diverting");
  });

  test("[AU2] [LG4] the stop of a pilot whose lease was taken back does not keep it over the obstacle", () => {
    const driver = deserted();
    driver.hear({ kind: "lease-revoked", leaseId: driver.lease.leaseId, reason: "x" });
    driver.hear({ kind: "stop-received", stopSequence: 1 });
    driver.run(20);
    expect(driver.state).toMatchObject({ phase: "diverting", stop: { latched: false } });
    expect(driver.recordsSince(0)).toContainEqual({
      kind: "stop-refused",
      cause: "no-lease",
      stopSequence: 1,
    });
  });

  test("[LG6] (a) it goes no faster than a pose of the past allows", () => {
    const driver = deserted({ obstacles: [crate, { ...crate, westM: 34, eastM: 35, topM: 3 }] });
    const { state } = driver;
    const { pose, poseAtMs = driver.nowMs } = state.vehicle;
    const position = { eastM: 33.05, northM: 15, upM: 1.5 };
    const diversion = { spot: { eastM: 36, northM: 15 }, untilMs: monotonicMs(1e9) };
    const vehicle = { ...state.vehicle, pose: { ...defined(pose, "Pose"), position } };
    const atMs = monotonicMs(poseAtMs + 190);
    const bounds = { guardToMotionS: 0.4, decelerationMps2: 1.5 };
    const setup = { ...state.setup, vehicle: bounds };
    const { eastMps } = divertVelocity({ ...state, setup, vehicle, diversion }, atMs);
    expect(eastMps).toBeGreaterThan(0);
    // 0.95 m up to the wall, less 0.3 m and three assumed sigmas of 0.1 m.
    expect(eastMps * (0.4 + 0.19) + eastMps ** 2 / 3).toBeLessThanOrEqual(0.35 + 1e-9);
  });

  test("[LG11] without odometry it does not move on, but comes down", () => {
    const driver = deserted();
    driver.vehicle.hasOdometry = false;
    driver.run(260);
    expect(driver.state.phase).toBe("landing");
  });

  test("[LG2] a vehicle that does not get there is landed all the same", () => {
    const driver = deserted();
    driver.run(60_000);
    expect(driver.recordsSince(0)).toContainEqual(
      expect.objectContaining({ from: "diverting", to: "landing", cause: "spot-not-reached" }),
    );
  });

  test("[AU4] the safety pilot takes it on the way, and it is not diverted under their hands", () => {
    const driver = deserted();
    driver.status({ mode: "other" });
    const mark = driver.mark;
    driver.run(5_000);
    expect(driver.state.phase).toBe("flying");
    expect(driver.since(mark, "set-velocity")).toEqual([]);
    expect(driver.ordersSince(mark)).toEqual([]);
  });
});
