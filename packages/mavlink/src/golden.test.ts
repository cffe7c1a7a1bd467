import { existsSync, readFileSync } from "node:fs";
import { defined, epochMs, fromHex, toHex } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { createDatagramReader, createStreamReader, type MavlinkFrame } from "./frame-reader.ts";
import { createFrameWriter } from "./frame-writer.ts";
import { camelCase } from "./generator/case.ts";
import { messageTable } from "./messages/table.ts";
import {
  createSignatureVerifier,
  createSigningClock,
  parseSigningKey,
  signingTimestamp,
} from "./signing.ts";
import { layoutOf } from "./wire/layout.ts";

type GoldenFrame = {
  message: string;
  variant: "full" | "tail-zero" | "all-zero" | "signed";
  sysid: number;
  compid: number;
  seq: number;
  fields: Record<string, number | string | number[]>;
  frameHex: string;
  secretKeyHex?: string;
  linkId?: number;
  timestamp10us?: number;
};

type GoldenFile = {
  crcExtra: Record<string, { id: number; crcExtra: number; maxLength: number }>;
  frames: GoldenFrame[];
};

const fileName = "../shared/data/mavlink/golden-vectors.json";
const path = new URL(`../../../${fileName}`, import.meta.url);

const bytesOf = (hex: string): Uint8Array => defined(fromHex(hex), "A golden frame's hexadecimal");
const keyOf = (hex: string) => defined(parseSigningKey(bytesOf(hex)), "A golden frame's key");

/** A signed golden frame's writer must give the very stamp of the file. */
function writerLike(golden: GoldenFrame) {
  const { sysid, compid, seq, secretKeyHex, linkId = 0, timestamp10us = 0 } = golden;
  const clock = createSigningClock(signingTimestamp(timestamp10us - 1));
  return createFrameWriter({
    systemId: sysid,
    componentId: compid,
    firstSequence: seq,
    ...(secretKeyHex === undefined ? {} : { signing: { key: keyOf(secretKeyHex), linkId, clock } }),
  });
}

const expectedMessage = ({ message, fields }: GoldenFrame): object => ({
  name: message,
  ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [camelCase(name), value])),
});

/**
 * As the file has it: 64-bit fields as numbers, all of them below 2^53, and a parameter's value
 * without its bits, which the bytes compare.
 */
const asInFile = (message: MavlinkFrame["message"]): object =>
  Object.fromEntries(
    Object.entries(message)
      .filter(([name]) => name !== "paramValueBits")
      .map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
  );

function describeGolden({ crcExtra, frames }: GoldenFile): void {
  test.each(messageTable)(
    "[MV1] $name has the id, CRC_EXTRA and length of the definitions",
    (row) => {
      const layout = layoutOf(row);
      const { id, crcExtra: extra, lengthMax: maxLength } = layout;
      expect({ id, crcExtra: extra, maxLength }).toEqual(crcExtra[row.name]);
    },
  );

  test("[MV1] every message of the golden frames is in the table", () => {
    const known = new Set(messageTable.map(({ name }) => name));
    expect(frames.filter(({ message }) => !known.has(message))).toEqual([]);
  });

  const named = frames.map((golden) => [golden.message, golden.variant, golden] as const);
  test.each(named)("[MV2] %s, %s: decoded, and encoded to the same bytes", (_, variant, golden) => {
    const bytes = bytesOf(golden.frameHex);
    for (const reader of [createDatagramReader(), createStreamReader()]) {
      const [frame, ...rest] = reader.read(bytes);
      expect(rest).toEqual([]);
      const { message, ...envelope } = defined(frame, "The golden frame");
      expect(envelope).toEqual({
        systemId: golden.sysid,
        componentId: golden.compid,
        sequence: golden.seq,
        version: 2,
        signed: variant === "signed",
      });
      expect(asInFile(message)).toEqual(expectedMessage(golden));
      expect(toHex(writerLike(golden).write(message, epochMs(0)))).toBe(golden.frameHex);
    }
  });

  const signed = named.filter(([, variant]) => variant === "signed");
  test.each(signed)("[MV20] %s, %s: its signature is verified", (_, __, golden) => {
    const verifier = createSignatureVerifier({ key: keyOf(golden.secretKeyHex ?? "") });
    const reader = createDatagramReader({ signing: verifier });
    expect(reader.read(bytesOf(golden.frameHex))).toHaveLength(1);
    const wrongKey = createSignatureVerifier({ key: keyOf("00".repeat(32)) });
    const wrongReader = createDatagramReader({ signing: wrongKey });
    expect(wrongReader.read(bytesOf(golden.frameHex))).toEqual([]);
    expect(wrongKey.counters["bad-signature"]).toBe(1);
  });
}

describe("golden vectors of the official generator", () => {
  if (existsSync(path)) {
    // The file is a fixture: a shape other than the type's fails the tests below at once.
    describeGolden(JSON.parse(readFileSync(path, "utf8")) as GoldenFile);
  } else if (process.env.PISTA_TEST_REQUIRE === "all") {
    test(`[MV2] ${fileName} is required`, () => expect.unreachable(`${fileName} is absent.`));
  } else {
    test.skip(`[MV2] skipped, because ${fileName} is absent`, () => {});
  }
});
