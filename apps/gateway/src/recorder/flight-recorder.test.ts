import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock } from "@pista/kernel/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FlightRecorder, type RecorderLimits } from "./flight-recorder.ts";

describe("[LG8] the flight recorder", () => {
  let directory = "";
  const clock = createManualClock();
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pista-record-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const open = (limits?: RecorderLimits): Promise<FlightRecorder> =>
    FlightRecorder.open({
      directory,
      clock,
      onFailure: (error) => {
        throw error;
      },
      ...(limits ? { limits } : {}),
    });
  const files = (): string[] => readdirSync(join(directory, "flights")).sort();
  const lines = (): Record<string, unknown>[] =>
    files().flatMap((name) =>
      readFileSync(join(directory, "flights", name), "utf8")
        .trim()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
    );

  test("writes each change as a line with its time", async () => {
    const recorder = await open();
    recorder.record({ kind: "rung-changed", from: "fly", to: "slow", cause: "fresh" });
    await recorder.end();
    expect(lines()).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
        monotonicMs: expect.any(Number),
        kind: "rung-changed",
        from: "fly",
        to: "slow",
        cause: "fresh",
      },
    ]);
  });

  test("a flood of one cause is its first frame and one count a second", async () => {
    const recorder = await open();
    for (let frame = 0; frame < 150; frame++) {
      recorder.record({ kind: "frame-dropped", cause: "no-lease", sequence: frame });
      if (frame === 10) recorder.record({ kind: "frame-dropped", cause: "overtaken", sequence: 1 });
      clock.advance(20);
      recorder.tick();
    }
    await recorder.end();
    const dropped = lines().filter(({ cause }) => cause === "no-lease");
    expect(dropped).toHaveLength(4);
    expect(dropped[0]).toMatchObject({ sequence: 0 });
    const counted = dropped.reduce((sum, { count }) => sum + Number(count ?? 1), 0);
    expect(counted).toBe(150);
    expect(lines().filter(({ cause }) => cause === "overtaken")).toHaveLength(1);
  });

  test("full files are followed by new ones, and the oldest go", async () => {
    const recorder = await open({ fileBytesMax: 500, filesMax: 3, waitingBytesMax: 1 << 20 });
    for (let change = 0; change < 60; change++) {
      recorder.record({ kind: "stop-latched", stopSequence: change });
      clock.advance(5);
    }
    await recorder.end();
    await expect.poll(() => files().length).toBeLessThanOrEqual(3);
    expect(lines().at(-1)).toMatchObject({ stopSequence: 59 });
  });

  test("what a slow disk cannot take is counted", async () => {
    const recorder = await open({ fileBytesMax: 1 << 20, filesMax: 8, waitingBytesMax: 200 });
    for (let change = 0; change < 10; change++) {
      recorder.record({ kind: "stop-latched", stopSequence: change });
    }
    await expect
      .poll(() => {
        recorder.record({ kind: "stop-released" });
        return lines().filter(({ kind }) => kind === "record-lines-lost").length;
      })
      .toBeGreaterThan(0);
    await recorder.end();
  });
});
