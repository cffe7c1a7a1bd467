import { assetId, epochMs, organisationId } from "@pista/kernel";
import { bayId, zoneId } from "@pista/parking";
import type { Kysely } from "kysely";
import { expect, test } from "vitest";
import { type Asset, endAsset, insertAsset, readAssets, updateAsset } from "../assets.ts";
import { bindDevice, insertBays, readBays, releaseDevice } from "../inventory.ts";
import { insertQuarantine, readKept, readQuarantine, settleKept } from "../quarantine.ts";
import { createReportLog } from "../report-log.ts";
import type { Tables } from "../tables.ts";
import { reportOf } from "./reports-contract.ts";

type Opened = () => { readonly db: Kysely<Tables> };

const owner = organisationId("city");
const atMs = epochMs(Date.parse("2026-11-22T12:00:00.123Z"));
const [first, second] = [assetId("sensor-1"), assetId("sensor-2")];

const sensor = (id: Asset["assetId"], more: Partial<Asset> = {}): Asset => ({
  ...{ assetId: id, organisationId: owner, kind: "sensor", name: "S", model: "M" },
  keyHash: Uint8Array.of(1),
  modelId: undefined,
  devEui: undefined,
  ...more,
});

async function addBays(db: Kysely<Tables>, ...ids: readonly string[]): Promise<void> {
  await db.insertInto("zone").values({ id: "zone-1", organisation_id: owner, name: "Z" }).execute();
  const end = { lngDeg: 7.5, latDeg: 45.25 };
  const zone = zoneId("zone-1");
  await insertBays(
    db,
    ids.map((id) => ({
      ...{ bayId: bayId(id), zoneId: zone, organisationId: owner, label: id, kerb: [end, end] },
      deviceId: undefined,
    })),
  );
}

/** What every store does with sensors that come, move and go. */
export function testDevices(opened: Opened): void {
  testKeptFrames(opened);
  test("a sensor that has ended is read no more, and its bay and EUI are free", async () => {
    const { db } = opened();
    const devEui = "70b3d57ed0000001" as Asset["devEui"]; // Written as parseDevEui would have it.
    await addBays(db, "bay-1");
    await insertAsset(db, sensor(first, { devEui }));
    await expect(insertAsset(db, sensor(second, { devEui }))).rejects.toMatchObject({
      sqlState: "23505",
    });
    const changed = sensor(first, { devEui, name: "N", model: "O", keyHash: Uint8Array.of(2) });
    await updateAsset(db, changed);
    expect((await readAssets(db)).map(plain)).toEqual([plain(changed)]);
    expect(await bindDevice(db, { bayId: "bay-1", deviceId: first, atMs })).toBe(true);
    expect(await bindDevice(db, { bayId: "bay-1", deviceId: first, atMs })).toBe(false);
    await releaseDevice(db, first);
    await endAsset(db, { assetId: first, atMs });
    expect(await readAssets(db)).toEqual([]);
    await insertAsset(db, sensor(second, { devEui }));
    expect(await bindDevice(db, { bayId: "bay-1", deviceId: second, atMs })).toBe(true);
    expect(await readBays(db)).toMatchObject([{ deviceId: second, watchedSinceMs: atMs }]);
  });

  test("[BS3] a report that comes again is of the bay and the state with which it was stored", async () => {
    const { db } = opened();
    const stored = reportOf(1, { state: "occupied" });
    const log = createReportLog(db);
    await log.insert([stored]);
    for (const writer of [log, createReportLog(db)]) {
      const again = reportOf(1, { bayId: bayId("bay-2"), state: "free" });
      expect(await writer.insert([again])).toEqual([stored]);
    }
  });
}

function testKeptFrames(opened: Opened): void {
  test("[IN6] kept frames are read oldest first, until they have been read", async () => {
    const { db } = opened();
    await addBays(db, "bay-1");
    await insertAsset(db, sensor(first));
    await insertAsset(db, sensor(second, { organisationId: owner }));
    const frame = {
      ...{ payload: Uint8Array.of(7), fPort: 3, epoch: 2 ** 40, counter: 5, rssiDbm: undefined },
      ...{ digest: Uint8Array.of(1, 2), observedAtMs: atMs, bayId: bayId("bay-1") },
    };
    const entry = { receivedAtMs: atMs, topic: "raw", cause: "c", payload: Uint8Array.of(9) };
    await insertQuarantine(db, [
      { ...entry, deviceId: first, frame },
      { ...entry, deviceId: first },
      { ...entry, deviceId: null },
      { ...entry, deviceId: second, frame },
      { ...entry, deviceId: first, frame: { ...frame, counter: 6, bayId: undefined } },
    ]);
    const list = { deviceId: undefined, organisationId: undefined, before: undefined, limit: 9 };
    const all = await readQuarantine(db, list);
    expect(all.map(({ deviceId }) => deviceId)).toEqual([first, second, null, first, first]);
    expect(await readQuarantine(db, { ...list, organisationId: "city" })).toHaveLength(4);
    expect(await readQuarantine(db, { ...list, organisationId: "x" })).toEqual([]);
    const before = all[3]?.id;
    expect(await readQuarantine(db, { ...list, deviceId: first, before })).toEqual([all[4]]);

    const asked = { of: { kind: "device", id: first } as const, organisationId: "city" };
    const page = { ...asked, after: 0, limit: 9 };
    const kept = await readKept(db, page);
    expect(kept.map(({ counter, bayId: bay }) => [counter, bay])).toEqual([
      [5, "bay-1"],
      [6, undefined],
    ]);
    expect([...(kept[0]?.payload ?? []), ...(kept[0]?.digest ?? [])]).toEqual([7, 1, 2]);
    expect(kept[0]).toMatchObject({ epoch: 2 ** 40, receivedAtMs: atMs, observedAtMs: atMs });
    const [five = 0, six = 0] = kept.map(({ id }) => id);
    expect(await readKept(db, { ...page, after: five, limit: 1 })).toEqual([kept[1]]);
    const outcomes = [
      { id: five, cause: undefined },
      { id: six, cause: "odd: still" },
    ];
    await settleKept(db, outcomes, atMs);
    expect((await readKept(db, page)).map(({ id }) => id)).toEqual([six]);
    const settled = await readQuarantine(db, { ...list, deviceId: first });
    expect(settled.map(({ cause, replayedAt }) => [cause, replayedAt?.getTime()])).toEqual([
      ["odd: still", undefined],
      ["c", undefined],
      ["c", atMs],
    ]);
  });
}

/** Bytes are a Buffer here and a Uint8Array there. */
const plain = (asset: Asset) => ({ ...asset, keyHash: [...(asset.keyHash ?? [])] });
