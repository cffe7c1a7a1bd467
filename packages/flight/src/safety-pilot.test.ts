import { describe, expect, test } from "vitest";
import { leaseId } from "./identity.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const centred = { forward: 0, right: 0, up: 0, yawRight: 0 };

/** Everything that would reach the autopilot. */
const said = (driver: GatewayDriver, mark: number): number =>
  driver.since(mark, "set-velocity").length + driver.since(mark, "order-autopilot").length;

function flyingForward(): GatewayDriver {
  const driver = GatewayDriver.flying();
  driver.run(1_500);
  driver.page.sticks = forward;
  driver.run(200);
  return driver;
}

/** Taken over in a mode of theirs, put down by hand, and its motors are off. */
function landedByTheSafetyPilot(): GatewayDriver {
  const driver = flyingForward();
  driver.page.sticks = centred;
  driver.status({ mode: "other" });
  driver.vehicle.position.upM = 0;
  driver.run(3_000);
  driver.status({ armed: false, landed: true });
  return driver;
}

describe("the safety pilot", () => {
  test("[AU4] a mode that is not ours silences the gateway in the same step", () => {
    const driver = flyingForward();
    const effects = driver.status({ mode: "other" });
    expect(effects.map(({ kind }) => kind)).not.toContain("set-velocity");
    expect(driver.state.lock).toBe("safety-pilot");
    const mark = driver.mark;
    driver.run(20_000);
    expect(said(driver, mark)).toBe(0);
  });

  test("[AU4] nothing takes it back: not a lost pilot, not a revocation, not lost odometry", () => {
    const driver = flyingForward();
    driver.status({ mode: "other" });
    const mark = driver.mark;
    driver.vehicle.hasOdometry = false;
    driver.page.isSending = false;
    driver.run(5_000);
    driver.hear({ kind: "lease-revoked", leaseId: driver.lease.leaseId, reason: "x" });
    driver.hear({ kind: "peer-closed" });
    driver.run(10_000);
    expect(said(driver, mark)).toBe(0);
  });

  test("[AU4] the remote pilot's commands are refused meanwhile", () => {
    const driver = flyingForward();
    driver.status({ mode: "other" });
    expect(driver.command({ op: "land" })).toBe("safety-pilot-has-control");
    expect(driver.command({ op: "motors-off" })).toBe("safety-pilot-has-control");
    expect(driver.command({ op: "take-off" })).toBe("safety-pilot-has-control");
  });

  test("[AU4] it never takes the mode back by itself: nor on the ground, where they walk up to it", () => {
    const driver = landedByTheSafetyPilot();
    driver.run(10_000);
    expect(driver.state).toMatchObject({ phase: "grounded", lock: "safety-pilot" });
    for (const op of ["take-off", "land", "motors-off"] as const) {
      expect(driver.command({ op })).toBe("safety-pilot-has-control");
    }
    driver.grant({ leaseId: leaseId("lease-2"), epoch: 2 });
    driver.connect();
    driver.run(3_000);
    expect(driver.command({ op: "take-off" })).toBe("safety-pilot-has-control");
    driver.status({ mode: "guided" });
    expect(driver.command({ op: "take-off" })).toBe("link-unsettled");
    driver.run(1_500);
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });

  const modeFirst = [{ mode: "guided" }, { armed: false }] as const;
  const motorsFirst = [{ armed: false }, { mode: "guided" }] as const;
  test.each([
    ["before they are told to rest", modeFirst],
    ["after", motorsFirst],
    ["together", [{ armed: false, mode: "guided" }] as const],
  ])(
    "[AU4] our mode, taken by the autopilot as its motors stop (%s), gives nothing back",
    (_, changes) => {
      const driver = flyingForward();
      driver.page.sticks = centred;
      driver.status({ mode: "other" });
      driver.status({ landed: true });
      // A return home: PX4 tells of OFFBOARD when its motors stop, up to a second before it tells that.
      const mark = driver.mark;
      for (const change of changes) {
        driver.status(change);
        driver.run(1_000);
      }
      driver.run(10_000);
      expect(said(driver, mark)).toBe(0);
      driver.status({});
      expect(driver.command({ op: "take-off" })).toBe("safety-pilot-has-control");
      driver.status({ mode: "unknown" });
      driver.status({ mode: "guided" });
      expect(driver.command({ op: "take-off" })).toBe("safety-pilot-has-control");
      driver.status({ mode: "other" });
      driver.status({ mode: "guided" });
      driver.run(1_500);
      expect(driver.command({ op: "take-off" })).toBeUndefined();
    },
  );

  test("[AU4] who lands it in LAND, or is not heard for a while, has it still", () => {
    const driver = flyingForward();
    driver.status({ mode: "other" });
    const mark = driver.mark;
    driver.page.isSending = false;
    driver.status({ mode: "landing" });
    driver.run(5_000);
    driver.status({ mode: "unknown" });
    driver.run(5_000);
    expect(said(driver, mark)).toBe(0);
    expect(driver.command({ op: "motors-off" })).toBe("vehicle-unknown");
    expect(driver.state.lock).toBe("safety-pilot");
  });

  test("[AU4] a vehicle that has stood in another mode since it was switched on takes off", () => {
    const driver = new GatewayDriver();
    driver.status({ armed: false, mode: "other", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });

  test("[AU3] [AU4] given back, it answers the sticks only after fresh frames and centred sticks", () => {
    const driver = flyingForward();
    driver.status({ mode: "other" });
    driver.run(3_000);
    const mark = driver.mark;
    driver.status({ mode: "guided" });
    driver.run(2_500);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.state).toMatchObject({ lock: "recovering", phase: "flying" });
    driver.page.sticks = centred;
    driver.run(100);
    expect(driver.state.lock).toBeUndefined();
  });

  test("[AU4] given back while nobody commands, it holds and lands", () => {
    const driver = flyingForward();
    driver.status({ mode: "other" });
    driver.page.isSending = false;
    driver.run(5_000);
    const mark = driver.mark;
    driver.status({ mode: "guided" });
    driver.run(1_990);
    expect(driver.ordersSince(mark)).toEqual([]);
    driver.run(40);
    expect(driver.ordersSince(mark).map(({ order }) => order)).toEqual(["land"]);
  });

  test.each([
    ["by another mode", ["other", "guided"] as const],
    ["by GUIDED at once", ["guided"] as const],
  ])("[AU4] a landing that is broken off %s does not lock the sticks for ever", (_, modes) => {
    const driver = flyingForward();
    expect(driver.command({ op: "land" })).toBeUndefined();
    driver.status({ mode: "landing" });
    driver.run(500);
    driver.page.sticks = centred;
    for (const mode of modes) {
      driver.status({ mode });
      driver.run(600);
    }
    expect(driver.state).toMatchObject({ phase: "flying", lock: undefined });
  });

  test("[AU4] [AU5] a landing for want of a lease is ordered anew when it was broken off", () => {
    const driver = flyingForward();
    driver.hear({ kind: "lease-revoked", leaseId: driver.lease.leaseId, reason: "x" });
    driver.run(2_050);
    driver.status({ mode: "landing" });
    driver.status({ mode: "other" });
    driver.run(1_000);
    const mark = driver.mark;
    driver.status({ mode: "guided" });
    driver.run(2_050);
    expect(driver.ordersSince(mark).map(({ order }) => order)).toEqual(["land"]);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
  });

  test("[AU4] who switches to LAND lands, and the gateway sends nothing more", () => {
    const driver = flyingForward();
    driver.status({ mode: "landing" });
    expect(driver.state.phase).toBe("landing");
    const mark = driver.mark;
    driver.run(3_000);
    expect(said(driver, mark)).toBe(0);
    driver.status({ armed: false, landed: true });
    expect(driver.state.phase).toBe("grounded");
  });
});
