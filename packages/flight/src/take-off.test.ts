import { describe, expect, test } from "vitest";
import { GatewayDriver } from "./testing/gateway-driver.ts";
import { testLease } from "./testing/test-lease.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };

describe("take-off", () => {
  test("[AU3] waits until the sticks act: before that the climb would break off at once", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(100);
    expect(driver.state.lock).toBe("clock-unsettled");
    expect(driver.command({ op: "take-off" })).toBe("link-unsettled");
    driver.run(2_000);
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });

  test("[LG4] take-off leads from the ground to 1.5 m, and only from the ground", () => {
    const driver = GatewayDriver.standing();
    expect(driver.command({ op: "take-off" })).toBeUndefined();
    expect(driver.ordersSince(0).map(({ order }) => order)).toEqual(["take-off"]);
    expect(driver.command({ op: "take-off" })).toBe("not-on-the-ground");
    driver.status({ armed: true, landed: false });
    driver.page.sticks = forward;
    driver.run(300);
    expect(driver.state.phase).toBe("taking-off");
    expect(driver.since(0, "set-velocity")).toEqual([]);
    driver.vehicle.position.upM = 1.4;
    driver.run(40);
    expect(driver.state.phase).toBe("flying");
  });

  test("[LG4] no take-off while a stop stands", () => {
    const driver = GatewayDriver.standing();
    driver.page.stopSequence = 1;
    driver.run(50);
    expect(driver.command({ op: "take-off" })).toBe("stop-latched");
  });

  test("[LG4] a stop breaks a take-off off: it holds where it is", () => {
    const driver = GatewayDriver.standing();
    driver.command({ op: "take-off" });
    driver.status({ armed: true, landed: false });
    const effects = driver.hear({ kind: "stop-received", stopSequence: 1 });
    expect(driver.state.phase).toBe("flying");
    expect(effects.map(({ kind }) => kind)).toContain("set-velocity");
  });

  const breaks: readonly [string, (driver: GatewayDriver) => void][] = [
    ["[LG4] a stop", (driver) => driver.hear({ kind: "stop-received", stopSequence: 1 })],
    ["[AU4] a stop at the site", (driver) => driver.hear({ kind: "local-act", act: "stop" })],
    [
      "[AU5] a revocation",
      (driver) => {
        const { leaseId: id } = driver.lease;
        driver.hear({ kind: "lease-revoked", leaseId: id, reason: "the steward's" });
      },
    ],
    [
      "[LG2] a lost link",
      (driver) => {
        driver.page.isSending = false;
        driver.run(300);
      },
    ],
    [
      "[LG11] lost odometry",
      (driver) => {
        driver.vehicle.hasOdometry = false;
        driver.run(300);
      },
    ],
  ];
  // The autopilot is put into our mode by the take-off's own first order, and stands in any before.
  const modes = ["guided", "other"] as const;
  test.each(
    breaks.flatMap(([what, happens]) => modes.map((mode) => [what, mode, happens] as const)),
  )("%s breaks a take-off off before the motors turn, in mode %s", (_what, mode, happens) => {
    const driver = GatewayDriver.standing();
    driver.status({ mode });
    driver.command({ op: "take-off" });
    happens(driver);
    driver.status({});
    expect(driver.state.phase).toBe("grounded");
  });

  test("[LG4] motors off ends a take-off whose motors have not turned yet", () => {
    const driver = GatewayDriver.standing();
    driver.command({ op: "take-off" });
    expect(driver.command({ op: "motors-off" })).toBeUndefined();
    driver.status({});
    expect(driver.state.phase).toBe("grounded");
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });

  test("[LG2] a climb that ends below its height ends all the same, and the sticks act", () => {
    const driver = GatewayDriver.standing();
    driver.command({ op: "take-off" });
    driver.status({ armed: true, landed: false });
    driver.vehicle.position.upM = 1.25;
    driver.page.sticks = forward;
    driver.run(29_000);
    expect(driver.state.phase).toBe("taking-off");
    driver.run(2_000);
    expect(driver.state.phase).toBe("flying");
    expect(driver.speedsSince(0).at(-1)).toBeGreaterThan(0);
  });

  test("[LG2] a climb that the autopilot breaks off by landing is a landing", () => {
    const driver = GatewayDriver.standing();
    driver.command({ op: "take-off" });
    driver.status({ armed: true, landed: false });
    driver.vehicle.position.upM = 0.6;
    driver.run(200);
    driver.status({ mode: "landing" });
    expect(driver.state.phase).toBe("landing");
    driver.status({ mode: "guided" });
    expect(driver.state.phase).toBe("flying");
  });

  /** Its word on the ground is an old one, and the take-off's acknowledgement was lost. */
  function risenUnnoticed(): GatewayDriver {
    const driver = GatewayDriver.standing();
    driver.command({ op: "take-off" });
    driver.status({ armed: true, landed: true });
    driver.hear({ kind: "autopilot-refused", order: "take-off", reason: "no answer" });
    expect(driver.state.phase).toBe("grounded");
    driver.vehicle.position.upM = 1.5;
    driver.run(100);
    return driver;
  }

  test("[AU7] what has risen flies, whatever it says of the ground", () => {
    const driver = risenUnnoticed();
    driver.status({});
    expect(driver.state.phase).toBe("flying");
    driver.hear({ kind: "autopilot-refused", order: "take-off", reason: "no answer" });
    expect(driver.state.phase).toBe("flying");
  });

  test("[LG4] turning motors can be landed, wherever they are thought to be", () => {
    const driver = risenUnnoticed();
    expect(driver.state.phase).toBe("grounded");
    expect(driver.command({ op: "land" })).toBeUndefined();
    expect(driver.state.phase).toBe("landing");
  });

  test("[AU4] by whoever stands at the site too", () => {
    const driver = risenUnnoticed();
    driver.hear({ kind: "local-act", act: "land" });
    expect(driver.state.phase).toBe("landing");
  });

  test("[LG4] what reaches the guard long after it was wished does not start the motors", () => {
    const driver = GatewayDriver.standing();
    const { beaconSequence } = driver.state;
    driver.page.isSending = false;
    driver.run(10_000);
    driver.page.isSending = true;
    driver.run(1_200);
    expect(driver.command({ op: "take-off", beaconSequence })).toBe("too-late");
    expect(driver.command({ op: "motors-off", beaconSequence })).toBe("too-late");
    const newest = driver.state.beaconSequence;
    driver.run(380);
    expect(driver.command({ op: "take-off", beaconSequence: newest })).toBeUndefined();
  });

  test("[AU4] the safety pilot who starts the motors themselves ends a take-off", () => {
    const driver = GatewayDriver.standing();
    driver.command({ op: "take-off" });
    driver.status({ armed: true, mode: "other", landed: true });
    driver.run(20);
    expect(driver.state.phase).not.toBe("taking-off");
  });
});

