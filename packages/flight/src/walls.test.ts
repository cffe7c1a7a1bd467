import { createRandom } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { provableAgeMsMax, tickMs } from "./limits.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const centred = { forward: 0, right: 0, up: 0, yawRight: 0 };

/** At full speed ahead, with nothing wrong. */
function flyingForward(): GatewayDriver {
  const driver = GatewayDriver.flying();
  driver.run(1_500);
  driver.page.sticks = forward;
  driver.run(200);
  return driver;
}

/** The page sends no more; gives the moment of the last sample that arrived. */
function fallSilent(driver: GatewayDriver): number {
  driver.page.isSending = false;
  driver.run(25);
  return Number(driver.state.acting?.sampledAtMs);
}

const causesSince = (driver: GatewayDriver, mark: number): string[] => [
  ...new Set(
    driver
      .recordsSince(mark)
      .flatMap((entry) => (entry.kind === "frame-dropped" ? [entry.cause] : [])),
  ),
];
const rungsSince = (driver: GatewayDriver, mark: number): string[] =>
  driver
    .recordsSince(mark)
    .flatMap((entry) =>
      entry.kind === "rung-changed" ? [`${entry.from} to ${entry.to}: ${entry.cause}`] : [],
    );

describe("the two walls", () => {
  test("[LG1] (a) a command stops acting at its own age, not at the next frame or tick", () => {
    const driver = flyingForward();
    const sampledAtMs = fallSilent(driver);
    const mark = driver.mark;
    driver.run(300);
    const firstZero = driver
      .since(mark, "set-velocity")
      .find(({ effect }) => effect.velocity.northMps === 0);
    // With equal ways the estimate is exact and the margin 10 ms.
    expect(firstZero?.atMs).toBeCloseTo(sampledAtMs + 190.1, 3);
    expect(driver.state.lock).toBe("command-old");
  });

  test("[LG1] (a) a sample that is sent again and again keeps its date", () => {
    const driver = flyingForward();
    driver.page.isSending = false;
    const { sampledAtBrowserMs, beaconSequence, beaconAtBrowserMs } = driver.nextFrame();
    for (let sent = 0; sent < 12; sent++) {
      driver.run(20);
      const frame = driver.nextFrame({ sampledAtBrowserMs, beaconSequence, beaconAtBrowserMs });
      driver.hear({ kind: "frame-received", frame });
    }
    expect(driver.state.lock).toBe("command-old");
    expect(causesSince(driver, 0)).toContain("estimated-age");
  });

  test("[LG1] (b) a beacon from after the sample proves nothing", () => {
    const driver = flyingForward();
    driver.page.isSending = false;
    const honest = driver.nextFrame();
    const mark = driver.mark;
    const frame = { ...honest, beaconAtBrowserMs: honest.sampledAtBrowserMs + 0.5 };
    driver.hear({ kind: "frame-received", frame });
    expect(causesSince(driver, mark)).toEqual(["beacon-after-sample"]);
  });

  test("[LG1] (b) whoever dates old samples anew is stopped by the beacon they echo", () => {
    const driver = flyingForward();
    driver.page.isSending = false;
    const { beaconSequence } = driver.nextFrame();
    const beaconAtMs = Number(
      driver.state.beacons.find(({ sequence }) => sequence === beaconSequence)?.atMs,
    );
    const mark = driver.mark;
    for (let sent = 0; sent < 30; sent++) {
      driver.run(20);
      driver.hear({ kind: "frame-received", frame: driver.nextFrame({ beaconSequence }) });
    }
    const lastMoving = driver
      .since(mark, "set-velocity")
      .findLast(({ effect }) => effect.velocity.northMps !== 0);
    expect(lastMoving?.atMs).toBeLessThanOrEqual(beaconAtMs + provableAgeMsMax);
    expect(lastMoving?.atMs).toBeGreaterThan(beaconAtMs + provableAgeMsMax - 25);
    expect(causesSince(driver, mark)).toContain("provable-age");
  });

  test("[LG1] (b) on any two ways nothing acts that was truly sampled more than 400 ms ago", () => {
    const way = fc.integer({ min: 1, max: 320 });
    fc.assert(
      fc.property(way, way, fc.nat(), (uplinkMs, downlinkMs, seed) => {
        const driver = GatewayDriver.flying();
        const random = createRandom(seed);
        driver.page.sticks = forward;
        Object.assign(driver.link, { uplinkMs, downlinkMs });
        for (let step = 0; step < 150; step++) {
          if (random.chance(0.05)) driver.link.uplinkMs = random.integer(320);
          if (random.chance(0.03)) driver.page.isSending = random.chance(0.7);
          if (random.chance(0.01)) driver.page.clockAheadMs += random.between(-600, 600);
          if (random.chance(0.1)) driver.page.sticks = random.chance(0.5) ? forward : centred;
          const clockAheadMs = driver.page.clockAheadMs;
          driver.run(17);
          const { acting, lock } = driver.state;
          if (lock || !acting || clockAheadMs !== 7_654_321) continue;
          const trulyMs = driver.nowMs - (acting.frame.sampledAtBrowserMs - clockAheadMs);
          expect(trulyMs).toBeLessThanOrEqual(provableAgeMsMax);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("[LG1] a frame that echoes no beacon of ours is dropped", () => {
    const driver = flyingForward();
    const mark = driver.mark;
    for (const beaconSequence of [0, 4_000_000]) {
      driver.hear({ kind: "frame-received", frame: driver.nextFrame({ beaconSequence }) });
    }
    expect(causesSince(driver, mark)).toEqual(["unknown-beacon"]);
  });

  test.each([700, -700])(
    "[LG1] when the pilot's clock is set by %d ms it holds, compares anew and goes on",
    (stepMs) => {
      const driver = flyingForward();
      const mark = driver.mark;
      driver.page.clockAheadMs += stepMs;
      driver.page.sticks = centred;
      driver.run(50);
      expect(driver.state.lock).toBe("clock-unsettled");
      driver.run(1_500);
      expect(driver.state.lock).toBeUndefined();
      expect(driver.ordersSince(mark)).toEqual([]);
    },
  );

  test("[LG1] before the clocks are compared the sticks are locked", () => {
    const driver = new GatewayDriver();
    driver.grant();
    driver.connect();
    driver.run(300);
    expect(driver.state.lock).toBe("clock-unsettled");
    expect(causesSince(driver, 0)).toEqual(["unknown-beacon", "clock-unsettled"]);
  });

  test("[LG1] [LG2] (b) who passes the wall between two frames starts at the bottom again", () => {
    const driver = flyingForward();
    // The page hears no beacon any more, and what it samples is fresh.
    driver.link.downlinkMs = 10_000;
    driver.run(340);
    expect(driver.state.ladder.rung).toBe("fly");
    driver.page.isSending = false;
    driver.run(80);
    expect(driver.state).toMatchObject({ lock: "command-old", ladder: { rung: "hold" } });
  });
});

describe("the ladder in flight", () => {
  test("[LG2] [LG8] between 150 and 200 ms it is slow, and every rung is recorded with its cause", () => {
    const driver = flyingForward();
    const mark = driver.mark;
    const sampledAtMs = fallSilent(driver);
    driver.run(sampledAtMs + 175 - driver.nowMs);
    expect(driver.state.ladder.rung).toBe("slow");
    const slowest = driver.speedsSince(mark).at(-1) ?? 0;
    expect(slowest).toBeLessThan(2);
    expect(slowest).toBeGreaterThanOrEqual(0.6);
    driver.run(100);
    driver.page.isSending = true;
    driver.page.sticks = centred;
    driver.run(1_300);
    expect(rungsSince(driver, mark)).toEqual([
      "fly to slow: command-ageing",
      "slow to hold: command-old",
      "hold to slow: fresh",
      "slow to fly: fresh",
    ]);
  });

  test("[LG2] [LG7] a page that falls silent is link loss: hold, and land after 2 s of it", () => {
    const driver = flyingForward();
    const silentAtMs = fallSilent(driver);
    const mark = driver.mark;
    driver.run(4_000);
    const [landing] = driver.ordersSince(mark);
    expect(landing?.order).toBe("land");
    expect((landing?.atMs ?? 0) - silentAtMs).toBeGreaterThanOrEqual(2_190);
    expect((landing?.atMs ?? 0) - silentAtMs).toBeLessThanOrEqual(2_212);
    expect(driver.state.phase).toBe("landing");
  });

  test("[LG2] a link that comes back in time lands nobody", () => {
    const driver = flyingForward();
    const mark = driver.mark;
    driver.page.isSending = false;
    driver.page.sticks = centred;
    driver.run(1_800);
    driver.page.isSending = true;
    driver.run(3_000);
    expect(driver.ordersSince(mark)).toEqual([]);
    expect(driver.state.lock).toBeUndefined();
  });

  test("[LG2] single frames that slip through a broken link do not put the landing off", () => {
    const driver = flyingForward();
    const mark = driver.mark;
    for (let round = 0; round < 8; round++) {
      driver.page.isSending = false;
      driver.run(480);
      driver.page.isSending = true;
      driver.run(20);
    }
    expect(driver.ordersSince(mark).map(({ order }) => order)).toEqual(["land"]);
  });

  test("[LG2] held sticks do not leave the hold, and a pilot who is there is not landed", () => {
    const driver = flyingForward();
    driver.page.isSending = false;
    driver.run(500);
    driver.page.isSending = true;
    const mark = driver.mark;
    driver.run(5_000);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.ordersSince(mark)).toEqual([]);
    expect(driver.state.lock).toBe("recovering");
  });

  test("[LG7] what a page that slept sends in one burst when it wakes is not acted on", () => {
    const driver = flyingForward();
    driver.page.isSending = false;
    const kept = Array.from({ length: 20 }, () => driver.nextFrame());
    driver.run(450);
    const mark = driver.mark;
    for (const frame of kept) driver.hear({ kind: "frame-received", frame });
    driver.run(tickMs);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.recordsSince(mark).filter(({ kind }) => kind === "frame-dropped")).toHaveLength(
      20,
    );
  });

  test("[LG5] what was overtaken on the way is dropped", () => {
    const driver = flyingForward();
    driver.page.isSending = false;
    driver.run(25);
    const older = driver.nextFrame({ sticks: forward });
    const newer = driver.nextFrame({ sticks: centred });
    driver.hear({ kind: "frame-received", frame: newer });
    const mark = driver.mark;
    driver.hear({ kind: "frame-received", frame: older });
    driver.hear({ kind: "frame-received", frame: newer });
    expect(causesSince(driver, mark)).toEqual(["overtaken"]);
    expect(driver.state.acting?.frame).toBe(newer);
    driver.run(2 * tickMs);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
  });
});

describe("set-points", () => {
  test("[LG1] fifty a second, wherever between two ticks the frames come, and where none come", () => {
    for (let uplinkMs = 20; uplinkMs < 40; uplinkMs += 1) {
      const driver = flyingForward();
      driver.link.uplinkMs = uplinkMs;
      driver.run(1_000);
      const mark = driver.mark;
      driver.run(1_000);
      expect(driver.since(mark, "set-velocity"), `${uplinkMs} ms`).toHaveLength(50);
      driver.page.isSending = false;
      driver.run(1_000);
      const quiet = driver.mark;
      driver.run(1_000);
      expect(driver.since(quiet, "set-velocity")).toHaveLength(50);
    }
  });

  test("[LG5] a frame that is dropped says none", () => {
    const driver = flyingForward();
    const frame = driver.nextFrame();
    driver.hear({ kind: "frame-received", frame });
    const mark = driver.mark;
    for (let i = 0; i < 10; i += 1) driver.hear({ kind: "frame-received", frame });
    expect(driver.since(mark, "set-velocity")).toEqual([]);
  });

  test.each([
    [0, forward, { eastMps: 0, northMps: 2, upMps: 0 }],
    [90, forward, { eastMps: 2, northMps: 0, upMps: 0 }],
    [90, { ...centred, right: 1 }, { eastMps: 0, northMps: -2, upMps: 0 }],
    [180, { ...centred, right: 0.5 }, { eastMps: -1, northMps: 0, upMps: 0 }],
    [270, { ...centred, up: -0.25 }, { eastMps: 0, northMps: 0, upMps: -0.5 }],
  ])("[LG9] at heading %d the sticks turn with the vehicle", (headingDeg, sticks, expected) => {
    const driver = flyingForward();
    driver.vehicle.headingDeg = headingDeg;
    driver.vehicle.position.upM = 5;
    driver.page.sticks = sticks;
    driver.run(100);
    const velocity = driver.since(0, "set-velocity").at(-1)?.effect.velocity;
    expect(velocity?.eastMps).toBeCloseTo(expected.eastMps, 9);
    expect(velocity?.northMps).toBeCloseTo(expected.northMps, 9);
    expect(velocity?.upMps).toBeCloseTo(expected.upMps, 9);
  });

  test("[LG9] the corner of the sticks is no faster than their side, and yaw is a rate", () => {
    const driver = flyingForward();
    driver.page.sticks = { forward: 1, right: 1, up: 1, yawRight: -1 };
    driver.run(100);
    const last = driver.since(0, "set-velocity").at(-1)?.effect;
    expect(driver.speedsSince(0).at(-1)).toBeCloseTo(2, 9);
    expect(last?.yawRateDegps).toBe(-45);
  });

  test("[LG6] towards the fence it slows down, and stops where the room is used up", () => {
    const driver = flyingForward();
    driver.vehicle.position.northM = 29;
    driver.run(100);
    // 1 m less 0.3 m and three assumed sigmas of 0.1 m, at 2 m/s2, 0.1 s and a pose of 4 ms.
    expect(driver.speedsSince(0).at(-1)).toBeCloseTo(Math.sqrt(0.208 ** 2 + 4 * 0.4) - 0.208, 6);
    driver.vehicle.position.northM = 29.5;
    driver.run(100);
    expect(driver.speedsSince(0).at(-1)).toBe(0);
    driver.page.sticks = { ...centred, forward: -1 };
    driver.run(100);
    expect(driver.speedsSince(0).at(-1)).toBe(2);
  });
});
