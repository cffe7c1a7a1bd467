import { expect, test } from "vitest";
import { parseToPilot } from "./reliable-message.ts";

const laps = {
  op: "laps",
  nextGate: 1,
  lapStartedAtMs: 12.5,
  lapsFlown: 0,
  lastLapMs: null,
  bestLapMs: null,
};

test.each([
  ["challenge", { op: "challenge", challenge: "c" }],
  ["welcome", { op: "welcome", epoch: 7 }],
  ["answer", { op: "answer", commandId: 1, refusal: null }],
  ["refused", { op: "refused", order: "take-off", reason: "PreArm: Compass not calibrated" }],
  ["laps", laps],
])("[PC5] %s is read, and not without each of its members", (_, message) => {
  expect(parseToPilot(JSON.stringify(message))).toEqual(message);
  for (const name of Object.keys(message)) {
    expect(parseToPilot(JSON.stringify({ ...message, [name]: undefined })), name).toBeUndefined();
  }
});

test("[PC5] what this version does not know is passed over", () => {
  for (const text of [
    "",
    "null",
    "7",
    '{"op":"younger"}',
    JSON.stringify({ ...laps, lastLapMs: "x" }),
  ]) {
    expect(parseToPilot(text)).toBeUndefined();
  }
});
