import { epochMs } from "@pista/kernel";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addReportDays, dayOf } from "./store/report-days.ts";
import { contractRoutes } from "./testing/contract-routes.ts";
import { readDevices } from "./testing/device-load.ts";
import type { HttpClient } from "./testing/http-client.ts";
import { startPacedLoad } from "./testing/paced-load.ts";
import { openTestHub, type TestHub } from "./testing/test-hub.ts";

/**
 * The limits are for a machine that has nothing else to do. The short form runs beside other tests,
 * so it only fails when a statement is many times too slow, and looks at the middle of its times:
 * a thread that was not given the processor is slow once, a missing index is slow each time.
 */
const isLong = process.env.PISTA_TEST_LONG !== undefined;
const form = isLong
  ? {
      stored: 200_000,
      reportsPerSecond: 5_000,
      rounds: 4,
      statementMsMax: 50,
      p99MsMax: 200,
      importedParts: 10,
    }
  : {
      stored: 30_000,
      reportsPerSecond: 500,
      rounds: 3,
      statementMsMax: 100,
      p99MsMax: 2_000,
      importedParts: 1,
    };

let hub: TestHub;
const bayId = "demo-bay-0001";
beforeAll(async () => {
  hub = await openTestHub();
  await fill(form.stored);
}, 300_000);
afterAll(() => hub.close(), 60_000);

/** A history of a month of every bay, the first one's by far the longest. */
async function fill(count: number): Promise<void> {
  const { db } = hub.open.context;
  const batch = 5_000;
  const today = dayOf(epochMs(Date.now()));
  await addReportDays(
    db,
    Array.from({ length: 30 }, (_, ago) => today - ago),
  );
  for (let from = 0; from < count; from += batch) {
    await sql`
      insert into report (bay_id, device_id, organisation_id, epoch, counter, digest, state,
        observed_at, received_at, clock_ahead)
      select bay.id, bay.device_id, bay.organisation_id, -1, item, sha256(item::text::bytea),
        case item % 2 when 0 then 'free' else 'occupied' end, at, at, false
      from generate_series(${from}::int, ${from + batch - 1}::int) as item
      cross join lateral (select now() - (item % 40000) * interval '1 minute' as at) as moment
      join bay on bay.id = case item % 3 when 0 then ${bayId}
        else 'demo-bay-' || lpad((item % 100 + 1)::text, 4, '0') end
      where bay.device_id is not null`.execute(db);
    await sql`
      insert into audit (at, actor_kind, actor_name, action, subject_kind, subject_id, detail)
      select now(), 'operator', 'operator', 'test', 'test', item::text, '{}'
      from generate_series(1, ${batch / 10}::int) as item`.execute(db);
  }
}

/** What is put in the place of a route's parameters; a route that writes is sent an empty body. */
const known: ReadonlyMap<string, string> = new Map([
  ["bayId", bayId],
  ["zoneId", "demo-corso-marche"],
  ["trialId", "demo-trial"],
  // None of the load's: it gets a new key, another place and its end.
  ["deviceId", "demo-sensor-0900"],
]);
const paramOf = (name: string): string => known.get(name) ?? `demo-${name}`;

async function askEverything(clients: readonly HttpClient[]): Promise<void> {
  for (const { method, path } of contractRoutes) {
    const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => paramOf(name));
    const pages = path.endsWith("/reports") || path.endsWith("/audit") ? ["", "?limit=1000"] : [""];
    for (const [index, client] of clients.entries()) {
      // Each from an address of its own: one address may not ask so much, and a refusal costs nothing.
      const localAddress = `127.0.0.${index + 2}`;
      for (const page of pages) {
        const body = method === "GET" ? {} : { body: {} };
        const { status } = await client.send(method, `${url}${page}`, { ...body, localAddress });
        const wasAsked = status < 500 && (method !== "GET" || status !== 429);
        expect([method, path, status, wasAsked]).toContain(true);
      }
    }
  }
}

const middle = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? 0;

