import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatewayId, initialGatewayState, type StickFrame } from "@pista/flight";
import { assetId, createRandom, epochMs, formatRfc3339, monotonicMs } from "@pista/kernel";
import { createManualClock, type ManualClock } from "@pista/kernel/testing";
import { createFrameWriter } from "@pista/mavlink";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GatewayError } from "../errors.ts";
import {
  type RecordedMessage,
  readFrames,
  readIndexed,
  readMessages,
  readRecording,
  recordingNames,
} from "../testing/recordings.ts";
import { until } from "../testing/until.ts";
import { FlightRecorder, type RecorderLimits } from "./flight-recorder.ts";
import type { Lost } from "./recording.ts";

const state = initialGatewayState(
  {
    gatewayId: gatewayId("gateway-one"),
    assetId: assetId("drone-one"),
    leasePublicKey: new Uint8Array(32),
    vehicle: { guardToMotionS: 0.4, decelerationMps2: 1.5 },
  },
  0,
);

let directory = "";
let clock: ManualClock;
let failures: GatewayError[] = [];
let resumed: Lost[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pista-record-"));
  clock = createManualClock();
  failures = [];
  resumed = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (limits: Partial<RecorderLimits> = {}): Promise<FlightRecorder> =>
  FlightRecorder.open({
    directory,
    clock,
    limits,
    onFailure: (error) => failures.push(error),
    onResumed: (lost) => resumed.push(lost),
  });

const messages = (name?: string): RecordedMessage[] =>
  (name === undefined ? recordingNames(directory) : [name]).flatMap((each) =>
    readMessages(readRecording(directory, each)),
  );
const entries = (): RecordedMessage["message"][] =>
  messages()
    .filter(({ topic }) => topic === "/guard/record")
    .map(({ message }) => message);

const hearStatus = (recorder: FlightRecorder, armed: boolean): void => {
  const status = { mode: "guided", landed: !armed, batteryPct: 80 } as const;
  const event = { kind: "vehicle-status", armed, ...status, atMs: clock.monotonicMs() } as const;
  recorder.heard(event, { state, effects: [] });
};

const hearPose = (recorder: FlightRecorder, headingDeg: number): void => {
  const pose = {
    position: { eastM: 1, northM: 2, upM: 3 },
    velocity: { eastMps: 0, northMps: 0.5, upMps: 0 },
    headingDeg,
    sigmaM: undefined,
  };
  const event = { kind: "pose-received", pose, atMs: clock.monotonicMs() } as const;
  recorder.heard(event, { state, effects: [] });
};

/** A second of the main loop. */
const runSecond = (recorder: FlightRecorder): void => {
  for (let tick = 0; tick < 50; tick++) {
    clock.advance(20);
    recorder.tick();
  }
};

const frame: StickFrame = {
  sequence: 7,
  leaseEpoch: 1,
  sampledAtBrowserMs: 1_000,
  sentAtBrowserMs: 1_002,
  beaconSequence: 3,
  beaconAtBrowserMs: 990,
  shownPoseSequence: 2,
  sticks: { forward: 0.5, right: 0, up: 0, yawRight: 0 },
  stopSequence: 0,
};

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

describe("[LG10] when things go wrong", () => {
  /** A whole recording of 20 chunks, and where each of them ends. */
  const twentySeconds = async (): Promise<{ mcap: Uint8Array; all: RecordedMessage[] }> => {
    const recorder = await open();
    for (let second = 0; second < 20; second++) {
      for (let row = 0; row < 5; row++) recorder.record({ kind: "stop-latched", second, row });
      runSecond(recorder);
    }
    await recorder.end();
    const [name = ""] = recordingNames(directory);
    const mcap = readRecording(directory, name);
    return { mcap, all: readMessages(mcap) };
  };

  test("a file cut off anywhere is read up to its last whole chunk", async () => {
    const { mcap, all } = await twentySeconds();
    expect(all).toHaveLength(100);
    const random = createRandom(20_260_724);
    const lengths = Array.from({ length: 150 }, () => Math.floor(random.next() * mcap.length));
    let longest = 0;
    for (const length of lengths) {
      const found = readMessages(mcap.subarray(0, length));
      expect(found).toEqual(all.slice(0, found.length));
      expect(found.length % 5).toBe(0);
      longest = Math.max(longest, found.length);
    }
    expect(longest).toBeGreaterThan(50);
  });

  test("a process that is killed loses its last second at most", async () => {
    const recorder = await open();
    for (let second = 0; second < 3; second++) {
      hearStatus(recorder, false);
      runSecond(recorder);
    }
    hearStatus(recorder, false);
    // As whoever looks after a kill: nothing was ended.
    await until("three seconds", () => messages().length === 3);
    await recorder.end();
  });

  test("what a slow disk cannot take is counted, and the count recorded", async () => {
    const recorder = await open({ waitingBytesMax: 4_000 });
    for (let count = 0; count < 1_000; count++) recorder.record({ kind: "stop-released" });
    recorder.link("sent", new Uint8Array([1]), clock.monotonicMs());
    await until("room", () => {
      runSecond(recorder);
      return entries().some(({ kind }) => kind === "record-lost");
    });
    await recorder.end();
    const kept = entries().filter(({ kind }) => kind === "stop-released").length;
    const lost = entries().filter(({ kind }) => kind === "record-lost");
    expect(kept).toBeGreaterThan(0);
    expect(kept + lost.reduce((sum, { messages: count }) => sum + Number(count), 0)).toBe(1_000);
    expect(lost[0]).toMatchObject({ frames: 1 });
    expect(failures).toEqual([]);
  });

  /** A recording begun within the next second goes to a disk that is full. */
  const fillDisk = (folder: string, ending: string): void => {
    for (let tick = 0; tick <= 50; tick++) {
      const stamp = formatRfc3339(epochMs(clock.nowMs() + tick * 20)).replaceAll(/[:.]/g, "-");
      const path = join(folder, `${stamp}-ground${ending}.mcap`);
      rmSync(path, { force: true });
      symlinkSync("/dev/full", path);
    }
  };

  test.skipIf(!existsSync("/dev/full"))("a full disk is told once, and left behind", async () => {
    const folder = join(directory, "flights");
    mkdirSync(folder);
    fillDisk(folder, "");
    const recorder = await open();
    await until("the failure", () => failures.length > 0);
    let said = 0;
    const speakForSecond = async (): Promise<void> => {
      recorder.record({ kind: "stop-latched", second: said });
      said += 1;
      runSecond(recorder);
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    while (said < 25) {
      fillDisk(folder, said < 15 ? "-1" : "-2");
      await speakForSecond();
    }
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    while (resumed.length === 0 && said < 2_000) await speakForSecond();
    runSecond(recorder);
    await recorder.end();
    // It was tried again in vain before it went on, and what failed left nothing behind.
    expect(recordingNames(directory)).toEqual([expect.stringMatching(/-ground-[2-4]$/)]);
    expect(failures.map(({ code }) => code)).toEqual(["RECORD_UNWRITABLE"]);
    expect(failures[0]?.cause).toMatchObject({ code: "ENOSPC" });
    expect(resumed).toHaveLength(1);
    const [lost] = entries().filter(({ kind }) => kind === "record-lost");
    const kept = entries().filter(({ kind }) => kind === "stop-latched").length;
    expect(kept).toBeGreaterThan(0);
    expect(Number(lost?.messages) + kept).toBe(said);
  });

  test.skipIf(process.platform === "win32")(
    "what was written before a break is not lost",
    async () => {
      const folder = join(directory, "flights");
      mkdirSync(folder);
      const pipe = join(folder, "2023-11-14T22-13-20-000Z-ground.mcap");
      execFileSync("mkfifo", [pipe]);
      const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      const recorder = await open();
      for (let row = 0; row < 3; row++) recorder.record({ kind: "stop-latched", row });
      recorder.tick();
      const heard = Buffer.alloc(65_536);
      let length = 0;
      await until("what was written", () => {
        length += readHeard(reader, heard.subarray(length));
        return heard.includes('"row":2');
      });
      // The chunk's index follows it in the same piece, and its writer hears that it is through.
      await new Promise((resolve) => setTimeout(resolve, 50));
      closeSync(reader);
      for (let row = 3; row < 5; row++) recorder.record({ kind: "stop-latched", row });
      recorder.tick();
      await until("the failure", () => failures.length > 0);
      for (let second = 0; second < 11; second++) runSecond(recorder);
      recorder.record({ kind: "stop-released" });
      recorder.tick();
      await until("the end of it", () => resumed.length > 0);
      await recorder.end();
      expect(failures[0]?.cause).toMatchObject({ code: "EPIPE" });
      expect(resumed).toEqual([{ messages: 2, frames: 0 }]);
      expect(entries()).toContainEqual({ kind: "record-lost", messages: 2, frames: 0 });
    },
  );
});

/** 0 where nothing is there yet. */
function readHeard(pipe: number, into: Uint8Array): number {
  try {
    return readSync(pipe, into);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}
