import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readText, wellFormed, writeText } from "./text.ts";

const read = (...bytes: number[]): string =>
  readText(new DataView(Uint8Array.from(bytes).buffer), 0, bytes.length);

describe("bytes that are not quite text", () => {
  test.each([
    ["what stands behind the first NUL is nothing", [0x61, 0, 0x62], "a"],
    ["a character cut at the field's end", [0x61, 0xe2, 0x82], "a\udce2\udc82"],
    ["a stray continuation byte", [0x80, 0x61], "\udc80a"],
    ["a surrogate in UTF-8", [0xed, 0xa0, 0x80], "\udced\udca0\udc80"],
    ["an overlong NUL", [0xc0, 0x80], "\udcc0\udc80"],
    ["a character after a broken one", [0xff, 0xe2, 0x82, 0xac], "\udcff€"],
    ["a NUL within a character", [0xc3, 0, 0xa8], "\udcc3"],
  ])("[MV6] %s", (_, bytes, text) => {
    expect(read(...bytes)).toBe(text);
  });

  test("[MV6] are written back as they were read, whatever they are", () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16, min: 1 });
    fc.assert(
      fc.property(bytes, (given) => {
        const written = new Uint8Array(16);
        writeText(new DataView(written.buffer), 0, 16, read(...given), "the field");
        expect(written).toEqual(given);
      }),
    );
  });

  test("[MV6] are shown as U+FFFD", () => {
    expect(wellFormed(read(0x61, 0xe2, 0x82))).toBe("a\ufffd\ufffd");
    expect(wellFormed("a🚁")).toBe("a🚁");
  });
});
