import { gatewayId, type Lease, leaseId } from "@pista/flight";
import { assetId, epochMs, organisationId, personId, siteId, trialId } from "@pista/kernel";
import type { Kysely } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { insertAsset } from "../assets.ts";
import { insertAudit, readAudit } from "../audit.ts";
import {
  insertCommand,
  markCommandAnswered,
  markCommandSent,
  readCommands,
  readNextCommand,
} from "../device-commands.ts";
import { endLeaseRow, insertLease, nextEpoch, readOpenLeases, seatLeaseRow } from "../leases.ts";
import { migrate } from "../migrations.ts";
import {
  findPersonByEmail,
  findSignIn,
  insertOrganisation,
  insertPerson,
  insertSignIn,
  readPeople,
} from "../people.ts";
import { schemaSteps } from "../schema.ts";
import type { Tables } from "../tables.ts";
import { testBayDays } from "./bay-days-contract.ts";
import { testDevices } from "./devices-contract.ts";
import { testHousekeeping } from "./housekeeping-contract.ts";
import { testOccupancy } from "./occupancy-contract.ts";
import { testReports } from "./reports-contract.ts";

type Opened = () => { readonly db: Kysely<Tables> };

/** What every store does with the hub's own tables. The caller gives an empty database each time. */
export function testTables(opened: Opened): void {
  beforeEach(async () => {
    const { db } = opened();
    await migrate(db, schemaSteps);
    await insertOrganisation(db, { organisationId: organisationId("city"), name: "C" });
  });
  testReports(opened);
  testBayDays(opened);
  testOccupancy(opened);
  testHousekeeping(opened);
  testPeople(opened);
  testLeases(opened);
  testAudit(opened);
  testDeviceCommands(opened);
  testDevices(opened);
}

const startMs = Date.parse("2026-11-22T12:00:00.123Z");

function testPeople(opened: Opened): void {
  test("a person is found by an address in any case, and by a sign-in until it expires", async () => {
    const { db } = opened();
    const person = {
      personId: personId("ada"),
      organisationId: organisationId("city"),
      email: "Ada@test.invalid",
      name: "Ada",
      roles: ["pilot", "steward"] as const,
      createdAtMs: startMs,
    };
    await insertPerson(db, person, "hash");
    const known = { ...person, organisationName: "C" };
    expect(await readPeople(db)).toEqual([known]);
    expect(await findPersonByEmail(db, "ADA@test.invalid")).toEqual({
      person: known,
      passwordHash: "hash",
    });
    const other = { ...person, personId: personId("bob"), email: "ada@TEST.invalid" };
    await expect(insertPerson(db, other, "hash")).rejects.toMatchObject({
      sqlState: "23505",
      constraint: "person_email",
    });
    const tokenHash = Uint8Array.of(1, 2, 3);
    const times = { atMs: startMs, expiresAtMs: startMs + 1_000 };
    await insertSignIn(db, { tokenHash, personId: person.personId, ...times });
    expect(await findSignIn(db, tokenHash, startMs)).toEqual(known);
    expect(await findSignIn(db, tokenHash, startMs + 1_000)).toBeUndefined();
  });
}

const leaseOf = (id: string, epoch: number): Lease => ({
  leaseId: leaseId(id),
  assetId: assetId("drone-1"),
  gatewayId: gatewayId("gateway-1"),
  trialId: trialId("trial-1"),
  pilotId: personId("ada"),
  epoch,
  renewal: 0,
  issuedAtMs: epochMs(startMs),
  expiresAtMs: epochMs(startMs + 15_000),
  site: { siteId: siteId("hall"), version: 1 },
  limits: {
    speedMpsMax: 3,
    fence: { westM: 0, southM: 0, eastM: 60, northM: 30, floorM: 0, topM: 10 },
    obstacles: [],
    landingSpots: [],
    clearViewM: 3,
  },
  view: "telemetry",
  dtlsFingerprint: "AB",
  keyThumbprint: "thumb",
});

const owner = organisationId("city");

async function addDrone(db: Kysely<Tables>): Promise<void> {
  const drone = { id: "drone-1", organisation_id: owner, kind: "drone" as const };
  await db
    .insertInto("asset")
    .values({ ...drone, name: "D", model: "M", key_hash: null })
    .execute();
}

