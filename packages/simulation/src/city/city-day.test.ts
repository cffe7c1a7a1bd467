import { isLngLat, toLocal } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { type CityEvent, createCityDay } from "./city-day.ts";
import { demonstrationBays, demonstrationHall } from "./demonstration.ts";

const eventsOf = (seed: number, count: number): CityEvent[] => {
  const day = createCityDay(seed);
  return Array.from({ length: count }, () => day.next());
};

describe("the demonstration city", () => {
  test("has 24 bays of five metres, one after the other", () => {
    expect(demonstrationBays).toHaveLength(24);
    expect(demonstrationBays[0]).toMatchObject({
      bayId: "demo-bay-01",
      deviceId: "demo-sensor-01",
      label: "Corso Marche 101",
    });
    expect(demonstrationBays[23]?.bayId).toBe("demo-bay-24");
    for (const { kerb } of demonstrationBays) {
      const [from, to] = kerb;
      expect(isLngLat(from.lngDeg, from.latDeg)).toBe(true);
      const { eastM, northM } = toLocal(from, to);
      expect(Math.hypot(eastM, northM)).toBeCloseTo(5, 3);
    }
  });

  test("has a hall whose landing spots lie within it", () => {
    const { sizeM, landingSpots } = demonstrationHall;
    expect(sizeM).toEqual({ eastM: 60, northM: 30, upM: 10 });
    for (const { eastM, northM } of landingSpots) {
      expect(eastM > 0 && eastM < sizeM.eastM && northM > 0 && northM < sizeM.northM).toBe(true);
    }
  });

  test("tells every bay's state first, then its changes in order of time", () => {
    const events = eventsOf(1, 500);
    expect(new Set(events.slice(0, 24).map(({ bayId }) => bayId)).size).toBe(24);
    const last = new Map<string, CityEvent>();
    let atMs = 0;
    for (const event of events) {
      expect(event.atMs).toBeGreaterThanOrEqual(atMs);
      expect(last.get(event.bayId)?.state).not.toBe(event.state);
      last.set(event.bayId, event);
      ({ atMs } = event);
    }
  });

  test("changes visibly every three to five seconds, and is the same day for the same seed", () => {
    const events = eventsOf(7, 1_024);
    const spanMs = events.at(-1)?.atMs ?? 0;
    expect(spanMs / 1_000).toBeGreaterThan(3_000);
    expect(spanMs / 1_000).toBeLessThan(5_000);
    expect(eventsOf(7, 1_024)).toEqual(events);
    expect(eventsOf(8, 1_024)).not.toEqual(events);
  });
});
