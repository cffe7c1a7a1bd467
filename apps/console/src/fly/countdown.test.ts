import { expect, test } from "vitest";
import { countdown } from "./countdown.ts";

test("a countdown shows hours only where there are some", () => {
  expect([0, 9, 1_672, 3_599, 3_600, 36_061].map(countdown)).toEqual([
    "00:00",
    "00:09",
    "27:52",
    "59:59",
    "1:00:00",
    "10:01:01",
  ]);
});