function testLeases(opened: Opened): void {
  test("[AU1] an epoch is one lease's, and one lease of a drone is in force", async () => {
    const { db } = opened();
    await addDrone(db);
    expect(await nextEpoch(db, assetId("drone-1"))).toBe(1);
    const rivals = ["a", "b", "c"].map((id) => insertLease(db, leaseOf(id, 1), owner));
    const outcomes = await Promise.allSettled(rivals);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(insertLease(db, leaseOf("d", 2), owner)).rejects.toMatchObject({
      sqlState: "23505",
      constraint: "lease_in_force",
    });
    const [held] = await readOpenLeases(db);
    const heldId = held?.lease.leaseId ?? "";
    expect(held).toEqual({ lease: leaseOf(heldId, 1), isAwaited: false });
    await endLeaseRow(db, { leaseId: heldId, atMs: startMs, cause: "released" });
    expect(await readOpenLeases(db)).toEqual([]);
    expect(await nextEpoch(db, assetId("drone-1"))).toBe(2);
    await insertLease(db, leaseOf("d", 2), owner);
  });

  test("[AU3] beside it one lease is awaited; seated, it alone is in force", async () => {
    const { db } = opened();
    await addDrone(db);
    const succeeds = leaseId("d");
    await insertLease(db, leaseOf("d", 1), owner);
    await insertLease(db, { ...leaseOf("e", 2), succeeds }, owner);
    await expect(insertLease(db, { ...leaseOf("f", 3), succeeds }, owner)).rejects.toMatchObject({
      sqlState: "23505",
    });
    expect((await readOpenLeases(db)).map(({ isAwaited }) => isAwaited).sort()).toEqual([
      false,
      true,
    ]);
    await seatLeaseRow(db, { assetId: assetId("drone-1"), leaseId: "e", atMs: startMs });
    const open = await readOpenLeases(db);
    expect(open.map(({ lease, isAwaited }) => [lease.leaseId, isAwaited])).toEqual([["e", false]]);
    const given = db.selectFrom("lease").select("end_cause").where("id", "=", "d");
    expect(await given.executeTakeFirstOrThrow()).toEqual({ end_cause: "handed-over" });
  });
}

function testAudit(opened: Opened): void {
  test("the audit is read from its end, page by page", async () => {
    const { db } = opened();
    for (const action of ["first", "second", "third"]) {
      const actor = { kind: "person", id: null, name: "Ada" };
      const subject = { kind: "drone", id: "drone-1" };
      await insertAudit(db, { atMs: startMs, actor, action, subject, detail: { why: action } });
    }
    const [third, second] = await readAudit(db, { before: undefined, limit: 2 });
    expect([third?.action, second?.action]).toEqual(["third", "second"]);
    expect(third).toMatchObject({ at: new Date(startMs), detail: { why: "third" } });
    const rest = await readAudit(db, { before: second?.id, limit: 2 });
    expect(rest.map(({ action }) => action)).toEqual(["first"]);
  });
}

function testDeviceCommands(opened: Opened): void {
  const deviceId = assetId("sensor-1");
  const dayMs = 86_400_000;

  const open = async () => {
    const { db } = opened();
    await migrate(db, schemaSteps);
    const sensor = { kind: "sensor", name: "S", model: "M", keyHash: undefined } as const;
    const owner = organisationId("city");
    for (const id of ["sensor-1", "sensor-2"]) {
      await insertAsset(db, { assetId: assetId(id), organisationId: owner, ...sensor });
    }
    const add = (text: string, atMs = startMs, forMs = dayMs, to = deviceId) =>
      db.transaction().execute((transaction) =>
        insertCommand(
          transaction,
          {
            ...{ deviceId: to, organisationId: owner, payload: Buffer.from(text) },
            ...{ createdAtMs: epochMs(atMs), expiresAtMs: epochMs(atMs + forMs) },
          },
          3,
        ),
      );
    const next = async (afterId = 0, atMs = startMs) =>
      (await readNextCommand(db, { deviceId, afterId, atMs: epochMs(atMs) }))?.id;
    return { db, add, next };
  };

  test("commands wait in their order, no more than may, until they are answered or expire", async () => {
    const { db, add, next } = await open();
    const added = await Promise.all(Array.from({ length: 5 }, (_, index) => add(`${index}`)));
    const ids = added.flatMap((row) => row?.id ?? []).sort((a, b) => a - b);
    expect(ids).toHaveLength(3);
    expect(await add("another's", startMs, dayMs, assetId("sensor-2"))).toBeDefined();
    const [first = 0, second = 0, third = 0] = ids;
    expect([await next(), await next(first)]).toEqual([first, second]);
    await markCommandSent(db, { id: first, atMs: epochMs(startMs + 1) });
    expect(await next()).toBe(first);
    await markCommandAnswered(db, { id: first, reasonCode: 0, atMs: epochMs(startMs + 2) });
    expect(await next()).toBe(second);
    expect((await add("now there is room"))?.id).toBeGreaterThan(third);
    expect(await next(0, startMs + dayMs)).toBeUndefined();
  });

  test("a command is shown for thirty days after it has expired", async () => {
    const { db, add } = await open();
    const old = await add("old");
    const page = { deviceId, before: undefined, limit: 10 };
    const atMs = startMs + 31 * dayMs;
    const kept = await add("kept", atMs);
    expect((await readCommands(db, page)).map(({ id }) => id)).toEqual([kept?.id, old?.id]);
    const newest = await add("newest", atMs + 1);
    expect((await readCommands(db, page)).map(({ id }) => id)).toEqual([newest?.id, kept?.id]);
    expect(await readCommands(db, { ...page, before: kept?.id })).toEqual([]);
  });
}
