import { assetId, epochMs, organisationId } from "@pista/kernel";
import { bayId, type InventoryItem, type ItemKind, nextVersions, zoneId } from "@pista/parking";
import type { Kysely } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { insertAsset } from "../assets.ts";
import { bindDevices, insertBays, readBays } from "../inventory.ts";
import {
  decideImport,
  dropUndecidedImports,
  readDecidedImports,
  stageImport,
  writeNextPart,
} from "../inventory-imports.ts";
import {
  chunksOf,
  ItemJustChanged,
  readInForce,
  readLatest,
  readVersions,
  stepsOf,
  writeSteps,
} from "../inventory-items.ts";
import { migrate } from "../migrations.ts";
import { insertOrganisation } from "../people.ts";
import { schemaSteps } from "../schema.ts";
import { inventory } from "../steps/0005-inventory.ts";
import type { Tables } from "../tables.ts";

type Opened = () => { readonly db: Kysely<Tables> };

const owner = organisationId("city");
const startMs = Date.parse("2026-11-22T12:00:00.123Z");
const at = (afterMs: number) => epochMs(startMs + afterMs);

const zone = (id: string, name = id): InventoryItem => ({
  ...{ kind: "zone", id, zoneId: zoneId(id), body: { name, policyIds: [], areaIds: [] } },
});
const bay = (id: string, more: { zone?: string; label?: string } = {}): InventoryItem => {
  const body = {
    zoneId: more.zone ?? "z",
    label: more.label ?? id,
    kerb: [
      [7.5, 45.25],
      [7.75, 45.5],
    ],
  };
  return { kind: "bay", id, zoneId: zoneId(body.zoneId), body };
};

/** As an import does: everything that is in force, or was, against what is wanted. */
async function become(db: Kysely<Tables>, wanted: readonly InventoryItem[], afterMs: number) {
  const kinds: readonly ItemKind[] = ["zone", "bay"];
  const inForce = await Promise.all(
    kinds.map((kind) => readInForce(db, kind, { organisationId: owner, after: "", limit: 5_000 })),
  );
  const latest = await Promise.all(
    kinds.map((kind) =>
      readLatest(
        db,
        kind,
        wanted.filter((one) => one.kind === kind).map(({ id }) => id),
      ),
    ),
  );
  const known = new Map(
    [...inForce, ...latest].flat().map((one) => [`${one.kind} ${one.id}`, one]),
  );
  const changes = nextVersions([...known.values()], wanted, at(afterMs));
  await db.transaction().execute((transaction) => writeSteps(transaction, owner, stepsOf(changes)));
  return changes;
}
const labels = async (db: Kysely<Tables>) =>
  (await readBays(db)).map((one) => `${one.bayId} ${one.zoneId} ${one.label}`);

/** What every store does with the inventory and its history. */
export function testInventory(opened: Opened): void {
  beforeEach(async () => {
    const { db } = opened();
    await migrate(db, schemaSteps);
    await insertOrganisation(db, { organisationId: owner, name: "C" });
  });

  testHistory(opened);
  testRivals(opened);
  testImports(opened);
  testPages(opened);
  testOldRows(opened);
  if (!process.env.PISTA_TEST_LONG) return;
  test("a million bays, and no statement keeps others waiting", async () => {
    await fillWithMillion(opened().db);
  }, 1_800_000);
}

