import { defined, type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type Address,
  MavAutopilot,
  MavEstimatorType,
  MavFrame,
  MavType,
  type Odometry,
  type Outgoing,
  type OutgoingMessage,
  type VisionPositionEstimate,
} from "@pista/mavlink";
import { frameFrom } from "@pista/mavlink/testing";
import { describe, expect, test } from "vitest";
import { Companion, isCompanion } from "./companion.ts";

const self = { systemId: 248, componentId: 197 };
const tracker = { systemId: 1, componentId: 191 };
const autopilot = { systemId: 1, componentId: 1 };

const odometry: Outgoing<Odometry> = {
  name: "ODOMETRY",
  timeUsec: 0n,
  frameId: MavFrame.LOCAL_FRD,
  childFrameId: MavFrame.BODY_FRD,
  ...{ x: 1, y: 2, z: -1.5, q: [1, 0, 0, 0], vx: 0.5, vy: 0, vz: 0 },
  ...{ rollspeed: 0, pitchspeed: 0, yawspeed: 0 },
  poseCovariance: [Number.NaN, ...new Array<number>(20).fill(0)],
  velocityCovariance: new Array<number>(21).fill(0.25),
  resetCounter: 3,
  estimatorType: MavEstimatorType.VIO,
  quality: 80,
};

const vision: Outgoing<VisionPositionEstimate> = {
  name: "VISION_POSITION_ESTIMATE",
  ...{ usec: 0n, x: 1, y: 2, z: -1.5, roll: 0, pitch: 0, yaw: 1.5 },
  covariance: new Array<number>(21).fill(0.25),
  resetCounter: 7,
};

/** A tracker whose clock is another one, 4 ms away, and time that passes by hand. */
class Bench {
  readonly toVehicle: OutgoingMessage[] = [];
  readonly told: string[] = [];
  nowMs = 0;
  /** The tracker's clock less ours. */
  offsetMs = 1_700_000_000_000;
  isBeating = true;
  answers = true;
  readonly companion = new Companion({
    self,
    send: (message) => this.#onTheWay.push({ atMs: this.nowMs + 4, message }),
    sendToVehicle: (message) => this.toVehicle.push(message),
    events: {
      heard: ({ componentId }) => this.told.push(`heard ${componentId}`),
      lost: () => this.told.push("lost"),
      passing: () => this.told.push("passing"),
      refused: (refusal, isFirst) => void (isFirst && this.told.push(refusal)),
    },
  });
  readonly #onTheWay: { atMs: number; message: OutgoingMessage }[] = [];

  get atMs(): MonotonicMs {
    return monotonicMs(this.nowMs);
  }

  hear(message: OutgoingMessage, from: Address = tracker): void {
    this.companion.receive(frameFrom(from, message), this.atMs);
  }

  beat(from = tracker, type: number = MavType.ONBOARD_CONTROLLER): void {
    const rest = { baseMode: 0, customMode: 0, systemStatus: 4, mavlinkVersion: 3 };
    this.hear({ name: "HEARTBEAT", type, autopilot: MavAutopilot.INVALID, ...rest }, from);
  }

  run(ms: number, each: () => void = () => undefined): this {
    for (const end = this.nowMs + ms; this.nowMs < end; this.nowMs += 1) {
      if (this.isBeating && this.nowMs % 500 === 0) this.beat();
      if (this.nowMs % 20 === 0) this.companion.tick(this.atMs);
      for (const { message } of this.#due()) this.#answer(message);
      each();
    }
    return this;
  }

  /** By the tracker's clock, so long ago. */
  us(agoMs: number): bigint {
    return BigInt(Math.round((this.nowMs - agoMs + this.offsetMs) * 1_000));
  }

  seen(agoMs = 10, more: Partial<Outgoing<Odometry>> = {}, from: Address = tracker): void {
    this.hear({ ...odometry, ...more, timeUsec: this.us(agoMs) }, from);
  }

  get passed(): OutgoingMessage[] {
    return this.toVehicle.filter(({ name }) => name !== "TIMESYNC");
  }

  #due() {
    const due = this.#onTheWay.filter(({ atMs }) => atMs <= this.nowMs);
    this.#onTheWay.splice(0, due.length);
    return due;
  }

  #answer(message: OutgoingMessage): void {
    if (message.name !== "TIMESYNC" || message.tc1 !== 0n || !this.answers) return;
    const { systemId: targetSystem, componentId: targetComponent } = self;
    const tc1 = this.us(2) * 1_000n;
    this.hear({ name: "TIMESYNC", tc1, ts1: message.ts1, targetSystem, targetComponent });
  }
}

