import { centredSticks } from "@pista/flight";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMessages, readRecording, recordingNames } from "./testing/recordings.ts";
import { closeSite, fly, openSite, type Site, siteIsReady, takeControl } from "./testing/site.ts";
import { until } from "./testing/until.ts";

/** Two gates to the north of where the vehicle takes off, flown through with the stick forward. */
describe("a gateway at a site with a circuit", () => {
  let site: Site;

  beforeAll(async () => {
    site = await openSite();
    await siteIsReady(site);
  }, 40_000);

  afterAll(async () => {
    await closeSite(site);
    cleanup();
  });

  test("times the gates, tells the pilot and records each passage", async () => {
    const { hub, vehicle, directory } = site;
    const { eastM, northM } = vehicle;
    hub.gates = [0.5, 1].map((aheadM) => ({
      centre: { eastM, northM: northM + aheadM, upM: 1.5 },
      headingDeg: 0,
      widthM: 3,
      heightM: 3,
    }));
    const { page, leaseId } = await takeControl(site, 1);
    const isThrough = (): boolean => vehicle.northM > northM + 1.1;
    // Where a busy machine makes the guard hold or land, it is flown anew, as a pilot does.
    while (!isThrough()) {
      // A lap that was broken off on the ground begins anew at its first gate.
      if (vehicle.landed) vehicle.northM = northM;
      page.sticks = centredSticks;
      await fly(site, { page });
      page.sticks = { ...centredSticks, forward: 1 };
      const isOver = () => page.beacon?.lock !== undefined || page.beacon?.phase !== "flying";
      await until("movement, a hold or a landing", () => isThrough() || isOver());
    }
    const newest = await until("both gates told", () => page.laps.find(isSecondPassed));
    expect(page.laps[0]).toMatchObject({ nextGate: 0, lapStartedAtMs: null, lastLapMs: null });
    const recorded = (): object[] =>
      recordingNames(directory)
        .flatMap((name) => readMessages(readRecording(directory, name), "/circuit/gate"))
        .map(({ message }) => message);
    await until("both gates in the record", () => recorded().length >= 2);
    expect(recorded().slice(-2)).toMatchObject([
      { leaseId, gate: 1, sectorMs: null, lapMs: null },
      { leaseId, gate: 2, sectorMs: expect.any(Number), lapMs: null },
    ]);
    expect(newest).toMatchObject({ lapsFlown: 0, lapStartedAtMs: expect.any(Number) });
    page.close();
  }, 60_000);
});

const isSecondPassed = (laps: { nextGate: number; lapStartedAtMs: number | null }): boolean =>
  laps.nextGate === 0 && laps.lapStartedAtMs !== null;
