import { expect, test } from "vitest";
import { MavSeverity } from "../constants/vehicle-constants.ts";
import { frameFrom } from "../testing.ts";
import { statusTexts } from "./status-text.ts";

const severity = MavSeverity.WARNING;
const put = (text: string) => statusTexts({ severity, text, id: 3 });
const joined = (text: string): string =>
  put(text)
    .map((chunk) => chunk.text)
    .join("");

test("[MV60] a short text is one message without an id", () => {
  expect(put("brake")).toEqual([
    { name: "STATUSTEXT", severity, text: "brake", id: 0, chunkSeq: 0 },
  ]);
  expect(put("x".repeat(50))).toHaveLength(1);
});

test("[MV60] a long text is numbered chunks of one id, the last of them not full", () => {
  const text = "0123456789".repeat(10);
  expect(put(text).map((chunk) => [chunk.id, chunk.chunkSeq, chunk.text.length])).toEqual([
    [3, 0, 50],
    [3, 1, 50],
    [3, 2, 0],
  ]);
  expect(joined(text)).toBe(text);
});

test("[MV60] a character may be cut in two, so that every chunk but the last is full", () => {
  const text = `${"x".repeat(49)}🚁${"y".repeat(20)}`;
  expect(put(text).map((chunk) => chunk.text)).toEqual([
    `${"x".repeat(49)}\udcf0`,
    `\udc9f\udc9a\udc81${"y".repeat(20)}`,
  ]);
  for (const message of put(text))
    expect(frameFrom({ systemId: 1, componentId: 1 }, message).message).toEqual(message);
});

test("[MV60] chunks need an id, and there are 256 of them", () => {
  const long = "x".repeat(51);
  expect(() => statusTexts({ severity, text: long, id: 0 })).toThrow("id above zero");
  expect(() => put("x".repeat(50 * 256 + 1))).toThrow("256 chunks");
});