const ready = (): Bench => new Bench().run(1_000);

describe("odometry", () => {
  test("is passed on as it is, with its stamp by our clock and its count of resets", () => {
    const bench = ready();
    bench.seen(10);
    bench.run(20);
    bench.seen(10, { resetCounter: 9, x: 40 });
    bench.hear({ ...vision, usec: bench.us(30) });
    const [first, second, third] = bench.passed;
    expect(first).toEqual({ ...odometry, timeUsec: 990_000n });
    expect(second).toEqual({ ...odometry, resetCounter: 9, x: 40, timeUsec: 1_010_000n });
    expect(third).toEqual({ ...vision, usec: 990_000n });
    expect(bench.told).toEqual(["heard 191", "passing"]);
  });

  test("waits for a clock, and is refused while there is none", () => {
    const bench = new Bench();
    bench.answers = false;
    bench.run(2_000, () => bench.nowMs % 50 === 0 && bench.seen());
    expect(bench.passed).toEqual([]);
    expect(bench.companion.counts).toEqual({ passed: 0, refused: { "clock-unknown": 40 } });
    expect(bench.told).toEqual(["heard 191", "clock-unknown"]);
    bench.answers = true;
    bench.run(600, () => bench.nowMs % 50 === 0 && bench.seen());
    expect(bench.passed.length).toBeGreaterThan(0);
  });

  const nan = Number.NaN;
  const holed = [0.1, nan, ...new Array<number>(19).fill(0)];
  test.each<[string, number, Partial<Outgoing<Odometry>>]>([
    ["frame", 10, { frameId: MavFrame.LOCAL_NED }],
    ["frame", 10, { frameId: MavFrame.GLOBAL }],
    ["frame", 10, { childFrameId: MavFrame.LOCAL_FRD }],
    ["estimator", 10, { estimatorType: MavEstimatorType.GPS_INS }],
    ["estimator", 10, { estimatorType: MavEstimatorType.MOCAP }],
    ["failed", 10, { quality: -1 }],
    ["numbers", 10, { x: nan }],
    ["numbers", 10, { z: Number.NEGATIVE_INFINITY }],
    ["numbers", 10, { vy: nan }],
    ["numbers", 10, { yawspeed: nan }],
    ["numbers", 10, { q: [0, 0, 0, 0] }],
    ["numbers", 10, { q: [nan, 0, 0, 0] }],
    ["numbers", 10, { poseCovariance: holed }],
    ["numbers", 10, { velocityCovariance: holed }],
    ["old", 201, {}],
    ["from-the-future", -20, {}],
  ])("is refused as %s (%i ms old, %o), counted, and told once", (refusal, agoMs, more) => {
    const bench = ready();
    bench.seen(agoMs, more);
    bench.seen(agoMs, more);
    expect(bench.passed).toEqual([]);
    expect(bench.companion.counts.refused).toEqual({ [refusal]: 2 });
    expect(bench.told).toEqual(["heard 191", refusal]);
    bench.seen(5);
    expect(bench.passed).toHaveLength(1);
  });

  test.each(["x", "z", "roll", "yaw"] as const)("by vision without %s is refused", (field) => {
    const bench = ready();
    bench.hear({ ...vision, usec: bench.us(10), [field]: nan });
    expect(bench.companion.counts).toEqual({ passed: 0, refused: { numbers: 1 } });
  });

  test("is not passed on twice, nor in the wrong order; the two kinds are told apart", () => {
    const bench = ready();
    bench.seen(10);
    bench.seen(10);
    bench.seen(11);
    bench.hear({ ...vision, usec: bench.us(11) });
    expect(bench.companion.counts).toEqual({ passed: 2, refused: { "not-newer": 2 } });
  });

  test("never comes from the future, though the clocks agree no better than their bound", () => {
    const bench = ready();
    bench.seen(-2);
    expect(bench.passed).toMatchObject([{ timeUsec: BigInt(bench.nowMs) * 1_000n }]);
  });

  test("above fifty a second, both kinds together, is left out", () => {
    const bench = ready();
    bench.run(2_000, () => {
      if (bench.nowMs % 5 === 0) bench.seen(5);
      if (bench.nowMs % 5 === 1) bench.hear({ ...vision, usec: bench.us(5) });
    });
    expect(bench.companion.counts.passed).toBeGreaterThanOrEqual(100);
    expect(bench.companion.counts.passed).toBeLessThanOrEqual(105);
    expect(bench.companion.counts.refused["too-many"]).toBeGreaterThan(600);
  });
});

