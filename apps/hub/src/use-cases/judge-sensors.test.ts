import { rmSync } from "node:fs";
import { type AssetId, assetId, epochMs } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { bayId } from "@pista/parking";
import { afterAll, expect, test, vi } from "vitest";
import { createReportLog, type StoredReport } from "../store/report-log.ts";
import { makeDirectory, openTestHub, type TestHub } from "../testing/test-hub.ts";
import { judgeSensors } from "./judge-sensors.ts";

const directory = makeDirectory();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const clock = createManualClock(Date.parse("2026-11-25T12:00:00Z"));
const hourMs = 3_600_000;

/** A day of one reading an hour, which says each time what `stateAt` says. */
function dayOf(hub: TestHub, number: string, stateAt: (hour: number) => StoredReport["state"]) {
  const bay = hub.open.context.bays.bay(bayId(`demo-bay-${number}`));
  if (!bay) throw new Error(`There is no bay ${number}.`);
  const deviceId: AssetId = bay.deviceId ?? assetId("none");
  const { organisationId, zoneId } = bay;
  return Array.from({ length: 24 }, (_, hour): StoredReport => {
    const atMs = epochMs(clock.nowMs() - (23 - hour) * hourMs);
    return {
      ...{ bayId: bay.bayId, zoneId, deviceId, organisationId, epoch: 0, counter: hour },
      ...{ digest: Uint8Array.of(hour), state: stateAt(hour), clockAhead: false },
      ...{ observedAtMs: atMs, receivedAtMs: atMs },
    };
  });
}

const shownBay = async (hub: TestHub, number: string) => {
  const { items } = (await hub.visitor.send("GET", "/v1/public/bays")).json;
  return items.find(({ id }: { id: string }) => id === `demo-bay-${number}`);
};

/** The next round begins a minute after the start, and rests between its statements. */
async function stuckIsShown(hub: TestHub): Promise<void> {
  expect(await shownBay(hub, "0001")).toMatchObject({ state: "free", faults: [] });
  clock.advance(60_000);
  await vi.waitFor(
    async () => {
      clock.advance(0);
      expect((await shownBay(hub, "0001")).faults).toEqual([
        { kind: "stuck", neighbourChanges: 23 },
      ]);
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(await shownBay(hub, "0001")).toMatchObject({ state: "free", confidence: 0.5 });
  expect(await shownBay(hub, "0002")).toMatchObject({ faults: [] });
}

test("[BS4] the sensor that contradicts its neighbours is shown, after a restart too, until it changes", async () => {
  let hub = await openTestHub({ clock, directory });
  const reports = [
    ...dayOf(hub, "0001", () => "free"),
    ...["0002", "0003", "0004", "0005", "0006", "0007"].flatMap((number) =>
      dayOf(hub, number, (hour) => (hour % 2 === 0 ? "free" : "occupied")),
    ),
  ];
  await createReportLog(hub.open.context.db).insert(reports);
  hub.open.context.bays.apply(reports);
  const told: string[] = [];
  hub.open.context.bays.changes.listen((bays) => told.push(...bays.map(({ id }) => id)));
  await stuckIsShown(hub);
  expect(told).toEqual(["demo-bay-0001"]);
  await hub.close();

  hub = await openTestHub({ clock, directory });
  await stuckIsShown(hub);
  const [changed] = dayOf(hub, "0001", () => "occupied").slice(-2);
  if (changed) await createReportLog(hub.open.context.db).insert([{ ...changed, counter: 99 }]);
  await judgeSensors(hub.open.context, async () => true);
  expect((await shownBay(hub, "0001")).faults).toEqual([]);
  await hub.close();
}, 90_000);
