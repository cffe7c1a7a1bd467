import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { templateCache } from "../open-hub.ts";
import { readArchive } from "../store/archive-reader.ts";
import { openDataDirectory } from "../store/data-directory.ts";
import { restoreArchive } from "../store/restore.ts";
import { schemaSteps } from "../store/schema.ts";
import {
  canStartCluster,
  type ServerCluster,
  startCluster,
} from "../store/testing/server-cluster.ts";
import { createDeviceLoad, readDevices } from "../testing/device-load.ts";
import type { HttpClient } from "../testing/http-client.ts";
import { runPistaOn, type ServedHub, servePistaOn } from "../testing/pista-process.ts";
import { makeDirectory, openTestHub, type TestHub } from "../testing/test-hub.ts";

const place = makeDirectory();
const directory = join(place, "city");
const file = join(place, "city.backup");
const quietFile = join(place, "quiet.backup");
afterAll(() => rmSync(place, { recursive: true, force: true }));

async function pista(url: string | undefined, ...words: string[]) {
  const outcome = await runPistaOn(url, ...words, "--json");
  expect([outcome.exitCode, outcome.stderr.match(/pista: [A-Z_]+:.*/)?.[0]]).toEqual([
    0,
    undefined,
  ]);
  return JSON.parse(outcome.stdout);
}
const backUp = (to: string, data: string, url?: string) => pista(url, "backup", to, "--data", data);
const restore = (from: string, data: string, url?: string) =>
  pista(url, "restore", from, "--data", data);

/** The rows of every table, but for the audit, to which each backup adds its own line. */
async function contentOf(archive: string): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  let rows: string[] = [];
  for await (const line of readArchive(archive)) {
    if (line.kind === "file") content[`file ${line.name}`] = [line.base64];
    if (line.kind === "table") {
      rows = [];
      if (line.name !== "audit") content[line.name] = rows;
    }
    if (line.kind === "rows") {
      const texts = (JSON.parse(line.json) as unknown[]).map((row) => JSON.stringify(row));
      rows.push(...texts);
    }
  }
  for (const one of Object.values(content)) one.sort();
  return content;
}

const openRestored = (data: string, databaseUrl?: string): Promise<TestHub> =>
  openTestHub({ directory: data, settings: { databaseUrl, withDemonstration: false } });

/** What the bays are known to be; how surely depends on the time of asking. */
async function baysOf(client: Pick<HttpClient, "send">): Promise<unknown[]> {
  const { items } = (await client.send("GET", "/v1/public/bays")).json;
  return items.map(({ confidence: _, ...bay }: { confidence: number }) => bay);
}

