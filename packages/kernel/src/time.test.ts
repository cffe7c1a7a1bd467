import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { epochMs, formatRfc3339, parseRfc3339 } from "./time.ts";

describe("RFC 3339", () => {
  test.each([
    ["2026-11-22T14:32:08Z", "2026-11-22T14:32:08.000Z"],
    ["2026-11-22t14:32:08z", "2026-11-22T14:32:08.000Z"],
    ["2026-11-22T14:32:08.5+01:00", "2026-11-22T13:32:08.500Z"],
    ["2026-11-22T14:32:08.123456789-11:30", "2026-11-23T02:02:08.123Z"],
    ["2024-02-29T00:00:00-00:00", "2024-02-29T00:00:00.000Z"],
  ])("%s is read", (text, inUtc) => {
    const atMs = parseRfc3339(text);
    expect(atMs).toBe(Date.parse(inUtc));
    expect(formatRfc3339(epochMs(Number(atMs)))).toBe(inUtc);
  });

  test.each([
    ["no offset", "2026-11-22T14:32:08"],
    ["no time", "2026-11-22"],
    ["a space for the T", "2026-11-22 14:32:08Z"],
    ["30 February", "2026-02-30T00:00:00Z"],
    ["29 February of a common year", "2026-02-29T00:00:00Z"],
    ["the month 0", "2026-00-10T00:00:00Z"],
    ["the month 13", "2026-13-10T00:00:00Z"],
    ["the day 0", "2026-11-00T00:00:00Z"],
    ["31 November", "2026-11-31T00:00:00Z"],
    ["24:00", "2026-11-22T24:00:00Z"],
    ["a minute 60", "2026-11-22T14:60:00Z"],
    ["a leap second", "2026-12-31T23:59:60Z"],
    ["an offset without its colon", "2026-11-22T14:32:08+0100"],
    ["an offset of more than a day", "2026-11-22T14:32:08+25:00"],
    ["an offset with 60 minutes", "2026-11-22T14:32:08+01:60"],
    ["a comma", "2026-11-22T14:32:08,5Z"],
    ["a dot and nothing", "2026-11-22T14:32:08.Z"],
    ["ten digits of a second", "2026-11-22T14:32:08.0123456789Z"],
    ["a year of five digits", "12026-11-22T14:32:08Z"],
    ["something before it", " 2026-11-22T14:32:08Z"],
    ["something behind it", "2026-11-22T14:32:08Z\n"],
    ["words", "yesterday"],
  ])("%s is refused", (_, text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  test("every instant comes back as it was, in any offset", () => {
    const instant = fc.integer({ min: 0, max: Date.parse("9990-01-01T00:00:00Z") });
    fc.assert(
      fc.property(instant, fc.integer({ min: -23 * 60, max: 23 * 60 }), (atMs, offsetMin) => {
        expect(parseRfc3339(formatRfc3339(epochMs(atMs)))).toBe(atMs);
        const wall = new Date(atMs + offsetMin * 60_000).toISOString().slice(0, -1);
        const part = (value: number): string => String(Math.floor(value)).padStart(2, "0");
        const size = Math.abs(offsetMin);
        const offset = `${offsetMin < 0 ? "-" : "+"}${part(size / 60)}:${part(size % 60)}`;
        expect(parseRfc3339(wall + offset)).toBe(atMs);
      }),
    );
  });
});
