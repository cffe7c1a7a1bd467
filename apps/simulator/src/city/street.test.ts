import { createManualClock } from "@pista/kernel/testing";
import { createCityDay, type Uplink } from "@pista/simulation";
import { describe, expect, test } from "vitest";
import { startStreet } from "./street.ts";

const fromMs = 21 * 3_600_000;
const bays = Array.from({ length: 4 }, (_, index) => ({
  bayId: `demo-bay-000${index + 1}`,
  deviceId: `demo-sensor-000${index + 1}`,
  life: "night-life" as const,
}));

/** What two sensors of four bays are told, each with the street's own hour. */
function observed(speedFactor: number, minutes: number): string[] {
  const clock = createManualClock();
  const seen: string[] = [];
  const sensors = new Map(
    bays.slice(0, 2).map(({ bayId }) => [
      bayId,
      {
        observe: ({ atMs, state }: Uplink) => void seen.push(`${bayId} ${state} ${atMs}`),
        restart: () => void seen.push(`${bayId} restart`),
      },
    ]),
  );
  const day = createCityDay({ seed: 3, bays, weekday: 5 });
  const street = startStreet({ clock, day, fromMs, speedFactor, sensors });
  clock.advance(minutes * 60_000);
  street.stop();
  clock.advance(600_000);
  return seen;
}

describe("the street", () => {
  test("first tells each sensor how the moment finds its bay, and nobody else", () => {
    const seen = observed(1, 0);
    expect(seen.map((text) => text.split(" ")[0]).sort()).toEqual([
      "demo-bay-0001",
      "demo-bay-0002",
    ]);
    expect(seen.every((text) => Number(text.split(" ")[2]) <= fromMs)).toBe(true);
  });

  test("then goes on from there", () => {
    const later = observed(1, 120).slice(2);
    expect(later.length).toBeGreaterThan(8);
    expect(later.every((text) => !(Number(text.split(" ")[2]) <= fromMs))).toBe(true);
  });

  test("ten times the speed plays the same day in a tenth of the time", () => {
    expect(observed(10, 12)).toEqual(observed(1, 120));
  });
});
