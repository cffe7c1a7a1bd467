import { epochMs } from "@pista/kernel";
import { expect, test } from "vitest";
import { carParkSilenceMsMax, freeSpacesAt } from "./car-park-state.ts";
import { carParkId } from "./identity.ts";
import type { CarPark } from "./inventory.ts";

const observedAtMs = epochMs(Date.parse("2026-11-22T12:00:00Z"));
const carPark: CarPark = {
  carParkId: carParkId("5t-4"),
  name: "D'Azeglio",
  position: { lngDeg: 7.67, latDeg: 45.04 },
  spaces: 223,
  freeSpaces: 0,
  tendency: "steady",
  observedAtMs,
  publishedAtMs: undefined,
  receivedAtMs: undefined,
  source: "5T",
};
const freeAfter = (ageMs: number, freeSpaces: number | undefined = 44) =>
  freeSpacesAt({ ...carPark, freeSpaces }, epochMs(observedAtMs + ageMs));

test("[BS2] a car park counts until its silence is over the bound, then nobody can say", () => {
  expect(freeAfter(0)).toBe(44);
  expect(freeAfter(carParkSilenceMsMax)).toBe(44);
  expect(freeAfter(carParkSilenceMsMax + 1)).toBeUndefined();
});

test("[BS2] full is zero, and what was never said is unknown at any age", () => {
  expect(freeAfter(0, 0)).toBe(0);
  expect(freeSpacesAt({ ...carPark, freeSpaces: undefined }, observedAtMs)).toBeUndefined();
});
