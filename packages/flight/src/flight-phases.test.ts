import { describe, expect, test } from "vitest";
import { centredSticks } from "./pilot-channel.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };

function flyingForward(): GatewayDriver {
  const driver = GatewayDriver.flying();
  driver.run(1_500);
  driver.page.sticks = forward;
  driver.run(200);
  return driver;
}

/** In the air with a pilot who is gone: the landing has been ordered once. */
function landing(): GatewayDriver {
  const driver = flyingForward();
  driver.page.isSending = false;
  driver.run(2_250);
  return driver;
}

describe("odometry", () => {
  test("[LG11] older than 200 ms it stops the vehicle, older than 1 s it lands it at once", () => {
    const driver = flyingForward();
    driver.vehicle.hasOdometry = false;
    const lastPoseAtMs = Number(driver.state.vehicle.poseAtMs);
    const mark = driver.mark;
    driver.run(1_100);
    const moving = driver
      .since(mark, "set-velocity")
      .findLast(({ effect }) => effect.velocity.northMps !== 0);
    expect(Number(moving?.atMs) - lastPoseAtMs).toBeLessThanOrEqual(200);
    const [order] = driver.ordersSince(mark);
    expect(order?.order).toBe("land");
    expect(Number(order?.atMs) - lastPoseAtMs).toBeGreaterThan(1_000);
    expect(Number(order?.atMs) - lastPoseAtMs).toBeLessThanOrEqual(1_020);
  });

  test("[LG11] a pose counts from when it was measured, however freshly it is told", () => {
    const driver = flyingForward();
    const measuredAtMs = driver.nowMs;
    driver.vehicle.measuredAtMs = measuredAtMs;
    const mark = driver.mark;
    driver.run(1_100);
    const moving = driver
      .since(mark, "set-velocity")
      .findLast(({ effect }) => effect.velocity.northMps !== 0);
    expect(Number(moving?.atMs) - measuredAtMs).toBeGreaterThan(150);
    expect(Number(moving?.atMs) - measuredAtMs).toBeLessThanOrEqual(200);
    const [order] = driver.ordersSince(mark);
    expect(order?.order).toBe("land");
    expect(Number(order?.atMs) - measuredAtMs).toBeGreaterThan(1_000);
    expect(Number(order?.atMs) - measuredAtMs).toBeLessThanOrEqual(1_020);
  });

  test.each([
    ["found in the air after a restart", "guided"],
    ["given back in the air by the safety pilot", "other"],
  ] as const)(
    "[LG11] never told to a guard by a vehicle that is %s: it lands after 1 s",
    (_, mode) => {
      const driver = new GatewayDriver();
      driver.vehicle.hasOdometry = false;
      driver.status({ armed: true, mode, landed: false });
      driver.grant();
      driver.connect();
      driver.run(3_000);
      if (mode === "other") expect(driver.ordersSince(0)).toEqual([]);
      const givenAtMs = mode === "other" ? driver.nowMs : 0;
      driver.status({ armed: true, mode: "guided", landed: false });
      driver.run(1_100);
      const [order] = driver.ordersSince(0);
      expect(order?.order).toBe("land");
      expect(Number(order?.atMs) - givenAtMs).toBeGreaterThan(1_000);
      expect(driver.recordsSince(0)).toContainEqual(
        expect.objectContaining({ to: "landing", cause: "odometry-lost" }),
      );
    },
  );

  test("[LG10] without confirmed time-outs of its autopilot it holds, or lands", () => {
    const driver = flyingForward();
    driver.status({ guardsConfirmed: false });
    expect(driver.state.lock).toBe("guards-unconfirmed");
    const mark = driver.mark;
    driver.run(5_000);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.ordersSince(mark)).toEqual([]);
    expect(driver.recordsSince(0)).toContainEqual({
      kind: "lock-changed",
      from: "free",
      to: "guards-unconfirmed",
    });
    driver.status({ guardsConfirmed: true });
    driver.run(40);
    expect(driver.state.lock).toBeUndefined();
    driver.status({ guardsConfirmed: false });
    expect(driver.command({ op: "land" })).toBeUndefined();
  });

  test("[LG10] on the ground it is the take-off that sets them", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true, guardsConfirmed: false });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });

  test("[LG11] less sure than 0.3 m it stops the vehicle", () => {
    const driver = flyingForward();
    driver.vehicle.sigmaM = 0.31;
    driver.run(40);
    expect(driver.state.lock).toBe("odometry-unsure");
    const mark = driver.mark;
    driver.run(2_500);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.ordersSince(mark)).toEqual([]);
    driver.vehicle.sigmaM = 0.3;
    driver.run(40);
    expect(driver.state.lock).toBeUndefined();
  });

  test.each([
    ["old", { hasOdometry: false }],
    ["unsure", { sigmaM: 0.4 }],
  ])("[LG11] no arming while it is %s", (_, fault) => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    Object.assign(driver.vehicle, fault);
    driver.run(300);
    expect(driver.command({ op: "take-off" })).toBe("no-position");
    expect(driver.ordersSince(0)).toEqual([]);
  });

  test("[LG11] it breaks a take-off off as well", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    driver.command({ op: "take-off" });
    driver.status({ armed: true, landed: false });
    driver.vehicle.sigmaM = 1;
    driver.run(40);
    expect(driver.state.phase).toBe("flying");
    expect(driver.speedsSince(0).at(-1)).toBe(0);
  });
});