describe("the companion", () => {
  test("is one; another is not heard before it fell silent", () => {
    const bench = ready();
    const other = { systemId: 1, componentId: 192 };
    bench.beat(other);
    bench.seen(10, {}, other);
    expect(bench.companion.counts.refused).toEqual({ "second-sender": 1 });
    bench.seen(10);
    expect(bench.passed).toHaveLength(1);
    bench.isBeating = false;
    bench.run(3_100);
    bench.beat(other);
    expect(bench.told).toEqual(["heard 191", "second-sender", "passing", "lost", "heard 192"]);
  });

  test("is no autopilot and no ground station", () => {
    const { INVALID, PX4 } = MavAutopilot;
    expect(isCompanion({ type: MavType.CAMERA, autopilot: INVALID })).toBe(true);
    expect(isCompanion({ type: MavType.GCS, autopilot: INVALID })).toBe(false);
    expect(isCompanion({ type: MavType.QUADROTOR, autopilot: PX4 })).toBe(false);
  });

  test("gets nothing else through to the autopilot", () => {
    const bench = ready();
    const zeros = { param1: 0, param2: 0, param3: 0, param4: 0, param5: 0, param6: 0, param7: 0 };
    const to = { targetSystem: 1, targetComponent: 1 };
    bench.hear({ name: "COMMAND_LONG", ...to, command: 400, confirmation: 0, ...zeros });
    bench.hear({ name: "SET_MODE", targetSystem: 1, baseMode: 1, customMode: 9 });
    bench.hear({ name: "PARAM_SET", ...to, paramId: "FS_GCS_ENABLE", paramValue: 0, paramType: 9 });
    bench.hear({ name: "STATUSTEXT", severity: 1, text: "hello" });
    bench.hear({ name: "TIMESYNC", tc1: 0n, ts1: 5n });
    bench.hear({
      name: "SET_GPS_GLOBAL_ORIGIN",
      targetSystem: 1,
      ...{ latitude: 1, longitude: 1, altitude: 1 },
    });
    expect(bench.toVehicle).toEqual([]);
  });

  test("whose clock is set is not believed until its new time is known", () => {
    const bench = ready();
    const each = (): void => {
      if (bench.nowMs % 30 === 0) bench.seen(10);
    };
    bench.run(300, each);
    bench.offsetMs += 3_600_000;
    const jumpedAtMs = bench.nowMs;
    const { length } = bench.passed;
    bench.run(400, each);
    expect(bench.passed).toHaveLength(length);
    bench.run(600, each);
    const next = defined(bench.passed[length], "One that was passed on");
    const us = next.name === "ODOMETRY" ? Number(next.timeUsec) : 0;
    expect(us / 1_000).toBeGreaterThan(jumpedAtMs + 300);
    expect(us / 1_000).toBeLessThan(bench.nowMs);
  });

  test("the autopilot learns our clock when it asks, and answers are not answered", () => {
    const bench = ready();
    const ask = (tc1: bigint): void =>
      bench.companion.receiveFromVehicle(
        frameFrom(autopilot, { name: "TIMESYNC", tc1, ts1: 77n }),
        bench.atMs,
      );
    ask(0n);
    ask(5n);
    expect(bench.toVehicle).toEqual([
      { name: "TIMESYNC", tc1: 1_000_000_000n, ts1: 77n, targetSystem: 1, targetComponent: 1 },
    ]);
  });
});

describe("a position's age", () => {
  test("[LG11] is unknown before the first odometry", () => {
    expect(ready().companion.poseMeasuredAt(monotonicMs(1_000))).toBeUndefined();
  });

  test("[LG11] is that of the newest odometry, its clock's doubt included, and of no refused one", () => {
    const bench = ready();
    bench.seen(50);
    const measured = (): number => Number(bench.companion.poseMeasuredAt(bench.atMs));
    expect(measured()).toBeLessThanOrEqual(950);
    expect(measured()).toBeGreaterThan(940);
    const first = measured();
    bench.run(30);
    bench.seen(10, { quality: -1 });
    bench.hear({ ...vision, usec: bench.us(90) });
    expect(measured()).toBe(first);
    bench.run(5_000);
    expect(measured()).toBe(first);
    expect(bench.companion.poseMeasuredAt(monotonicMs(900))).toBe(900);
  });
});
