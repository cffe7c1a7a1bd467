import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { monotonicMs } from "@pista/kernel";
import { createFrameWriter } from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import {
  clock,
  directory,
  entries,
  failures,
  frame,
  hearPose,
  hearStatus,
  messages,
  open,
  runSecond,
  state,
} from "../testing/recorder-under-test.ts";
import { readFrames, readIndexed, readRecording, recordingNames } from "../testing/recordings.ts";
import { until } from "../testing/until.ts";

describe("[LG8] what is recorded", () => {
  test("each change with its time, within a tick and before the file is whole", async () => {
    const recorder = await open();
    clock.advance(1_200);
    recorder.tick();
    clock.advance(34.5);
    recorder.record({ kind: "rung-changed", from: "fly", to: "slow", cause: "fresh" });
    recorder.tick();
    const found = await until("the change", () => messages().length > 0 && messages());
    expect(found).toEqual([
      {
        topic: "/guard/record",
        atNs: 1_700_000_001_234_500_000n,
        message: { kind: "rung-changed", from: "fly", to: "slow", cause: "fresh" },
      },
    ]);
    await recorder.end();
    expect(failures).toEqual([]);
  });

  test("a flood of one cause is its first frame and one count a second", async () => {
    const recorder = await open();
    for (let count = 0; count < 150; count++) {
      recorder.record({ kind: "frame-dropped", cause: "no-lease", sequence: count });
      if (count === 10) recorder.record({ kind: "frame-dropped", cause: "overtaken", sequence: 1 });
      clock.advance(20);
      recorder.tick();
    }
    await recorder.end();
    const dropped = entries().filter(({ cause }) => cause === "no-lease");
    expect(dropped).toHaveLength(4);
    expect(dropped[0]).toMatchObject({ sequence: 0 });
    const counted = dropped.reduce((sum, { count }) => sum + Number(count ?? 1), 0);
    expect(counted).toBe(150);
    expect(entries().filter(({ cause }) => cause === "overtaken")).toHaveLength(1);
  });

  test("[AU3] nor does one who waits to take over fill the record with dropped frames", async () => {
    const recorder = await open();
    for (let sequence = 0; sequence < 150; sequence++) {
      const entry = { kind: "frame-dropped", cause: "clock-unsettled", sequence };
      recorder.record({ kind: "successor", entry });
      recorder.record({ ...entry, sequence: 1_000 + sequence });
      clock.advance(20);
      recorder.tick();
    }
    recorder.record({ kind: "successor", entry: { kind: "lock-changed", from: "a", to: "b" } });
    await recorder.end();
    const dropped = entries().flatMap(
      ({ kind, entry }) => (kind === "successor" ? [entry as Record<string, unknown>] : []), // Written above.
    );
    expect(dropped.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 4 }, () => "frame-dropped"),
      "lock-changed",
    ]);
    expect(dropped[0]).toMatchObject({ sequence: 0 });
    expect(dropped.slice(0, 4).reduce((sum, { count }) => sum + Number(count ?? 1), 0)).toBe(150);
    expect(entries().filter(({ kind }) => kind === "frame-dropped")).toHaveLength(4);
  });

  test("[LG1] frames with the age that the wall is held against, dropped ones too", async () => {
    const recorder = await open();
    const atMs = monotonicMs(5_040);
    const estimate = { offsetMs: 4_000, roundTripMs: 30, marginMs: 12 };
    const settled = { ...state, clock: { ...state.clock, estimate } };
    const sampledAtMs = monotonicMs(5_000);
    const viewSinceMs = monotonicMs(4_950);
    const acting = { frame, sampledAtMs, provableSinceMs: sampledAtMs, viewSinceMs };
    const event = { kind: "frame-received", frame, atMs } as const;
    recorder.heard(event, { state: { ...settled, acting }, effects: [] });
    recorder.heard(event, { state: settled, effects: [] });
    recorder.heard(
      { kind: "successor-heard", event, atMs },
      { state: { ...settled, successor: state }, effects: [] },
    );
    await recorder.end();
    expect(messages().map(({ message }) => message)).toEqual([
      { seat: "pilot", isActing: true, ageMs: 52, viewAgeMs: 90, ...frame },
      { seat: "pilot", isActing: false, ageMs: 52, viewAgeMs: null, ...frame },
      { seat: "successor", isActing: false, ageMs: null, viewAgeMs: null, ...frame },
    ]);
  });

  test("poses as viewers draw them, all in flight and one a second on the ground", async () => {
    const recorder = await open();
    for (let count = 0; count < 100; count++) {
      hearPose(recorder, 90);
      clock.advance(20);
    }
    hearStatus(recorder, true);
    for (let count = 0; count < 100; count++) hearPose(recorder, 0);
    await recorder.end();
    const poses = messages().filter(({ topic }) => topic === "/vehicle/pose");
    expect(poses).toHaveLength(102);
    expect(poses[0]?.message).toMatchObject({
      timestamp: { sec: 1_700_000_000, nsec: 0 },
      frame_id: "site",
      pose: { position: { x: 1, y: 2, z: 3 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
      sigmaM: null,
    });
    // Its nose to the north, a vehicle is turned a quarter from east, the way that x turns to y.
    const half = Math.SQRT1_2;
    expect(poses.at(-1)?.message).toMatchObject({
      pose: { orientation: { z: expect.closeTo(half), w: expect.closeTo(half) } },
    });
  });

  test("gates as people count them, at the moment between two poses", async () => {
    const recorder = await open();
    const begun = { gate: 0, atMs: 40.25, sectorMs: undefined, lapMs: undefined };
    recorder.passage(begun, "lease-1");
    recorder.passage({ gate: 0, atMs: 2_040.5, sectorMs: 700, lapMs: 2_000.25 }, "lease-1");
    await recorder.end();
    const topic = "/circuit/gate";
    const first = { leaseId: "lease-1", gate: 1 };
    expect(messages()).toEqual([
      {
        topic,
        atNs: 1_700_000_000_040_250_000n,
        message: { ...first, sectorMs: null, lapMs: null },
      },
      {
        topic,
        atNs: 1_700_000_002_040_500_000n,
        message: { ...first, sectorMs: 700, lapMs: 2_000.25 },
      },
    ]);
  });

  test("what goes to the autopilot, and every frame on the vehicle's link", async () => {
    const recorder = await open();
    const velocity = { eastMps: 1, northMps: 0, upMps: 0 };
    const effect = { kind: "set-velocity", velocity, yawRateDegps: 5 } as const;
    const atMs = monotonicMs(20);
    recorder.heard({ kind: "tick", atMs }, { state, effects: [effect] });
    const writer = createFrameWriter({ systemId: 1, componentId: 1 });
    const bytes = [1, 2].map((severity) =>
      writer.write({ name: "STATUSTEXT", severity, text: "x", id: 0, chunkSeq: 0 }),
    );
    recorder.link("received", Buffer.concat(bytes), monotonicMs(40.25));
    recorder.link("sent", Buffer.from(bytes[0] ?? []), monotonicMs(60));
    await recorder.end();
    expect(messages()).toMatchObject([
      { topic: "/guard/setpoint", message: { velocity, yawRateDegps: 5 } },
    ]);
    const [name = ""] = recordingNames(directory);
    const frames = readFrames(directory, name);
    expect(frames.map(({ at }) => at - 1_700_000_000_000)).toEqual([40.25, 40.25, 60]);
    expect(frames.map((one) => Buffer.from(one.frame).toString("hex"))).toEqual(
      [...bytes, bytes[0]].map((one) => Buffer.from(one ?? []).toString("hex")),
    );
  });
});