function testHistory(opened: Opened): void {
  test("[IV5] history is added to, and zones and bays are kept in step with it", async () => {
    const { db } = opened();
    await become(db, [zone("z"), bay("a"), bay("b")], 0);
    expect(await readBays(db)).toMatchObject([
      {
        bayId: "a",
        kerb: [
          { lngDeg: 7.5, latDeg: 45.25 },
          { lngDeg: 7.75, latDeg: 45.5 },
        ],
      },
      { bayId: "b", organisationId: "city" },
    ]);
    const sensor = {
      assetId: assetId("s"),
      organisationId: owner,
      kind: "sensor",
      name: "S",
      model: "M",
    } as const;
    await insertAsset(db, { ...sensor, keyHash: undefined });
    await bindDevices(db, [{ bayId: "a", deviceId: "s" }]);

    await become(
      db,
      [zone("y"), bay("a", { zone: "y", label: "moved" }), bay("c", { zone: "y" })],
      10,
    );
    expect(await labels(db)).toEqual(["a y moved", "c y c"]);
    expect((await readBays(db, ["a"]))[0]?.deviceId).toBe("s");
    expect(await db.selectFrom("zone").select("id").execute()).toEqual([{ id: "y" }]);

    await become(db, [zone("y"), bay("b", { zone: "y" })], 20);
    const history = await readVersions(db, "bay", { id: "b", before: 99, limit: 9 });
    expect(
      history.map(({ version, validFromMs, validToMs, body }) => [
        version,
        validFromMs,
        validToMs,
        body.zoneId,
      ]),
    ).toEqual([
      [2, at(20), undefined, "y"],
      [1, at(0), at(10), "z"],
    ]);
    expect(await readVersions(db, "bay", { id: "a", before: 2, limit: 9 })).toMatchObject([
      { version: 1, validToMs: at(10), body: { label: "a" }, organisationId: "city" },
    ]);
    expect(await labels(db)).toEqual(["b y b"]);
    expect(await become(db, [zone("y"), bay("b", { zone: "y" })], 30)).toMatchObject({
      unchanged: 2,
      added: [],
      changed: [],
      ended: [],
    });
  });
}

function testRivals(opened: Opened): void {
  test("[IV5] of two that change the same version the second is refused, and writes nothing", async () => {
    const { db } = opened();
    await become(db, [zone("z"), bay("a")], 0);
    const known = await readLatest(db, "bay", ["a"]);
    const write = (label: string) => {
      const changes = nextVersions(known, [bay("a", { label }), bay(`new-${label}`)], at(10));
      return db
        .transaction()
        .execute((transaction) => writeSteps(transaction, owner, stepsOf(changes)));
    };
    await write("first");
    await expect(write("second")).rejects.toThrow(ItemJustChanged);
    expect(await labels(db)).toEqual(["a z first", "new-first z new-first"]);
    const fresh = nextVersions([], [bay("a")], at(20));
    await expect(
      db.transaction().execute((transaction) => writeSteps(transaction, owner, stepsOf(fresh))),
    ).rejects.toMatchObject({ sqlState: "23505" });
  });
}

function testImports(opened: Opened): void {
  const bays = Array.from({ length: 450 }, (_, index) => bay(`b-${index}`));
  const staged = { id: "import-1", owner };
  const lay = (db: Kysely<Tables>): Promise<void> =>
    stageImport(db, staged, stepsOf(nextVersions([], [...bays, zone("z")], at(0))));

  test("[IV1] an import that was not decided leaves nothing", async () => {
    const { db } = opened();
    await lay(db);
    expect(await readDecidedImports(db)).toEqual([]);
    await dropUndecidedImports(db);
    expect(await labels(db)).toEqual([]);
    expect(await db.selectFrom("inventory_import_part").select("part").execute()).toEqual([]);
    await expect(decideImport(db, staged.id)).rejects.toThrow("was not laid down");
  });

  test.each([0, 1, 4])(
    "[IV1] one that was decided is written to the end after a cut at part %i",
    async (cut) => {
      const { db } = opened();
      await lay(db);
      await decideImport(db, staged.id);
      for (let part = 0; part < cut; part++) await writeNextPart(db, staged);
      await dropUndecidedImports(db);
      const [left, ...others] = await readDecidedImports(db);
      expect([left, others]).toEqual([staged, []]);
      let parts = cut;
      while (left && (await writeNextPart(db, left))) parts += 1;
      expect(parts).toBe(5);
      expect((await labels(db)).length).toBe(450);
      expect(await readDecidedImports(db)).toEqual([]);
    },
  );

  test("[IV1] a part that fails is written whole or not at all, and once", async () => {
    const { db } = opened();
    await lay(db);
    await decideImport(db, staged.id);
    // Somebody's id of the second part is taken.
    await become(db, [zone("z"), bay("b-150")], 0);
    await expect(writeNextPart(db, staged)).rejects.toMatchObject({ sqlState: "23505" });
    expect(await labels(db)).toEqual(["b-150 z b-150"]);
    expect(await readDecidedImports(db)).toEqual([staged]);
  });
}

