import { monotonicMs } from "@pista/kernel";
import { CopterMode } from "@pista/mavlink";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeCompanion } from "../apps/gateway/src/testing/fake-companion.ts";
import { udpWire } from "../apps/gateway/src/testing/fake-wire.ts";
import { freeUdpPort } from "../apps/gateway/src/testing/site.ts";
import { FlownCopter } from "./flown-copter.ts";

/** Without them this file is not among the tests (vitest.config.ts). */
const program = process.env.PISTA_ARDUPILOT_SITL ?? "";
const defaults = process.env.PISTA_ARDUPILOT_DEFAULTS ?? "";

describe.each(["udp", "tcp"] as const)("ArduPilot Copter over %s", (kind) => {
  let copter: FlownCopter;

  beforeAll(async () => {
    copter = await FlownCopter.start(kind, program, defaults);
    await copter.until("its heartbeat", () => copter.status !== undefined);
  });

  afterAll(() => copter.end());

  test("before it knows where it is it refuses, in its own words", async () => {
    copter.order("take-off");
    await copter.until("its answer", () => copter.refusals.length > 0);
    expect(copter.refusals[0]).toMatch(/^take-off: could not (set mode GUIDED|arm): .*\(.+\)/);
  });

  test("[LG10] its own time-outs are set without a take-off, and set again when another station changes one", async () => {
    await copter.until("their confirmation", () => copter.status?.guardsConfirmed === true);
    copter.station.setParameter("GUID_TIMEOUT", 3);
    await copter.until("its loss", () => copter.status?.guardsConfirmed === false);
    await copter.until("their confirmation", () => copter.status?.guardsConfirmed === true);
  });

  test("[LG10] its transmitter's failsafe that would return home is set to land before it is armed", async () => {
    copter.station.setParameter("FS_THR_ENABLE", 1);
    await copter.wait(500);
    await copter.takeOff();
    expect(copter.failsafesSet).toContainEqual(["FS_THR_ENABLE", 1]);
  });

  test("[LG9] it flies north, east, up and round to the right as it is told, in metres per second", async () => {
    await copter.takeOff();
    const north = await copter.fly({ northMps: 1 }, 4_000);
    expect(north.velocity.northMps).toBeCloseTo(1, 0.7);
    expect(Math.abs(north.velocity.eastMps)).toBeLessThan(0.2);
    const east = await copter.fly({ eastMps: 1 }, 4_000);
    expect(east.velocity.eastMps).toBeCloseTo(1, 0.7);
    expect(Math.abs(east.velocity.northMps)).toBeLessThan(0.2);
    const up = await copter.fly({ upMps: 0.5 }, 3_000);
    expect(up.velocity.upMps).toBeCloseTo(0.5, 0.7);
    const before = await copter.fly({}, 1_500);
    const turned = await copter.fly({}, 2_000, 30);
    expect((turned.headingDeg - before.headingDeg + 360) % 360).toBeGreaterThan(30);
    expect((turned.headingDeg - before.headingDeg + 360) % 360).toBeLessThan(90);
  });

  test("[LG10] without set-points it stands still after GUID_TIMEOUT", async () => {
    const before = await copter.fly({ northMps: 1 }, 3_000);
    copter.velocity = undefined;
    await copter.wait(3_000);
    const after = await copter.fly({}, 500);
    expect(Math.abs(after.velocity.northMps)).toBeLessThan(0.1);
    expect(after.position.northM - before.position.northM).toBeLessThan(2);
  });

  test("[AU4] in the safety pilot's mode nothing goes to it, a landing included", async () => {
    // Not LOITER: nobody holds the throttle of the simulated transmitter up.
    copter.station.setMode(CopterMode.BRAKE);
    await copter.until("the safety pilot's mode", () => copter.status?.mode === "other");
    copter.velocity = undefined;
    copter.sent.length = 0;
    copter.order("land");
    await copter.wait(2_000);
    expect(copter.sent.filter(({ name }) => name !== "HEARTBEAT")).toEqual([]);
    expect(copter.status?.mode).toBe("other");
    copter.station.setMode(CopterMode.GUIDED);
    await copter.until("our mode again", () => copter.status?.mode === "guided");
  });

  test("[LG10] killed it lands, although another ground station goes on speaking", async () => {
    await copter.fly({ eastMps: 0.5 }, 1_000);
    const diedAtMs = performance.now();
    copter.isAlive = false;
    await copter.until("its landing", () => copter.status?.mode === "landing");
    expect(performance.now() - diedAtMs).toBeLessThan(4_000);
    await copter.until("the ground", () => copter.status?.armed === false, 60_000);
    copter.isAlive = true;
    copter.velocity = undefined;
  });

  test("a second flight, and a landing by order", async () => {
    await copter.takeOff();
    copter.order("land");
    copter.velocity = undefined;
    await copter.until("its landing", () => copter.status?.mode === "landing");
    await copter.until("the ground", () => copter.status?.armed === false, 60_000);
    expect(copter.status?.landed).toBe(true);
  });
});

describe("ArduPilot Copter without satellites", () => {
  test("[LG11] takes the odometry that is passed on, and tells positions long after it ceased", async () => {
    const port = await freeUdpPort();
    const copter = await FlownCopter.start("udp", program, defaults, port);
    const companion = new FakeCompanion(udpWire(port));
    try {
      companion.start();
      const isWhereItIsTold = (): boolean => {
        const { northM = 0, eastM = 0 } = copter.pose?.position ?? {};
        return Math.hypot(northM - 5, eastM - 10) < 0.5;
      };
      await copter.until("the companion's position", isWhereItIsTold, 90_000);
      companion.isBlind = true;
      const ceasedAtMs = companion.seenAtMs;
      await copter.wait(3_000);
      expect(isWhereItIsTold()).toBe(true);
      expect(copter.poseAtMs - ceasedAtMs).toBeGreaterThan(2_000);
      const nowMs = monotonicMs(performance.now());
      expect(Number(copter.companion?.poseMeasuredAt(nowMs))).toBeLessThanOrEqual(ceasedAtMs);
      await copter.until("a doubt of its own", () => (copter.pose?.sigmaM ?? 0) > 0.3, 10_000);
    } finally {
      companion.close();
      await copter.end();
    }
  });
});