describe("recordings as files", () => {
  test("each flight is a pair of its own, and so is each time on the ground", async () => {
    const recorder = await open();
    for (const armed of [false, true, true, false]) {
      runSecond(recorder);
      hearStatus(recorder, armed);
    }
    await recorder.end();
    const names = recordingNames(directory);
    expect(names).toEqual([
      "2023-11-14T22-13-20-000Z-ground",
      "2023-11-14T22-13-22-000Z-flight-1",
      "2023-11-14T22-13-24-000Z-ground-2",
    ]);
    expect(names.map((name) => messages(name).map(({ message }) => message.armed))).toEqual([
      [false],
      [true, true],
      [false],
    ]);
    for (const name of readdirSync(join(directory, "flights"))) {
      expect(statSync(join(directory, "flights", name)).mode & 0o777).toBe(0o600);
    }
  });

  test("a vehicle that arms and disarms without end makes one a second", async () => {
    const recorder = await open();
    for (let tick = 0; tick < 200; tick++) {
      clock.advance(20);
      hearStatus(recorder, tick % 2 === 0);
      recorder.tick();
    }
    await recorder.end();
    expect(recordingNames(directory).length).toBeLessThanOrEqual(5);
    expect(messages()).toHaveLength(200);
  });

  test("a whole file has an index over all its chunks", async () => {
    const recorder = await open();
    for (let second = 0; second < 5; second++) {
      recorder.record({ kind: "stop-latched", stopSequence: second });
      hearStatus(recorder, false);
      runSecond(recorder);
    }
    await recorder.end();
    const [name = ""] = recordingNames(directory);
    const found = await readIndexed(readRecording(directory, name), "/guard/record");
    expect(found.map(({ message }) => message.stopSequence)).toEqual([0, 1, 2, 3, 4]);
  });

  test("full and old recordings are followed by new ones, and the oldest go", async () => {
    const bounds = { bytesMax: 60_000, recordingBytesMax: 10_000, recordingMsMax: 30_000 };
    const recorder = await open(bounds);
    for (let second = 0; second < 300; second++) {
      // First by size, then by age.
      const rows = second < 200 ? 30 : 1;
      for (let row = 0; row < rows; row++) recorder.record({ kind: "stop-latched", second, row });
      runSecond(recorder);
    }
    await recorder.end();
    const folder = join(directory, "flights");
    const total = readdirSync(folder).reduce(
      (sum, name) => sum + statSync(join(folder, name)).size,
      0,
    );
    expect(total).toBeLessThan(bounds.bytesMax);
    expect(recordingNames(directory).length).toBeGreaterThan(3);
    const seconds = [...new Set(entries().map(({ second }) => Number(second)))];
    expect(seconds).toEqual(
      Array.from({ length: seconds.length }, (_, index) => 300 - seconds.length + index),
    );
    expect(failures).toEqual([]);
  });

  test("a recording of many chunks is ended before its index grows long", async () => {
    const recorder = await open({ recordingChunksMax: 4 });
    for (let count = 0; count < 20; count++) {
      recorder.record({ kind: "stop-latched", count });
      clock.advance(20);
      recorder.tick();
    }
    await recorder.end();
    expect(recordingNames(directory)).toHaveLength(5);
    expect(entries().map(({ count }) => count)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("no more recordings than the limit, however small", async () => {
    const recorder = await open({ recordingsMax: 3, recordingMsMax: 1_000 });
    for (let second = 0; second < 10; second++) {
      recorder.record({ kind: "stop-released" });
      runSecond(recorder);
    }
    await recorder.end();
    expect(recordingNames(directory)).toHaveLength(3);
  });
});