function testPages(opened: Opened): void {
  test("pages follow one another without a gap or a repeat, of a zone alone too", async () => {
    const { db } = opened();
    const bays = Array.from({ length: 1_203 }, (_, index) =>
      bay(`b-${index}`, { zone: index % 3 ? "z" : "y" }),
    );
    await become(db, [zone("z"), zone("y"), ...bays], 0);
    for (const place of [{}, { zoneId: "y" }, { organisationId: owner }]) {
      const found: string[] = [];
      for (let after = "", isWhole = true; isWhole; ) {
        const page = await readInForce(db, "bay", { ...place, after, limit: 100 });
        found.push(...page.map(({ id }) => id));
        after = page.at(-1)?.id ?? "";
        isWhole = page.length === 100;
      }
      expect(found).toHaveLength("zoneId" in place ? 401 : 1_203);
      expect(new Set(found).size).toBe(found.length);
    }
    expect((await labels(db)).length).toBe(1_203);
    await become(db, [zone("z")], 10);
    expect(await readInForce(db, "bay", { after: "", limit: 1 })).toEqual([]);
    expect(await labels(db)).toEqual([]);
  });
}

function testOldRows(opened: Opened): void {
  test("what was there before the inventory is its first version", async () => {
    const { db } = opened();
    await db.schema.dropSchema("public").cascade().execute();
    await db.schema.createSchema("public").execute();
    await migrate(db, schemaSteps.slice(0, schemaSteps.indexOf(inventory)));
    await insertOrganisation(db, { organisationId: owner, name: "C" });
    await db.insertInto("zone").values({ id: "z", organisation_id: owner, name: "Zone" }).execute();
    const [drawn] = nextVersions([], [bay("a")], at(0)).added;
    const kerb = [
      { lngDeg: 7.5, latDeg: 45.25 },
      { lngDeg: 7.75, latDeg: 45.5 },
    ] as const;
    const place = { bayId: bayId("a"), zoneId: zoneId("z"), organisationId: owner };
    await insertBays(db, [{ ...place, kerb, label: "Old", deviceId: undefined }]);
    await migrate(db, schemaSteps);
    expect(await readLatest(db, "zone", ["z"])).toMatchObject([
      { version: 1, body: { name: "Zone" } },
    ]);
    const [found] = await readLatest(db, "bay", ["a"]);
    expect(found?.body).toEqual({ ...drawn?.body, label: "Old", kind: "general", policyIds: [] });
  });
}

async function fillWithMillion(db: Kysely<Tables>): Promise<void> {
  const zones = Array.from({ length: 1_000 }, (_, index) => `z-${index}`);
  await become(
    db,
    zones.map((id) => zone(id)),
    0,
  );
  const takenMs: number[] = [];
  const startedMs = performance.now();
  for (const id of zones) {
    const bays = Array.from({ length: 1_000 }, (_, index) => bay(`${id}-${index}`, { zone: id }));
    for (const chunk of chunksOf(bays)) {
      const changes = nextVersions([], chunk, at(0));
      const beganMs = performance.now();
      await db
        .transaction()
        .execute((transaction) => writeSteps(transaction, owner, stepsOf(changes)));
      // Begin and commit beside one statement for the history and one for the bays.
      takenMs.push((performance.now() - beganMs) / 2);
    }
  }
  const rate = Math.round(1_000_000 / ((performance.now() - startedMs) / 1_000));
  const sorted = takenMs.toSorted((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((share) =>
    Math.round(sorted[Math.floor(share * sorted.length)] ?? 0),
  );
  process.stdout.write(`1,000,000 bays at ${rate}/s; a statement p50 ${p50} ms, p99 ${p99} ms\n`);
  const askedMs = performance.now();
  const page = await readInForce(db, "bay", { zoneId: "z-500", after: "", limit: 1_000 });
  const pageMs = Math.round(performance.now() - askedMs);
  const rssMb = Math.round(process.memoryUsage().rss / 1e6);
  process.stdout.write(`a zone of 1,000 among them in ${pageMs} ms; ${rssMb} MB in memory\n`);
  expect(page).toHaveLength(1_000);
  expect(pageMs).toBeLessThan(1_000);
  expect(p50).toBeLessThan(50);
}
