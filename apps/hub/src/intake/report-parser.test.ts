import { assetId, epochMs } from "@pista/kernel";
import { bayId } from "@pista/parking";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseReport } from "./report-parser.ts";

const receivedAtMs = epochMs(Date.parse("2026-11-22T12:00:00Z"));
const from = { deviceId: assetId("s-1"), bayId: bayId("b-1"), receivedAtMs };
const body = { state: "free", observedAt: "2026-11-22T11:59:59Z", counter: 7 };
const parse = (payload: string | Uint8Array) => parseReport(Buffer.from(payload), from);
const kindOf = (payload: string | Uint8Array): string => {
  const parsed = parse(payload);
  return parsed.ok ? "report" : parsed.fault.kind;
};

describe("[IN6] payloads", () => {
  test.each([
    ["report", JSON.stringify(body)],
    ["report", JSON.stringify({ ...body, epoch: 4_294_967_295, batteryPct: 100, rssiDbm: -60 })],
    ["not-utf8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["not-json", "{"],
    ["not-json", ""],
    ["not-json", "\u0000\u0001"],
    ["not-json", "[".repeat(60_000)],
    ["wrong-shape", "null"],
    ["wrong-shape", "[]"],
    ["wrong-shape", JSON.stringify({ ...body, state: "unknown" })],
    ["wrong-shape", JSON.stringify({ ...body, counter: -1 })],
    ["wrong-shape", JSON.stringify({ ...body, counter: 4_294_967_296 })],
    ["wrong-shape", JSON.stringify({ ...body, counter: "7" })],
    ["wrong-shape", JSON.stringify({ ...body, batteryPct: 101 })],
    ["wrong-shape", JSON.stringify({ ...body, "extra\u0000": 1 })],
    ["wrong-time", JSON.stringify({ ...body, observedAt: "2026-11-22" })],
    ["wrong-time", JSON.stringify({ ...body, observedAt: "2026-02-30T00:00:00Z" })],
    ["wrong-time", JSON.stringify({ ...body, observedAt: "0001-01-01T00:00:00Z" })],
  ])("%s: %j", (kind, payload) => {
    expect(kindOf(payload)).toBe(kind);
  });

  test("[IN2] the digest tells payloads apart, byte by byte", () => {
    const [one, other] = [parse(JSON.stringify(body)), parse(`${JSON.stringify(body)} `)];
    expect(one.ok && other.ok && one.value.report.counter).toBe(7);
    expect(one.ok && other.ok && one.value.digest).not.toEqual(other.ok && other.value.digest);
  });

  test("[IN3] a time too far ahead is the receipt's, and flagged", () => {
    const parsed = parse(JSON.stringify({ ...body, observedAt: "2030-01-01T00:00:00Z" }));
    expect(parsed.ok && parsed.value.report).toMatchObject({
      observedAtMs: receivedAtMs,
      clockAhead: true,
    });
  });

  test("a number too small for the store is nought", () => {
    const parsed = parse(JSON.stringify({ ...body, batteryPct: 1e-60, temperatureC: -1e-300 }));
    expect(parsed.ok && parsed.value.report.batteryPct).toBe(0);
  });

  test("whatever the bytes, there is an answer", () => {
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(fc.property(bytes, (payload) => typeof kindOf(payload) === "string"));
  });
});
