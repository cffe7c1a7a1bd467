import { monotonicMs } from "@pista/kernel";
import { MavSeverity } from "@pista/mavlink";
import { expect, test } from "vitest";
import { StatusTexts } from "./status-texts.ts";

const { CRITICAL, WARNING, INFO } = MavSeverity;

function after(said: readonly (readonly [text: string, severity: number])[]): string {
  const texts = new StatusTexts();
  texts.add({ text: "said before", severity: CRITICAL }, monotonicMs(0));
  for (const [text, severity] of said) texts.add({ text, severity }, monotonicMs(2));
  return texts.complaintsSince(monotonicMs(1));
}

test("[LG8] the reasons of a refusal are what was said since, once each, at warning or graver", () => {
  const said = [
    ["PreArm: Compass not calibrated", CRITICAL],
    ["PreArm: GPS 1: Bad fix ", WARNING],
    ["PreArm: Compass not calibrated", CRITICAL],
    ["EKF3 IMU0 is using GPS", INFO],
  ] as const;
  expect(after(said)).toBe("PreArm: Compass not calibrated; PreArm: GPS 1: Bad fix");
});

test("[LG8] half a dozen reasons are all told, and of a flood the newest", () => {
  const reasons = (count: number) => Array.from({ length: count }, (_, at) => `PreArm: ${at}`);
  const told = (count: number) => after(reasons(count).map((text) => [text, CRITICAL]));
  expect(told(6)).toBe(reasons(6).join("; "));
  expect(told(20)).toBe(reasons(20).slice(-8).join("; "));
});
