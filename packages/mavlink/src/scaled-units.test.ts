import { expect, test } from "vitest";
import { Px4AutoMode, Px4MainMode, px4CustomMode } from "./constants/control-constants.ts";
import { degE7FromDeg, degFromDegE7, headingCdegFromDeg, mmFromM } from "./scaled-units.ts";

test("[MV70] what goes to the wire is a whole number, and comes back within half a unit", () => {
  expect(degE7FromDeg(45.070_312_34)).toBe(450_703_123);
  expect(degFromDegE7(450_703_123)).toBeCloseTo(45.070_312_3, 7);
  expect(mmFromM(-1.23456)).toBe(-1235);
});

test.each([
  [0, 0],
  [359.999, 0],
  [360, 0],
  [-90, 27_000],
  [725.5, 550],
])("[MV70] a heading of %d degrees is %d on the wire", (deg, cdeg) => {
  expect(headingCdegFromDeg(deg)).toBe(cdeg);
});

test("[MV71] PX4's modes stand in the upper half of the custom mode", () => {
  expect(px4CustomMode(Px4MainMode.OFFBOARD)).toBe(0x0006_0000);
  expect(px4CustomMode(Px4MainMode.AUTO, Px4AutoMode.LAND)).toBe(0x0604_0000);
});
