import { parseDevEui } from "@pista/formats";
import { epochMs, isInside, toLocal } from "@pista/kernel";
import { bayCentre } from "@pista/parking";
import { describe, expect, test } from "vitest";
import {
  demonstrationBays,
  demonstrationLinks,
  demonstrationSite,
  demonstrationTrial,
  demonstrationZones,
  sanSalvarioSite,
  sanSalvarioTrial,
} from "./demonstration-city.ts";
import { kerbPlaces } from "./kerbs.ts";

const at = epochMs(0);

describe("the demonstration city", () => {
  test("has some 1,200 bays of five metres, each with a name and a sensor of its own", () => {
    expect(demonstrationBays.length).toBeGreaterThan(1_150);
    expect(demonstrationBays.length).toBeLessThan(1_300);
    expect(new Set(demonstrationBays.map(({ label }) => label)).size).toBe(
      demonstrationBays.length,
    );
    expect(demonstrationBays[0]).toMatchObject({
      bayId: "demo-bay-0001",
      deviceId: "demo-sensor-0001",
      label: "Corso Marche, west 1",
    });
    for (const { kerb } of demonstrationBays) {
      const { eastM, northM } = toLocal(...kerb);
      expect(Math.hypot(eastM, northM)).toBeCloseTo(5.2, 2);
    }
  });

  test("has every sensor in the trial of its own neighbourhood, within that trial's site", () => {
    const [first, second] = [demonstrationTrial(at), sanSalvarioTrial(at)];
    const sensors = demonstrationBays.map(({ deviceId }) => deviceId);
    expect([...first.assetIds.slice(1), ...second.assetIds]).toEqual(sensors);
    for (const bay of demonstrationBays) {
      const isFirst = bay.zoneId === demonstrationZones[0]?.zoneId;
      const { ring } = isFirst ? demonstrationSite : sanSalvarioSite;
      expect(isInside(bayCentre(bay), ring)).toBe(true);
    }
  });

  test("is heard in thirds by MQTT and by each network server, all of it in one trial", () => {
    const devices = (...doors: string[]) =>
      demonstrationBays.filter(({ bayId }) =>
        doors.includes(demonstrationLinks.get(bayId)?.door ?? ""),
      );
    for (const third of [devices("report", "raw"), devices("tts"), devices("chirpstack")]) {
      expect(third.length / demonstrationBays.length).toBeCloseTo(1 / 3, 1);
    }
    expect(devices("raw").length).toBeGreaterThan(50);
    const inTrial = new Set(sanSalvarioTrial(at).assetIds);
    const heard = devices("tts", "chirpstack");
    expect(heard.every(({ deviceId }) => deviceId && inTrial.has(deviceId))).toBe(true);
    const euis = heard.map(({ bayId }) => parseDevEui(demonstrationLinks.get(bayId)?.devEui ?? ""));
    expect(new Set(euis).size).toBe(heard.length);
    expect(euis).not.toContain(undefined);
  });

  test("has no two bays in one place: streets that cross leave a gap", () => {
    const centres = demonstrationBays.map((bay) => bayCentre(bay));
    const [origin] = centres;
    if (!origin) throw new Error("There are no bays.");
    const places = centres.map((centre) => toLocal(origin, centre));
    const closestM = places.reduce((closest, one, index) => {
      const others = places.slice(index + 1);
      const near = others.filter(({ eastM }) => Math.abs(eastM - one.eastM) < 10);
      const distances = near.map((other) =>
        Math.hypot(other.eastM - one.eastM, other.northM - one.northM),
      );
      return Math.min(closest, ...distances);
    }, Number.POSITIVE_INFINITY);
    expect(closestM).toBeGreaterThan(6.5);
  });
});

describe("bays along a kerb", () => {
  const axis = (name: string, fromNorthDeg: number, toNorthDeg: number, eastDeg: number) => ({
    name,
    door: "report" as const,
    kerbM: 5,
    from: { lngDeg: eastDeg, latDeg: fromNorthDeg },
    to: { lngDeg: eastDeg, latDeg: toNorthDeg },
  });

  test("are counted on either side, less the gateways", () => {
    const labels = kerbPlaces([axis("Via Prova", 45, 45.0006, 7.6)]).map(({ label }) => label);
    expect(labels).toEqual([
      ...Array.from({ length: 9 }, (_, index) => `Via Prova, west ${index + 1}`),
      ...Array.from({ length: 9 }, (_, index) => `Via Prova, east ${index + 1}`),
    ]);
  });

  test("leave the corners of a crossing free, and nothing beside a street that runs along", () => {
    const along = axis("Via Prova", 45, 45.002, 7.6);
    const across = {
      ...axis("Via Traversa", 45.001, 45.001, 7.599),
      to: { lngDeg: 7.601, latDeg: 45.001 },
    };
    const alone = kerbPlaces([along]).length;
    expect(kerbPlaces([along, axis("Via Parallela", 45, 45.002, 7.601)])).toHaveLength(2 * alone);
    const crossed = kerbPlaces([along, across]).filter(({ label }) => label.startsWith("Via P"));
    expect(crossed.length).toBeLessThan(alone - 4);
    for (const { kerb } of crossed) {
      const { northM } = toLocal({ lngDeg: 7.6, latDeg: 45.001 }, kerb[0]);
      expect(northM > 12 || northM < -17).toBe(true);
    }
  });
});
