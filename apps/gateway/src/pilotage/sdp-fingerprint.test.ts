import { expect, test } from "vitest";
import { readFingerprint } from "./sdp-fingerprint.ts";

const one = Array.from({ length: 32 }, (_, index) => (index + 16).toString(16)).join(":");
const other = Array.from({ length: 32 }, () => "AB").join(":");
const sdp = (...lines: string[]): string => ["v=0", "s=-", ...lines, ""].join("\r\n");

test("[AU2] the one fingerprint is read, in capitals", () => {
  expect(readFingerprint(sdp(`a=fingerprint:sha-256 ${one}`))).toEqual({
    ok: true,
    value: one.toUpperCase(),
  });
});

test("[AU2] the same one for each medium is one", () => {
  const line = `a=fingerprint:sha-256 ${one}`;
  expect(readFingerprint(sdp(line, "m=application 9", line)).ok).toBe(true);
});

test.each([
  ["no-fingerprint", sdp("a=setup:actpass")],
  ["several-fingerprints", sdp(`a=fingerprint:sha-256 ${one}`, `a=fingerprint:sha-256 ${other}`)],
  ["unsupported-hash", sdp(`a=fingerprint:sha-256 ${one}`, "a=fingerprint:sha-1 AB:CD")],
  ["unsupported-hash", sdp("a=fingerprint:sha-512 AB:CD")],
  ["malformed-fingerprint", sdp("a=fingerprint:sha-256 AB:CD")],
  ["malformed-fingerprint", sdp("a=fingerprint:sha-256")],
  ["malformed-fingerprint", sdp(`a=fingerprint:sha-256 ${one} ${other}`)],
  ["several-fingerprints", `a=fingerprint:sha-256 ${one}\na=Fingerprint:SHA-256 ${other}`],
])("[AU2] %s is refused", (kind, text) => {
  expect(readFingerprint(text)).toEqual({ ok: false, fault: { kind } });
});
