import { monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { GatewayDriver } from "./testing/gateway-driver.ts";

/** The process is stopped in flight; what comes meanwhile waits in its sockets. */
function frozenFor(ms: number, before = (_driver: GatewayDriver): void => undefined) {
  const driver = GatewayDriver.flying();
  driver.run(1_500);
  before(driver);
  driver.nowMs = monotonicMs(driver.nowMs + ms);
  return driver;
}

describe("a guard that stood still", () => {
  test("[LG11] does not land a vehicle whose positions it has only not read yet", () => {
    const driver = frozenFor(1_300);
    driver.hear({ kind: "tick" });
    driver.run(2_000);
    expect(driver.ordersSince(0).map(({ order }) => order)).toEqual(["take-off"]);
    expect(driver.state.phase).toBe("flying");
  });

  test("[LG11] lands one that tells no positions by then either", () => {
    const driver = frozenFor(1_300);
    driver.vehicle.hasOdometry = false;
    driver.hear({ kind: "tick" });
    driver.run(180);
    expect(driver.state.phase).toBe("flying");
    driver.run(40);
    expect(driver.state.phase).toBe("landing");
  });

  test.each(["tick", "frame"])(
    "[AU4] orders nothing of a vehicle that its safety pilot took meanwhile: a %s comes first",
    (first) => {
      const driver = frozenFor(1_300);
      const frame = driver.nextFrame();
      driver.hear(first === "tick" ? { kind: "tick" } : { kind: "frame-received", frame });
      driver.status({ mode: "other" });
      driver.run(5_000);
      expect(driver.ordersSince(0).map(({ order }) => order)).toEqual(["take-off"]);
    },
  );

  test("[AU4] [LG2] nor does a landing that was due meanwhile go before what it missed", () => {
    const driver = frozenFor(1_300, (one) => {
      one.page.isSending = false;
      one.run(1_500);
    });
    driver.hear({ kind: "tick" });
    expect(driver.state.phase).toBe("flying");
    driver.status({ mode: "other" });
    driver.run(5_000);
    expect(driver.ordersSince(0).map(({ order }) => order)).toEqual(["take-off"]);
  });

  test("[LG1] does not take what waited for a slow link", () => {
    const driver = GatewayDriver.flying();
    driver.run(1_500);
    const waiting = Array.from({ length: 65 }, () => {
      driver.nowMs = monotonicMs(driver.nowMs + 20);
      return driver.nextFrame();
    });
    const before = driver.state.clock;
    for (const frame of waiting) driver.hear({ kind: "frame-received", frame });
    expect(driver.state.clock).toBe(before);
    driver.run(1_000);
    expect(driver.state.lock).toBeUndefined();
  });

  test("[LG1] moves nothing while it wakes", () => {
    const driver = frozenFor(1_300);
    driver.page.sticks = { forward: 1, right: 0, up: 0, yawRight: 0 };
    const mark = driver.mark;
    driver.hear({ kind: "tick" });
    driver.run(200);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
  });
});
