import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { createRandom, epochMs, formatRfc3339 } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import {
  clock,
  directory,
  entries,
  failures,
  hearStatus,
  messages,
  open,
  resumed,
  runSecond,
} from "../testing/recorder-under-test.ts";
import {
  type RecordedMessage,
  readMessages,
  readRecording,
  recordingNames,
} from "../testing/recordings.ts";
import { until } from "../testing/until.ts";

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