describe("a landing", () => {
  test("[LG2] is ordered again every 2 s while the autopilot still waits for velocities", () => {
    const driver = landing();
    const mark = driver.mark;
    driver.run(6_100);
    expect(driver.ordersSince(mark).map(({ order }) => order)).toEqual(["land", "land", "land"]);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
  });

  test("[LG2] is ordered no more once it has begun, and is over when the motors are off", () => {
    const driver = landing();
    driver.status({ mode: "landing" });
    const mark = driver.mark;
    driver.run(10_000);
    expect(driver.ordersSince(mark)).toEqual([]);
    expect(driver.speedsSince(mark)).toEqual([]);
    driver.status({ landed: true });
    expect(driver.state.phase).toBe("landing");
    driver.status({ armed: false });
    expect(driver.state.phase).toBe("grounded");
  });

  test("[LG2] goes on when the link comes back: only the ground ends it", () => {
    const driver = landing();
    driver.status({ mode: "landing" });
    driver.page.isSending = true;
    driver.run(3_000);
    expect(driver.state.phase).toBe("landing");
    expect(driver.command({ op: "take-off" })).toBe("not-on-the-ground");
  });

  test.each([false, undefined])(
    "[LG2] [LG8] that the autopilot refuses is recorded, and ordered again after 2 s (landed: %s)",
    (landed) => {
      const driver = landing();
      driver.status({ landed });
      driver.hear({ kind: "autopilot-refused", order: "land", reason: "no mode" });
      expect(driver.recordsSince(0)).toContainEqual({
        kind: "autopilot-refused",
        order: "land",
        reason: "no mode",
      });
      const mark = driver.mark;
      driver.run(2_050);
      expect(driver.ordersSince(mark).map(({ order }) => order)).toEqual(["land"]);
    },
  );

  test("[LG2] of a vehicle whose motors never started is over at once", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    driver.command({ op: "take-off" });
    driver.page.isSending = false;
    driver.run(2_300);
    driver.status({});
    expect(driver.state.phase).toBe("grounded");
    driver.page.isSending = true;
    driver.run(2_000);
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });
});

