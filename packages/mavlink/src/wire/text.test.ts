import { describe, expect, test } from "vitest";
import { readText } from "./text.ts";

const read = (...bytes: number[]): string =>
  readText(new DataView(Uint8Array.from(bytes).buffer), 0, bytes.length);

describe("bytes that are not quite text", () => {
  test.each([
    ["what stands behind the first NUL is nothing", [0x61, 0, 0x62], "a"],
    ["a character cut at the field's end", [0x61, 0xe2, 0x82], "a\ufffd\ufffd"],
    ["a stray continuation byte", [0x80, 0x61], "\ufffda"],
    ["a surrogate in UTF-8", [0xed, 0xa0, 0x80], "\ufffd\ufffd\ufffd"],
    ["an overlong NUL", [0xc0, 0x80], "\ufffd\ufffd"],
    ["a character after a broken one", [0xff, 0xe2, 0x82, 0xac], "\ufffd€"],
    ["a NUL within a character", [0xc3, 0, 0xa8], "\ufffd"],
  ])("[MV6] %s", (_, bytes, text) => {
    expect(read(...bytes)).toBe(text);
  });
});