describe("a hub that is backed up while it takes reports", () => {
  let hub: ServedHub;
  const pinned = Uint8Array.from({ length: 32 }, (_, index) => index);
  let load: ReturnType<typeof createDeviceLoad>;
  let promised: [string, number[]][] = [];
  let quietBays: unknown;
  let account = { email: "", password: "" };

  beforeAll(async () => {
    const seeded = await openTestHub({ directory });
    account = seeded.account("admin");
    const { db } = seeded.open.context;
    const drone = { id: "gateway-1", asset_id: "demo-drone", public_key: pinned };
    const { organisation_id } = await db
      .selectFrom("asset")
      .select("organisation_id")
      .executeTakeFirstOrThrow();
    await db
      .insertInto("gateway")
      .values({ ...drone, organisation_id })
      .execute();
    await seeded.close();
    load = createDeviceLoad(readDevices(directory).slice(0, 4));
    hub = await servePistaOn(undefined, directory);
    const { over } = await load.run(hub.mqttPort, 2_000);
    promised = [...load.acknowledged].map(([id, counters]) => [id, [...counters]]);
    const written = await backUp(file, directory);
    expect(written.rows.report).toBeGreaterThanOrEqual(2_000);
    await hub.end("SIGTERM");
    await over;
    hub = await servePistaOn(undefined, directory);
    quietBays = await baysOf(hub.operator());
    await backUp(quietFile, directory);
    await hub.end("SIGTERM");
  }, 120_000);

  test("[IN1] every report acknowledged before the backup began is in the restored hub", async () => {
    const restored = join(place, "restored");
    await restore(file, restored);
    const other = await openRestored(restored);
    const devices = readDevices(directory);
    for (const [deviceId, counters] of promised) {
      expect(counters.length).toBeGreaterThan(50);
      const bay = devices.find((device) => device.deviceId === deviceId)?.bayId ?? "";
      const stored = await other.open.context.db
        .selectFrom("report")
        .select("counter")
        .where("bay_id", "=", bay)
        .execute();
      const known = new Set(stored.map(({ counter }) => counter));
      expect(counters.filter((one) => !known.has(one))).toEqual([]);
    }
    await other.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await readdir(directory)).filter((name) => /copy|tmp/.test(name))).toEqual([]);
  }, 120_000);

  test("[BS3] bays, accounts, pinned keys and the numbers of new lines are as they were", async () => {
    // As a restore that was killed has left it.
    const restored = join(place, "quiet");
    await (await openDataDirectory(restored)).release();
    mkdirSync(join(restored, "restoring"));
    writeFileSync(join(restored, "lease.key"), "half");
    await restore(quietFile, restored);
    expect(statSync(join(restored, "lease.key")).mode & 0o777).toBe(0o600);
    const other = await openRestored(restored);
    expect(await baysOf(other.visitor)).toEqual(quietBays);
    const signedIn = await other.signedIn("admin");
    expect((await signedIn.send("GET", "/v1/me")).json.person.email).toBe(account.email);
    const { db } = other.open.context;
    const gateway = await db.selectFrom("gateway").selectAll().executeTakeFirstOrThrow();
    expect(gateway.public_key).toEqual(pinned);
    for (const name of ["lease.key", "cookie.key"]) {
      expect(readFileSync(join(restored, name))).toEqual(readFileSync(join(directory, name)));
    }
    const lines = await db.selectFrom("audit").select("id").orderBy("id", "desc").execute();
    await other.personOf("steward");
    const newest = await db.selectFrom("audit").select("id").orderBy("id", "desc").execute();
    expect(Number(newest[0]?.id)).toBeGreaterThan(Number(lines[0]?.id));
    await other.close();
  }, 120_000);

  test("only the operator may ask for one", async () => {
    const other = await openTestHub();
    for (const client of [other.visitor, await other.signedIn("admin")]) {
      expect((await client.send("POST", "/operator/backup")).status).toBe(403);
    }
    await other.close();
  }, 60_000);

  describe("what is not whole is not restored, and leaves nothing", () => {
    const fresh = join(place, "fresh");
    const tryRestore = (from: string, data = fresh): Promise<unknown> =>
      restoreArchive({
        file: from,
        directory: data,
        databaseUrl: undefined,
        templateCache,
        steps: schemaSteps,
        onProgress() {},
      });
    const isUntouched = async (): Promise<boolean> =>
      (await readdir(fresh).catch(() => [])).length === 0;
    const damage = (name: string, change: (text: string) => string): string => {
      const path = join(place, name);
      writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(quietFile)).toString("utf8"))));
      return path;
    };

    test.each([
      [
        "cut in the packing",
        () => {
          const path = join(place, "cut");
          writeFileSync(path, readFileSync(quietFile));
          truncateSync(path, statSync(path).size - 100);
          return path;
        },
        /not a whole backup.*cannot be unpacked/,
      ],
      [
        "without its end",
        () => damage("no-end", (text) => text.slice(0, text.lastIndexOf('{"kind":"end"'))),
        /its end is missing/,
      ],
      [
        "altered in a row",
        () => damage("altered", (text) => text.replace("Demo", "Dema").replace("demo", "dema")),
        /its digest is another/,
      ],
      ["another file", () => damage("other", () => "hello\n"), /not JSON/],
      ["missing", () => join(place, "nowhere"), /cannot be unpacked/],
    ])(
      "%s",
      async (_, make, expected) => {
        await expect(tryRestore(make())).rejects.toThrow(expected);
        expect(await isUntouched()).toBe(true);
      },
      60_000,
    );

    test("a directory that is in use keeps what it has", async () => {
      const before = await readdir(directory);
      await expect(tryRestore(quietFile, directory)).rejects.toMatchObject({
        code: "STORE_NOT_EMPTY",
      });
      expect(await readdir(directory)).toEqual(before);
    }, 60_000);
  });

  describe.skipIf(!canStartCluster)("to a server and back (skipped without PostgreSQL)", () => {
    let cluster: ServerCluster;
    beforeAll(async () => {
      cluster = await startCluster();
    }, 120_000);
    afterAll(() => cluster.remove(), 60_000);

    test("every row and every key arrives as it was", async () => {
      const url = await cluster.databaseUrl("moved");
      const [onServer, back] = [join(place, "on-server"), join(place, "back")];
      const [serverFile, backFile] = [join(place, "server.backup"), join(place, "back.backup")];
      await restore(quietFile, onServer, url);
      await backUp(serverFile, onServer, url);
      const again = await runPistaOn(
        url,
        ...["restore", quietFile, "--data", join(place, "second")],
      );
      expect(again.stderr).toMatch(/STORE_NOT_EMPTY: .*table/);
      await restore(serverFile, back);
      await backUp(backFile, back);
      const [first, last] = [await contentOf(quietFile), await contentOf(backFile)];
      expect(Object.keys(first)).toContain("report");
      expect(last).toEqual(first);
      const other = await openRestored(onServer, url);
      expect(await baysOf(other.visitor)).toEqual(quietBays);
      await other.close();
    }, 180_000);
  });
});
