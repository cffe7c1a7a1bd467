import { monotonicMs } from "@pista/kernel";
import { expect, test } from "vitest";
import { judgeBraking, type Place } from "./braking.ts";

/** Half a metre per second for 2.5 s; then the line stalls, and the rest of it comes at one moment. */
function stalledFlight(): Place[] {
  const places: Place[] = [];
  let eastM = 0;
  const see = (eastMps: number, atMs: number): void => {
    const velocity = { eastMps, northMps: 0, upMps: 0 };
    const position = { eastM, northM: 0, upM: 1.5 };
    places.push({ position, velocity, sigmaM: undefined, atMs: monotonicMs(atMs) });
    eastM += 0.02 * eastMps;
  };
  for (let atMs = 0; atMs <= 2_500; atMs += 20) see(0.5, atMs);
  for (const mps of [0.46, 0.3, 0.15, 0.05, 0]) see(mps, 2_600);
  for (let atMs = 2_620; atMs <= 3_100; atMs += 20) see(0, atMs);
  return places;
}

test("[LG6] poses that come in one burst give figures that a file can keep", () => {
  const [fromMs, stoodAtMs, endMs] = [monotonicMs(600), monotonicMs(2_600), monotonicMs(3_100)];
  const asked = { eastMps: 0.5, northMps: 0, upMps: 0 };
  const fall = { asked, fromMs, zeroAtMs: fromMs, stoodAtMs };
  const bounds = { guardToMotionS: 0.4, decelerationMps2: 1.5 };
  const { verdict, figures } = judgeBraking(fall, stalledFlight(), bounds, endMs);
  expect(verdict).toBe("worse");
  expect(Object.values(figures ?? {}).every(Number.isFinite)).toBe(true);
  expect(figures?.decelerationMps2).toBeGreaterThan(0);
});
