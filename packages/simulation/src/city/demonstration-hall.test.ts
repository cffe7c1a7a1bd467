import { clearanceM, roomTo } from "@pista/flight";
import { demonstrationHall, type Gate } from "@pista/programme";
import { describe, expect, test } from "vitest";

const { sizeM, obstacles, landingSpots, gates } = demonstrationHall;

/** As a lease names them: half a metre is kept from every wall and obstacle. */
const marginM = 0.5;
const map = {
  fence: {
    westM: marginM,
    southM: marginM,
    eastM: sizeM.eastM - marginM,
    northM: sizeM.northM - marginM,
    floorM: 0,
    topM: sizeM.upM - marginM,
  },
  obstacles: obstacles.map((box) => ({
    westM: box.westM - marginM,
    southM: box.southM - marginM,
    eastM: box.eastM + marginM,
    northM: box.northM + marginM,
    topM: box.topM + marginM,
  })),
};

describe("the demonstration's hall", () => {
  test("has twelve obstacles that stand within it", () => {
    expect(obstacles).toHaveLength(12);
    for (const box of obstacles) {
      expect(box.westM > 0 && box.westM < box.eastM && box.eastM < sizeM.eastM).toBe(true);
      expect(box.southM > 0 && box.southM < box.northM && box.northM < sizeM.northM).toBe(true);
      expect(box.topM).toBeLessThanOrEqual(sizeM.upM);
    }
  });

  test("has landing spots within it and several metres from everything", () => {
    for (const { eastM, northM } of landingSpots) {
      for (let courseDeg = 0; courseDeg < 360; courseDeg += 5) {
        const course = (courseDeg * Math.PI) / 180;
        const way = { eastMps: Math.sin(course), northMps: Math.cos(course), upMps: 0 };
        expect(roomTo(map, { eastM, northM, upM: 0.5 }, way, 0)).toBeGreaterThan(4);
      }
    }
    const [first] = landingSpots;
    const east = { eastMps: 1, northMps: 0, upMps: 0 };
    expect(roomTo(map, { eastM: 0, northM: 0, upM: 1.5, ...first }, east, 0)).toBeGreaterThan(20);
  });

  test("has a lap of eight gates with a free way from each to the next", () => {
    expect(gates).toHaveLength(8);
    gates.forEach((from: Gate, index) => {
      const to = gates[(index + 1) % gates.length] ?? from;
      const way = {
        eastMps: to.centre.eastM - from.centre.eastM,
        northMps: to.centre.northM - from.centre.northM,
        upMps: 0,
      };
      const wayM = Math.hypot(way.eastMps, way.northMps);
      expect(roomTo(map, from.centre, way, clearanceM(0.1)), `gate ${index + 1}`).toBeGreaterThan(
        wayM,
      );
      const heading = (to.headingDeg * Math.PI) / 180;
      const along = way.eastMps * Math.sin(heading) + way.northMps * Math.cos(heading);
      expect(along, `gate ${index + 1} leads on`).toBeGreaterThan(0);
    });
  });
});
