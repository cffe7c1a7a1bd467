import { epochMs } from "@pista/kernel";
import { expect, test } from "vitest";
import { carParkSilenceMsMax, isCarParkSilent } from "./car-park-state.ts";

test("[BS2] a car park counts until its silence is over the bound, then its figure is of the past", () => {
  const observedAtMs = epochMs(Date.parse("2026-11-22T12:00:00Z"));
  const isSilentAfter = (ageMs: number) =>
    isCarParkSilent({ observedAtMs }, epochMs(observedAtMs + ageMs));
  expect([0, carParkSilenceMsMax, carParkSilenceMsMax + 1].map(isSilentAfter)).toEqual([
    false,
    false,
    true,
  ]);
});
