import { createManualClock } from "@pista/kernel/testing";
import { expect, test } from "vitest";
import { createConnectionRamp } from "./connection-ramp.ts";

test("1,200 sensors that wake at once connect at 200 a second, and one that comes later at once", () => {
  const clock = createManualClock();
  const ramp = createConnectionRamp(clock, 200);
  let begun = 0;
  for (let sensor = 0; sensor < 1_200; sensor++) ramp.begin(() => begun++);
  clock.advance(999);
  expect(begun).toBe(200);
  clock.advance(5_000);
  expect(begun).toBe(1_200);
  clock.advance(1_000);
  ramp.begin(() => begun++)();
  ramp.begin(() => begun++);
  clock.advance(5);
  expect(begun).toBe(1_201);
});
