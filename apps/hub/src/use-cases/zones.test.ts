import type { OccupancySlotView, ZoneCountsView } from "@pista/contracts";
import { assetId, epochMs } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import type { Bay, BayReport } from "@pista/parking";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createReportLog } from "../store/report-log.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

const minuteMs = 60_000;
const noon = Date.parse("2026-11-22T12:00:00Z");
const clock = createManualClock(noon);
let hub: TestHub;
let zone: ZoneCountsView;
let bays: readonly Bay[];
beforeAll(async () => {
  hub = await openTestHub({ clock });
  const [first] = (await hub.operator.send("GET", "/v1/zones")).json.items;
  zone = first;
  const all = [...hub.open.context.bays.standings()].map(({ bay }) => bay);
  bays = all.filter(({ zoneId }) => zoneId === zone.id);
}, 60_000);
afterAll(async () => {
  const closed = hub.close();
  clock.advance(1_000);
  await closed;
});

let counter = 0;
/** As the intake does it: durable, then shown. */
async function report(index: number, state: BayReport["state"], atMinute: number): Promise<void> {
  const bay = bays[index];
  if (!bay) throw new Error("The demonstration's zone has fewer bays.");
  const { context } = hub.open;
  const at = epochMs(noon + atMinute * minuteMs);
  counter += 1;
  const stored = await createReportLog(context.db).insert([
    {
      ...{ bayId: bay.bayId, zoneId: bay.zoneId, organisationId: bay.organisationId },
      ...{ deviceId: assetId(`sensor-${index}`), epoch: 0, counter, state, clockAhead: false },
      ...{ observedAtMs: at, receivedAtMs: at, digest: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) },
    },
  ]);
  context.bays.apply(stored);
}

const ask = (query: string, id = zone.id) =>
  hub.operator.send("GET", `/v1/zones/${id}/occupancy${query}`);
const slotsOf = async (query = ""): Promise<OccupancySlotView[]> => (await ask(query)).json.items;

describe("the occupancy of a zone", () => {
  test("[OC2] of what nobody heard, nothing is said but that it is unknown", async () => {
    const items = await slotsOf();
    expect(items).toHaveLength(288);
    expect(new Set(items.map(({ from: _, ...rest }) => JSON.stringify(rest)))).toEqual(
      new Set([
        JSON.stringify({ free: null, occupied: null, unknown: zone.bays, occupiedShare: null }),
      ]),
    );
    expect(items.at(-1)?.from).toBe("2026-11-22T11:55:00.000Z");
    expect(zone).toMatchObject({ free: 0, occupied: 0, unknown: zone.bays });
  });

  test("[OC1] [OC2] [OC3] a mean of bays, of slots that are over, the newest reports included", async () => {
    await report(0, "occupied", 1);
    await report(1, "free", 0);
    await report(0, "free", 8);
    clock.advance(17 * minuteMs);
    const items = await slotsOf("?from=2026-11-22T12:00:00Z");
    expect(items).toEqual([
      {
        ...{ from: "2026-11-22T12:00:00.000Z", free: 1, occupied: 0.8 },
        ...{ unknown: zone.bays - 1.8, occupiedShare: 0.444 },
      },
      {
        ...{ from: "2026-11-22T12:05:00.000Z", free: 1.4, occupied: 0.6 },
        ...{ unknown: zone.bays - 2, occupiedShare: 0.3 },
      },
      {
        ...{ from: "2026-11-22T12:10:00.000Z", free: 2, occupied: 0 },
        ...{ unknown: zone.bays - 2, occupiedShare: 0 },
      },
    ]);
    const [now] = (await hub.operator.send("GET", "/v1/zones")).json.items;
    expect(now).toEqual({ ...zone, free: 2, unknown: zone.bays - 2 });
  });

  test("[BS2] silence makes it unknown again, and the answer stays the same when it ends", async () => {
    clock.advance(3 * 60 * minuteMs);
    const before = await slotsOf("?from=2026-11-22T12:00:00Z");
    // The last report holds from 12:08 until a little after 13:43.
    expect(before[20]).toMatchObject({ free: 0.6, unknown: zone.bays - 0.6 });
    expect(before[21]).toMatchObject({ free: null, unknown: zone.bays });
    await report(0, "occupied", 190);
    await report(1, "occupied", 190);
    expect(await slotsOf("?from=2026-11-22T12:00:00Z&to=2026-11-22T15:00:00Z")).toEqual(
      before.slice(0, 36),
    );
  });

  test("a span that is too long, reversed or none is refused, and so is an unknown zone", async () => {
    for (const query of [
      "?from=2026-11-01T00:00:00Z",
      "?from=2026-11-22T12:00:00Z&to=2026-11-22T11:00:00Z",
      "?from=yesterday",
    ]) {
      expect((await ask(query)).status).toBe(400);
    }
    expect((await ask("", "nowhere")).json).toMatchObject({ status: 404, code: "not-found" });
    expect((await hub.visitor.send("GET", `/v1/zones/${zone.id}/occupancy`)).status).toBe(401);
    for (const year of ["0000", "9999"]) {
      expect(await slotsOf(`?from=${year}-12-30T00:00:00Z&to=${year}-12-31T23:59:59Z`)).toEqual([]);
    }
  });
});
