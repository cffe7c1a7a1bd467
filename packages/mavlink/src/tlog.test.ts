import { defined, epochMs, fromHex, toHex } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDatagramReader } from "./frame-reader.ts";
import { createFrameWriter } from "./frame-writer.ts";
import { createFrameSplitter, readTlog, tlogRecord } from "./tlog.ts";

const bytesOf = (hex: string): Uint8Array =>
  defined(fromHex(hex.replaceAll(" ", "")), "The test's hexadecimal");

/** MAVLink 1: HEARTBEAT of system 1 component 1, as the guide's older tools write it. */
const version1 = bytesOf("fe 09 00 01 01 00 04 00 00 00 02 03 51 04 03 e1 6d");
/** MAVLink 2, signed, of a message that no table has. */
const signed = bytesOf(
  "fd 02 01 00 07 01 01 ef cd ab 01 02 55 aa 00 01 02 03 04 05 06 07 08 09 0a 0b 0c",
);
const heartbeat = createFrameWriter({ systemId: 255, componentId: 190 }).write({
  name: "HEARTBEAT",
  type: 6,
  autopilot: 8,
  baseMode: 0,
  customMode: 0,
  systemStatus: 4,
  mavlinkVersion: 3,
});
const frames = [version1, signed, heartbeat];

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const hexOf = (parts: readonly Uint8Array[]): string[] => parts.map(toHex);

describe("telemetry logs", () => {
  test("[MV80] a record is the time in big-endian microseconds, then the frame", () => {
    const at = epochMs(Date.UTC(2026, 10, 22, 21, 4, 5, 678) + 0.901);
    expect(toHex(tlogRecord(version1, at))).toBe(`000660e3d14e5735${toHex(version1)}`);
  });

  test("[MV80] what was written is read back, frames without a table among them", () => {
    const at = [1_700_000_000_000, 1_700_000_000_000.25, 1_700_000_000_019].map(epochMs);
    const log = joined(...frames.map((frame, index) => tlogRecord(frame, defined(at[index], "t"))));
    const { records, restBytes } = readTlog(log);
    expect(records.map((record) => record.at)).toEqual(at);
    expect(hexOf(records.map(({ frame }) => frame))).toEqual(hexOf(frames));
    expect(restBytes).toBe(0);
    const [, , last] = records;
    expect(createDatagramReader().read(defined(last, "last").frame)).toMatchObject([
      { message: { name: "HEARTBEAT", type: 6 }, systemId: 255 },
    ]);
  });

  test("[MV81] a log cut off anywhere is read up to its last whole record", () => {
    const log = joined(...frames.map((frame) => tlogRecord(frame, epochMs(1_700_000_000_000))));
    const ends = frames.map((_, index) =>
      frames.slice(0, index + 1).reduce((sum, { length }) => sum + 8 + length, 0),
    );
    for (let length = 0; length <= log.length; length++) {
      const { records, restBytes } = readTlog(log.subarray(0, length));
      const whole = ends.filter((end) => end <= length);
      expect(records).toHaveLength(whole.length);
      expect(restBytes).toBe(length - (whole.at(-1) ?? 0));
    }
    expect(readTlog(joined(log, new Uint8Array(40))).restBytes).toBe(40);
  });

  test("[MV82] a link's bytes come apart into the same frames, however they are cut", () => {
    const stream = joined(bytesOf("00 11"), ...frames, bytesOf("22"), heartbeat);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (lengths) => {
        const splitter = createFrameSplitter();
        const found: Uint8Array[] = [];
        let at = 0;
        for (const length of [...lengths, stream.length]) {
          found.push(...splitter.split(stream.subarray(at, at + length)));
          at += length;
        }
        expect(hexOf(found)).toEqual(hexOf([...frames, heartbeat]));
      }),
    );
  });

  test("[MV82] whatever came, one frame's length later frames are found again", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (chunks) => {
        const splitter = createFrameSplitter();
        for (const chunk of chunks) splitter.split(chunk);
        splitter.split(new Uint8Array(280));
        expect(hexOf(splitter.split(heartbeat))).toEqual([toHex(heartbeat)]);
      }),
    );
  });
});
