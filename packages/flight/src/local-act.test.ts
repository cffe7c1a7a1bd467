import { describe, expect, test } from "vitest";
import { GatewayDriver } from "./testing/gateway-driver.ts";
import { testLease } from "./testing/test-lease.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const centred = { forward: 0, right: 0, up: 0, yawRight: 0 };

function flyingForward(): GatewayDriver {
  const driver = GatewayDriver.flying();
  driver.run(1_500);
  driver.page.sticks = forward;
  driver.run(200);
  return driver;
}

const act = (driver: GatewayDriver, wanted: "stop" | "land") =>
  driver.hear({ kind: "local-act", act: wanted });

describe("the local page's Stop", () => {
  test("[AU4] sends zero velocity in the step that brought it, is latched, and says who", () => {
    const driver = flyingForward();
    const mark = driver.mark;
    act(driver, "stop");
    expect(driver.speedsSince(mark)).toEqual([0]);
    driver.run(1_000);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.state).toMatchObject({ phase: "flying", lock: "stop-latched" });
    expect(driver.recordsSince(mark)).toContainEqual(
      expect.objectContaining({ kind: "stop-latched", cause: "local" }),
    );
  });

  test("[AU4] the remote pilot releases it as any other, but not within two seconds of it", () => {
    const driver = flyingForward();
    driver.page.sticks = centred;
    act(driver, "stop");
    driver.run(1_900);
    const release = { op: "release-stop", stopSequence: 0 } as const;
    expect(driver.command(release)).toBe("stop-latched");
    driver.run(200);
    expect(driver.command(release)).toBeUndefined();
    driver.run(600);
    expect(driver.state.lock).toBeUndefined();
  });

  test("[AU4] a stop of the remote pilot's after it does not shorten those two seconds", () => {
    const driver = flyingForward();
    driver.page.sticks = centred;
    act(driver, "stop");
    driver.run(100);
    driver.hear({ kind: "stop-received", stopSequence: 1 });
    expect(driver.command({ op: "release-stop", stopSequence: 1 })).toBe("stop-latched");
  });

  test("[AU4] breaks a take-off off, and on the ground forbids one", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    driver.command({ op: "take-off" });
    driver.status({ armed: true, landed: false });
    act(driver, "stop");
    expect(driver.state.phase).toBe("flying");
    driver.status({ armed: false, landed: true });
    driver.run(100);
    expect(driver.command({ op: "take-off" })).toBe("stop-latched");
  });

  test("[AU4] holds who goes to a marked spot for want of a pilot, as any stop does: for 2 s", () => {
    const crate = { westM: 28, southM: 14, eastM: 32, northM: 16, topM: 1 };
    const landingSpots = [{ eastM: 36, northM: 15 }];
    const limits = { ...testLease().limits, obstacles: [crate], landingSpots };
    const driver = GatewayDriver.flying({ limits });
    driver.run(1_000);
    driver.page.isSending = false;
    driver.run(2_300);
    expect(driver.state.phase).toBe("diverting");
    act(driver, "stop");
    const mark = driver.mark;
    driver.run(1_900);
    expect(driver.state.phase).toBe("flying");
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    driver.run(200);
    expect(driver.state.phase).toBe("diverting");
    act(driver, "land");
    expect(driver.state.phase).toBe("landing");
  });
});

describe("the local page's Land", () => {
  test("[AU4] lands in the same step, and the remote pilot has no word against it", () => {
    const driver = flyingForward();
    const mark = driver.mark;
    act(driver, "land");
    expect(driver.ordersSince(mark)).toMatchObject([{ order: "land" }]);
    const landed = { kind: "phase-changed", from: "flying", to: "landing", cause: "local" };
    expect(driver.recordsSince(mark)).toContainEqual(landed);
    act(driver, "land");
    expect(driver.ordersSince(mark)).toHaveLength(1);
    driver.run(500);
    driver.status({ mode: "landing" });
    driver.page.sticks = centred;
    driver.run(2_000);
    expect(driver.command({ op: "release-stop", stopSequence: 0 })).toBeUndefined();
    driver.page.sticks = forward;
    driver.run(1_000);
    expect(driver.command({ op: "take-off" })).toBe("not-on-the-ground");
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.state.phase).toBe("landing");
  });

  test("[AU4] once down there is no take-off before that stop is released", () => {
    const driver = flyingForward();
    driver.page.sticks = centred;
    act(driver, "land");
    driver.status({ mode: "landing" });
    driver.vehicle.position.upM = 0;
    driver.run(3_000);
    driver.status({ armed: false, landed: true });
    driver.run(100);
    expect(driver.command({ op: "take-off" })).toBe("stop-latched");
    expect(driver.command({ op: "release-stop", stopSequence: 0 })).toBeUndefined();
    driver.run(1_000);
    expect(driver.command({ op: "take-off" })).toBeUndefined();
  });

  test("[AU4] a landing that the autopilot refuses leaves the vehicle stopped", () => {
    const driver = flyingForward();
    act(driver, "land");
    const mark = driver.mark;
    driver.hear({ kind: "autopilot-refused", order: "land", reason: "x" });
    driver.run(1_000);
    expect(driver.state).toMatchObject({ phase: "flying", lock: "stop-latched" });
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
  });

  test.each([
    ["safety-pilot-has-control", { mode: "other" }],
    ["vehicle-unknown", { mode: "unknown" }],
    ["not-flying", { armed: false, landed: true }],
  ] as const)("[AU4] is refused and recorded: %s; the stop stands", (cause, status) => {
    const driver = flyingForward();
    driver.status(status);
    const mark = driver.mark;
    act(driver, "land");
    expect(driver.ordersSince(mark)).toEqual([]);
    expect(driver.recordsSince(mark)).toContainEqual({ kind: "local-land-refused", cause });
    expect(driver.state.stop.latched).toBe(true);
  });
});

test("[AU4] while the safety pilot has it nothing is sent; given back, it is stopped", () => {
  const driver = flyingForward();
  driver.status({ mode: "other" });
  const mark = driver.mark;
  act(driver, "stop");
  driver.run(5_000);
  expect(driver.since(mark, "set-velocity")).toEqual([]);
  driver.status({ mode: "guided" });
  driver.page.sticks = centred;
  driver.run(2_000);
  expect(driver.state.lock).toBe("stop-latched");
});