describe("[LG6] take-off within the walls of the lease", () => {
  const { limits } = testLease();
  const { fence } = limits;
  const box = { westM: 29, southM: 14, eastM: 31, northM: 16, topM: 0.5 };
  // With odometry that tells no sigma the guard keeps 0.6 m: 3 times 0.1 m, and 0.3 m.
  test.each([
    ["a speed limit of 0", { speedMpsMax: 0 }, {}, "no-speed"],
    ["a fence that is a point", { fence: { ...fence, westM: 30, eastM: 30 } }, {}, "no-room"],
    ["a place outside the fence", {}, { northM: -1 }, "no-room"],
    ["0.59 m to the fence", {}, { eastM: 59.41 }, "no-room"],
    ["0.6 m to the fence", {}, { eastM: 59.4 }, undefined],
    ["a ceiling of 1.2 m", { fence: { ...fence, topM: 1.2 } }, {}, "no-room"],
    ["2.09 m to the ceiling", { fence: { ...fence, topM: 2.09 } }, {}, "no-room"],
    ["2.1 m to the ceiling", { fence: { ...fence, topM: 2.1 } }, {}, undefined],
    [
      "2.1 m to the ceiling, from 0.1 m up",
      { fence: { ...fence, topM: 2.1 } },
      { upM: 0.1 },
      "no-room",
    ],
    [
      "2.1 m to the ceiling, from 1 m below zero",
      { fence: { ...fence, topM: 1.1 } },
      { upM: -1 },
      undefined,
    ],
    ["an obstacle that it stands in", { obstacles: [box] }, {}, "no-room"],
    ["an obstacle 0.29 m beside it", { obstacles: [box] }, { eastM: 31.29 }, "no-room"],
    ["an obstacle 0.3 m beside it", { obstacles: [box] }, { eastM: 31.3 }, undefined],
  ])("%s", (_, changes, place, refusal) => {
    const driver = new GatewayDriver();
    driver.vehicle.position = { ...driver.vehicle.position, ...place };
    driver.status({ mode: "guided", landed: true });
    driver.grant({ limits: { ...limits, ...changes } });
    driver.connect();
    driver.run(2_000);
    expect(driver.command({ op: "take-off" })).toBe(refusal);
    expect(driver.ordersSince(0)).toHaveLength(refusal ? 0 : 1);
  });
});
