import { describe, expect, test } from "vitest";
import { leaseId } from "./identity.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const limitOf = (driver: GatewayDriver): number =>
  driver.since(0, "send-beacon").at(-1)?.effect.beacon.viewAgeMsLimit ?? 0;

/** Past the lease's first ten seconds, with a picture that lags as told. */
function settled(posesBehind = 0): GatewayDriver {
  const driver = GatewayDriver.flying();
  driver.page.shownPosesBehind = posesBehind;
  driver.run(12_000);
  driver.page.sticks = forward;
  driver.run(100);
  return driver;
}

describe("the pilot's view", () => {
  test("[LG3] while the baseline is gathered the limit is 500 ms", () => {
    const driver = GatewayDriver.flying();
    driver.run(1_500);
    expect(limitOf(driver)).toBe(500);
    driver.page.shownPosesBehind = 20;
    driver.run(100);
    expect(driver.state.lock).toBeUndefined();
    driver.page.shownPosesBehind = 24;
    driver.run(100);
    expect(driver.state.lock).toBe("view-old");
  });

  test("[LG3] then it is the median of the first ten seconds and 300 ms", () => {
    const driver = settled();
    const medianMs = driver.state.view?.medianMs ?? 0;
    expect(medianMs).toBeGreaterThan(40);
    expect(medianMs).toBeLessThan(80);
    expect(limitOf(driver)).toBe(medianMs + 300);
    driver.page.shownPosesBehind = 12;
    driver.run(100);
    expect(driver.state.lock).toBeUndefined();
    driver.page.shownPosesBehind = 18;
    driver.run(100);
    expect(driver.state.lock).toBe("view-old");
  });

  test("[LG3] it is so from the end of the ten seconds on, whether or not a frame comes then", () => {
    const driver = GatewayDriver.flying();
    const endsAtMs = Number(driver.state.view?.sinceMs) + 10_000;
    driver.run(endsAtMs - driver.nowMs - 60);
    driver.page.shownPosesBehind = 19;
    driver.run(40);
    driver.page.isSending = false;
    driver.run(endsAtMs - driver.nowMs);
    expect(driver.state.lock).toBeUndefined();
    driver.run(40);
    expect(driver.state.lock).toBe("view-old");
    expect(limitOf(driver)).toBeLessThan(400);
  });

  test("[LG3] it is never above 500 ms, however old the view was from the start", () => {
    const driver = settled(15);
    expect(driver.state.view?.medianMs).toBeGreaterThan(300);
    expect(limitOf(driver)).toBe(500);
  });

  test("[LG3] nor when the baseline rests on few frames", () => {
    const driver = GatewayDriver.flying();
    driver.page.shownPosesBehind = 21;
    driver.run(60);
    driver.hear({ kind: "peer-closed" });
    driver.run(12_000);
    driver.connect();
    driver.run(1_000);
    expect(driver.state.view?.medianMs).toBeDefined();
    expect(limitOf(driver)).toBeLessThanOrEqual(500);
  });

  test("[LG3] the baseline never rises in flight, a refreshed page included", () => {
    const driver = settled();
    const before = limitOf(driver);
    driver.page.shownPosesBehind = 10;
    driver.run(15_000);
    driver.connect();
    driver.run(15_000);
    expect(limitOf(driver)).toBe(before);
  });

  test("[LG3] a new lease gathers its own", () => {
    const driver = settled();
    driver.grant({ leaseId: leaseId("lease-2"), epoch: 2 });
    expect(driver.state.view).toBeUndefined();
    driver.connect();
    driver.run(1_000);
    expect(limitOf(driver)).toBe(500);
  });

  test("[LG3] a locked view stops the sticks at once and lands nobody", () => {
    const driver = settled();
    driver.page.shownPosesBehind = 18;
    driver.run(60);
    const mark = driver.mark;
    driver.run(5_000);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.ordersSince(mark)).toEqual([]);
    driver.page.shownPosesBehind = 0;
    driver.run(100);
    expect(driver.state.lock).toBeUndefined();
  });

  test("[LG3] a pose that was never sent, or is forgotten, is no view", () => {
    const driver = settled();
    for (const shownPoseSequence of [0, 4_000_000_000]) {
      driver.hear({ kind: "frame-received", frame: driver.nextFrame({ shownPoseSequence }) });
      expect(driver.state.lock).toBe("view-old");
      driver.run(100);
      expect(driver.state.lock).toBeUndefined();
    }
  });

  test("[LG3] without a camera the lease flies at most at 0.5 m/s", () => {
    const driver = GatewayDriver.flying({ view: "telemetry" });
    driver.run(1_500);
    driver.page.sticks = forward;
    driver.run(200);
    expect(driver.speedsSince(0).at(-1)).toBe(0.5);
    driver.page.shownPosesBehind = 24;
    driver.run(100);
    expect(driver.state.lock).toBe("view-old");
  });

  test("[LG6] (b) an old view slows the vehicle, for ten seconds after it is good again", () => {
    const driver = settled();
    driver.lease = { ...driver.lease, limits: { ...driver.lease.limits, speedMpsMax: 10 } };
    driver.run(3_100); // The next renewal brings the limit.
    const speed = (): number => driver.speedsSince(0).at(-1) ?? 0;
    const freshMps = speed();
    driver.page.shownPosesBehind = 10;
    driver.run(100);
    const laterMps = speed();
    expect(laterMps).toBeLessThan(freshMps - 0.1);
    driver.page.shownPosesBehind = 0;
    driver.run(9_000);
    expect(speed()).toBeCloseTo(laterMps, 1);
    driver.run(1_500);
    expect(speed()).toBeCloseTo(freshMps, 1);
    const { clearViewM } = driver.lease.limits;
    expect(freshMps).toBeLessThan(Math.sqrt(2 * 2 * clearViewM));
  });
});
