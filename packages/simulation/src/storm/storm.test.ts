import { createRandom } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { runStorm, type StormReport } from "./storm.ts";
import { drawPlan } from "./storm-plan.ts";
import { boundM } from "./storm-site.ts";

const isLong = process.env.PISTA_TEST_LONG !== undefined;
const seeds = Array.from({ length: isLong ? 20_000 : 1_000 }, (_, index) => index + 1);

/** Seeds that found a fault in the guard or in the storm itself are run for ever. */
const seedsThatOnceFailed = [
  91, 179, 199, 201, 202, 207, 216, 219, 605, 716, 830, 908, 1_433, 6_528, 8_897, 9_110,
];

/** About one storm in a thousand ends where it has to divert, and can: this one does. */
const seedsThatDivert = [1_480];

const reports = new Map<number, StormReport>();
function reportOf(seed: number): StormReport {
  const known = reports.get(seed) ?? runStorm(seed);
  reports.set(seed, known);
  return known;
}

describe("storms over the real guard", () => {
  const judged = [...seeds, ...seedsThatOnceFailed, ...seedsThatDivert];
  test.each(judged)(
    "[LG1] [LG2] [LG3] [LG4] [LG5] [LG6] [LG11] [AU1] [AU2] [AU3] [AU4] [AU5] [AU7] storm, seed %i",
    (seed) => {
      expect(reportOf(seed).findings).toEqual([]);
    },
  );

  test("fly, stop, land, revoke and interrupt: the storms are not calm", () => {
    const sum = (pick: (report: StormReport) => number): number =>
      seeds.slice(0, 50).reduce((total, seed) => total + pick(reportOf(seed)), 0);
    expect(sum(({ statistics }) => statistics.movingVelocities)).toBeGreaterThan(2_000);
    expect(
      sum(({ statistics }) => statistics.framesSent - statistics.framesArrived),
    ).toBeGreaterThan(2_000);
    expect(sum(({ statistics }) => statistics.stops)).toBeGreaterThan(20);
    expect(sum(({ statistics }) => statistics.releases)).toBeGreaterThan(10);
    expect(sum(({ statistics }) => statistics.landings)).toBeGreaterThan(30);
    expect(sum(({ statistics }) => statistics.revocations)).toBeGreaterThan(5);
    expect(sum(({ statistics }) => statistics.safetyPilotTakes)).toBeGreaterThan(2);
  });

  test("[AU3] [AU7] [LG2] hand over, begin anew and divert, seldom as that is", () => {
    const sum = (pick: (report: StormReport) => number): number =>
      [...seeds.slice(0, 300), ...seedsThatDivert].reduce(
        (total, seed) => total + pick(reportOf(seed)),
        0,
      );
    expect(sum(({ statistics }) => statistics.handovers)).toBeGreaterThan(15);
    expect(sum(({ statistics }) => statistics.restarts)).toBeGreaterThan(15);
    expect(sum(({ statistics }) => statistics.restartsInAir)).toBeGreaterThan(10);
    expect(sum(({ statistics }) => statistics.diversions)).toBeGreaterThan(0);
  }, 180_000);

  test("[LG1] come near both walls, so that the walls are what holds", () => {
    const most = (pick: (report: StormReport) => number): number =>
      Math.max(...seeds.slice(0, 50).map((seed) => pick(reportOf(seed))));
    expect(most(({ statistics }) => statistics.estimatedAgeMsMax)).toBeGreaterThan(190);
    expect(most(({ statistics }) => statistics.trueAgeMsMax)).toBeGreaterThan(190);
  });

  test("[LG3] [LG6] come near both bounds on what the pilot sees", () => {
    const most = (pick: (report: StormReport) => number): number =>
      Math.max(...seeds.slice(0, 50).map((seed) => pick(reportOf(seed))));
    expect(most(({ statistics }) => statistics.viewAgeMsMax)).toBeGreaterThan(450);
    expect(most(({ statistics }) => statistics.viewShareMax)).toBeGreaterThan(0.99);
  });

  test("[LG6] half a metre is the most that a vehicle may truly pass a limit by", () => {
    for (const seed of seeds) expect(boundM(drawPlan(createRandom(seed)))).toBeLessThan(0.5);
  });

  test("are the same for the same seed", () => {
    expect(runStorm(3)).toEqual(reportOf(3));
  });
});