test(`no request keeps the store over ${form.statementMsMax} ms from a report (${form.reportsPerSecond}/s)`, async () => {
  const times = new Map<string, number[]>();
  const stopListening = hub.open.statements.listen((done) => {
    for (const { sql: text, tookMs } of done) {
      times.set(text, [...(times.get(text) ?? []), tookMs]);
    }
  });
  const load = await startPacedLoad(
    hub.mqttPort,
    readDevices(hub.settings.dataDirectory).slice(0, 50),
    form.reportsPerSecond,
  );
  // Signing in, an account and a key of its own are requests too.
  const clients = [hub.visitor, hub.operator];
  for (const name of ["admin", "steward", "pilot", "manager"]) {
    clients.push(await hub.signedIn(name));
  }
  const someone = await hub.personOf("viewer");
  await someone.send("POST", "/v1/api-keys", { body: { label: "test" } });
  clients.push(someone);
  const startedMs = performance.now();
  const sentBefore = load.sent();
  for (let round = 0; round < form.rounds; round++) await askEverything(clients);
  const dueReports = ((performance.now() - startedMs) / 1_000) * form.reportsPerSecond;
  const sent = load.sent() - sentBefore;
  await load.stop();
  stopListening();
  const share = isLong ? 0.95 : 0.5;
  const slow = [...times].map(([text, values]) => ({
    text,
    middleMs: middle(values, share),
    maxMs: Math.max(...values),
  }));
  if (isLong) {
    const shown = slow.toSorted((a, b) => b.maxMs - a.maxMs).slice(0, 8);
    const p99 = middle(load.waitedMs, 0.99).toFixed(0);
    const lines = shown.map(
      (one) => `${one.middleMs.toFixed(1)} / ${one.maxMs.toFixed(1)} ms ${one.text.slice(0, 90)}`,
    );
    process.stderr.write(
      `${load.sent()} reports, p99 ${p99} ms; middle / most:\n${lines.join("\n")}\n`,
    );
  }
  expect(times.size).toBeGreaterThan(5);
  expect(slow.filter(({ middleMs }) => middleMs > form.statementMsMax)).toEqual([]);
  expect(sent).toBeGreaterThan(0.9 * dueReports);
  expect(middle(load.waitedMs, 0.99)).toBeLessThan(form.p99MsMax);
  const { text } = await hub.visitor.send("GET", "/metrics");
  const count = Number(/^pista_store_statement_seconds_count (\d+)$/m.exec(text)?.[1]);
  expect(count).toBeGreaterThan(load.waitedMs.length / 1_000);
}, 300_000);

/** A part of a city's inventory as the command line cuts it: one zone and its bays. */
function inventoryPart(part: number): object {
  const west = 7.6 + part * 0.02;
  const bays = Array.from({ length: partBays }, (_, index) => {
    const [lng, lat] = [west + (index % 200) * 1e-4, 45 + Math.floor(index / 200) * 1e-4];
    const kerb = [
      [lng, lat],
      [lng + 5e-5, lat],
    ];
    return { id: `import-${part}-${index}`, zoneId: `import-${part}`, label: `${index}`, kerb };
  });
  const ring = [
    [west, 45],
    [west + 0.02, 45],
    [west + 0.02, 45.01],
    [west, 45.01],
    [west, 45],
  ];
  const zones = [{ id: `import-${part}`, name: "Import", ring }];
  return { replaces: "listed-zones", zones, bays };
}
const partBays = 1_900;

test(`an import of ${form.importedParts} parts holds up no report (${form.reportsPerSecond}/s)`, async () => {
  const devices = readDevices(hub.settings.dataDirectory).slice(0, 50);
  const manager = await hub.personOf("manager");
  const load = await startPacedLoad(hub.mqttPort, devices, form.reportsPerSecond);
  const startedMs = performance.now();
  for (let part = 0; part < form.importedParts; part++) {
    const body = inventoryPart(part);
    const { status, json } = await manager.send("PUT", "/v1/inventory", { body });
    expect([status, json.added]).toEqual([200, partBays + 1]);
  }
  const tookMs = performance.now() - startedMs;
  await load.stop();
  const [p99 = 0, most = 0] = [0.99, 1].map((share) => middle(load.waitedMs, share));
  if (isLong) {
    const count = partBays * form.importedParts;
    process.stderr.write(
      `${count} bays in ${tookMs.toFixed(0)} ms; ${load.sent()} reports, p99 ${p99.toFixed(0)} ms, most ${most.toFixed(0)} ms\n`,
    );
  }
  expect(load.sent()).toBeGreaterThan((0.9 * form.reportsPerSecond * tookMs) / 1_000);
  expect(p99).toBeLessThan(form.p99MsMax);
}, 300_000);