describe("the autopilot's word", () => {
  test("[LG8] a refused take-off leaves it on the ground", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    driver.command({ op: "take-off" });
    driver.hear({ kind: "autopilot-refused", order: "take-off", reason: "compass" });
    expect(driver.state.phase).toBe("grounded");
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });

  test("[LG8] a refused motors-off changes nothing else", () => {
    const driver = flyingForward();
    driver.hear({ kind: "autopilot-refused", order: "motors-off", reason: "flying" });
    expect(driver.state.phase).toBe("flying");
  });

  test.each([
    ["tells of the air", false],
    ["never tells of air and ground", undefined],
  ])(
    "[AU7] [LG2] a gateway that starts in mid-air, of which the autopilot %s, holds, and lands after 2 s without a pilot",
    (_, landed) => {
      const driver = new GatewayDriver(4);
      driver.run(500);
      driver.status({ armed: true, mode: "guided", landed });
      expect(driver.state.phase).toBe("flying");
      driver.run(1_980);
      expect(Math.max(...driver.speedsSince(0))).toBe(0);
      expect(driver.ordersSince(0)).toEqual([]);
      driver.run(60);
      expect(driver.ordersSince(0).map(({ order }) => order)).toEqual(["land"]);
    },
  );

  describe("[AU7] [LG4] to a gateway that starts in mid-air", () => {
    const begunInAir = (mode: "guided" | "other", landed: false | undefined) => {
      const driver = new GatewayDriver(4);
      driver.status({ armed: true, mode, landed });
      driver.vehicle.position.upM = 1.5;
      driver.grant({ epoch: 5 });
      driver.connect();
      driver.page.sticks = forward;
      return driver;
    };

    test("means a stop until it is released, however soon a new lease comes", () => {
      const driver = begunInAir("guided", false);
      expect(driver.recordsSince(0)).toContainEqual({
        kind: "stop-latched",
        cause: "found-flying",
        stopSequence: 0,
      });
      driver.run(5_000);
      expect(driver.state).toMatchObject({ phase: "flying", lock: "stop-latched" });
      expect(Math.max(...driver.speedsSince(0))).toBe(0);
      expect(driver.command({ op: "release-stop", stopSequence: 0 })).toBe("sticks-not-centred");
      driver.page.sticks = centredSticks;
      driver.run(1_000);
      expect(driver.command({ op: "release-stop", stopSequence: 0 })).toBeUndefined();
      driver.page.sticks = forward;
      driver.run(1_000);
      expect(driver.speedsSince(0).at(-1)).toBeGreaterThan(0);
    });

    test("[AU4] sends nothing while it is the safety pilot's, nor lands it when it is given", () => {
      const driver = begunInAir("other", false);
      driver.page.sticks = centredSticks;
      driver.run(5_000);
      expect(driver.ordersSince(0)).toEqual([]);
      expect(driver.speedsSince(0)).toEqual([]);
      driver.status({ mode: "guided" });
      driver.run(5_000);
      expect(driver.ordersSince(0)).toEqual([]);
      expect(driver.state).toMatchObject({ phase: "flying", lock: "stop-latched" });
    });

    test("means one where it tells of turning motors and not yet of the ground", () => {
      const driver = begunInAir("guided", undefined);
      driver.status({ landed: false });
      driver.run(3_000);
      expect(driver.state.lock).toBe("stop-latched");
    });

    test("means flight no longer once it tells of the ground", () => {
      const driver = begunInAir("guided", undefined);
      expect(driver.state.phase).toBe("flying");
      driver.status({ landed: true });
      expect(driver.state.phase).toBe("grounded");
      driver.status({ landed: false });
      expect(driver.state.phase).toBe("flying");
      driver.status({ landed: true });
      expect(driver.state.phase).toBe("flying");
    });

    test.each([
      ["motors that rest", { armed: false, mode: "guided", landed: undefined } as const],
      ["the ground", { armed: true, mode: "guided", landed: true } as const],
    ])("means none where it first tells of %s", (_, status) => {
      const driver = new GatewayDriver(4);
      driver.status(status);
      driver.status({ armed: true, landed: false });
      expect(driver.state.stop.latched).toBe(false);
    });

    test("means none where the radio alone was gone for a while", () => {
      const driver = flyingForward();
      driver.status({ mode: "unknown" });
      driver.status({ mode: "guided", landed: undefined });
      driver.status({ landed: false });
      expect(driver.state.stop.latched).toBe(false);
    });
  });

  test("[LG9] nothing is sent to a vehicle whose motors are off", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.page.sticks = forward;
    driver.run(3_000);
    expect(driver.since(0, "set-velocity")).toEqual([]);
  });

  test.each([-1, 0.9])("a take-off is over 1.5 m above where it stood, were that %d m", (upM) => {
    const driver = new GatewayDriver();
    driver.vehicle.position.upM = upM;
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    driver.command({ op: "take-off" });
    // It climbs before a heartbeat has said that it is armed.
    driver.vehicle.position.upM = upM + 0.4;
    driver.run(100);
    driver.status({ armed: true, landed: false });
    driver.vehicle.position.upM = upM + 1.25;
    driver.run(100);
    expect(driver.state.phase).toBe("taking-off");
    driver.vehicle.position.upM = upM + 1.35;
    driver.run(100);
    expect(driver.state.phase).toBe("flying");
  });

  test("[LG8] every change of lock and phase is recorded", () => {
    const driver = landing();
    const kinds = driver.recordsSince(0).map((entry) => entry.kind);
    expect(kinds).toContain("lock-changed");
    expect(
      driver
        .recordsSince(0)
        .flatMap((entry) =>
          entry.kind === "phase-changed" ? [`${entry.to}: ${entry.cause}`] : [],
        ),
    ).toEqual(["taking-off: pilot", "flying: height-reached", "landing: command-old"]);
  });
});
