import { monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { MavSeverity } from "../constants/vehicle-constants.ts";
import { frameFrom } from "../testing.ts";
import { statusTexts } from "./status-text.ts";
import { joinTexts, type TextsBegun } from "./status-text-join.ts";

const severity = MavSeverity.WARNING;
const autopilot = { systemId: 1, componentId: 1 };
const camera = { systemId: 1, componentId: 100 };
const long = "0123456789".repeat(12);

let begun: TextsBegun;
let said: string[];

beforeEach(() => {
  begun = [];
  said = [];
});

type Chunk = { readonly text: string; readonly id: number; readonly chunkSeq: number };

function hear(chunk: Chunk, atMs = 0, from = autopilot): void {
  const frame = frameFrom(from, { name: "STATUSTEXT", severity, ...chunk });
  const step = joinTexts(begun, { kind: "frame", frame }, monotonicMs(atMs));
  begun = step.begun;
  said.push(...step.texts.map(({ text }) => text));
}

function tick(atMs: number): void {
  const step = joinTexts(begun, { kind: "tick" }, monotonicMs(atMs));
  begun = step.begun;
  said.push(...step.texts.map(({ text }) => text));
}

const chunks = (text: string, id: number): readonly Chunk[] => {
  return statusTexts({ severity, text, id }).map((chunk) => {
    return { text: chunk.text, id: chunk.id ?? 0, chunkSeq: chunk.chunkSeq ?? 0 };
  });
};

describe("[MV61] a text in chunks", () => {
  test.each([51, 99, 100, 101, 120])("of %d characters is said once, and whole", (length) => {
    const text = "x".repeat(length);
    for (const chunk of chunks(text, 7)) hear(chunk);
    tick(10_000);
    expect(said).toEqual([text]);
    expect(begun).toEqual([]);
  });

  test("is not mixed with another's, of another sender or another id", () => {
    const other = long.replaceAll("0", "-");
    const third = long.replaceAll("0", "+");
    for (const seq of [0, 1, 2]) {
      for (const chunk of chunks(long, 7).slice(seq, seq + 1)) hear(chunk);
      for (const chunk of chunks(other, 7).slice(seq, seq + 1)) hear(chunk, 0, camera);
      for (const chunk of chunks(third, 8).slice(seq, seq + 1)) hear(chunk);
    }
    expect(said).toEqual([long, other, third]);
  });

  test.each([0, 1])("that lost chunk %d is not said", (lost) => {
    for (const chunk of chunks(long, 7)) if (chunk.chunkSeq !== lost) hear(chunk);
    tick(10_000);
    expect(said).toEqual([]);
    expect(begun).toEqual([]);
  });

  test("that lost its end, or has none as PX4's may, is said after a while with an ellipsis", () => {
    for (const chunk of chunks(long, 7).slice(0, 2)) hear(chunk, 1_000);
    tick(1_100);
    expect(said).toEqual([]);
    tick(1_200);
    expect(said).toEqual([`${long.slice(0, 100)} …`]);
    for (const chunk of chunks(long, 7).slice(2)) hear(chunk, 1_300);
    tick(10_000);
    expect(said).toHaveLength(1);
  });

  test("begins anew with its first chunk, although the id was used before", () => {
    hear({ text: "y".repeat(50), id: 7, chunkSeq: 0 });
    for (const chunk of chunks(long, 7)) hear(chunk, 20);
    expect(said).toEqual([long]);
  });

  test("without an end takes no more room than its 256 chunks, and 16 wait at once", () => {
    for (let chunkSeq = 0; chunkSeq < 256; chunkSeq++)
      hear({ text: "x".repeat(50), id: 7, chunkSeq });
    expect(said).toEqual(["x".repeat(12_800)]);
    for (let id = 1; id < 200; id++) hear({ text: "x".repeat(50), id, chunkSeq: 0 });
    expect(begun).toHaveLength(16);
  });
});

/** Whole characters, many of which take two, three or four bytes; NUL ends a text. */
const anyText = fc
  .string({
    unit: fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      fc.constantFrom(..."xéà€🚁"),
    ),
    maxLength: 400,
  })
  .map((text) => text.replaceAll("\0", ""));

test("[MV60] [MV61] any text that is cut, sent and joined comes back as it was", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      said = [];
      for (const chunk of chunks(text, 7)) hear(chunk);
      tick(10_000);
      expect(said).toEqual([text]);
    }),
    { examples: [[`${"x".repeat(49)}é ende`], [""], ["é".repeat(25)], ["é".repeat(50)]] },
  );
});

test("[MV61] a text that is cut for good within a character ends with U+FFFD", () => {
  const [first] = chunks(`${"x".repeat(49)}é ende`, 7);
  if (first) hear({ ...first, id: 0 });
  expect(said).toEqual([`${"x".repeat(49)}\ufffd`]);
});

test("[MV61] one without an id is whole", () => {
  hear({ text: "x".repeat(50), id: 0, chunkSeq: 0 });
  hear({ text: "brake", id: 0, chunkSeq: 0 });
  expect(said).toEqual(["x".repeat(50), "brake"]);
});
