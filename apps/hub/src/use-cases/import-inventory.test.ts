import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { epochMs } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpClient } from "../testing/http-client.ts";
import { openJsonSocket } from "../testing/json-socket.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

type Json = ReturnType<typeof JSON.parse>;
const guide = fileURLToPath(new URL("../../../../docs/import-the-inventory.md", import.meta.url));
const exampleText = /```json\n([\s\S]*?)```/.exec(readFileSync(guide, "utf8"))?.[1] ?? "";
const example = (change: (document: Json) => void = () => {}): Json => {
  const document: Json = JSON.parse(exampleText);
  change(document);
  return document;
};

/** A Monday at eight in Rome. */
const clock = createManualClock(epochMs(Date.parse("2026-11-23T07:00:00Z")));
let hub: TestHub;
let manager: HttpClient;
beforeAll(async () => {
  hub = await openTestHub({ clock });
  manager = await hub.personOf("manager");
}, 60_000);
afterAll(() => hub.close());

const put = (document: Json, query = "") =>
  manager.send("PUT", `/v1/inventory${query}`, {
    body: document,
    headers: { origin: hub.url },
  });
const get = async (path: string): Promise<Json> => (await hub.visitor.send("GET", path)).json;
const shownBays = async (): Promise<string[]> =>
  (await get("/v1/public/bays?bbox=7.679,45.069,7.682,45.071")).items.map(({ id }: Json) => id);
const auditLines = async (): Promise<Json[]> =>
  (await hub.operator.send("GET", "/v1/audit?limit=200")).json.items.filter(
    ({ action }: Json) => action === "inventory.import",
  );

describe("an import", () => {
  test("[IV1] with a fault changes nothing and says where it is", async () => {
    const { status, json } = await put(example((d) => (d.bays[1].zoneId = "nowhere")));
    expect([status, json.code]).toEqual([422, "inventory-unreadable"]);
    expect(json.faults).toEqual([
      {
        at: "bays[1].zoneId",
        what: "the document has no zone nowhere",
        remedy: expect.any(String),
      },
    ]);
    expect(await shownBays()).toEqual([]);
  });

  test("a dry run tells what would change, and changes nothing", async () => {
    const { json } = await put(example(), "?dryRun=true");
    expect(json).toMatchObject({ dryRun: true, added: 9, changed: 0, ended: 0, unchanged: 0 });
    expect(json.changes[0]).toEqual({
      change: "added",
      kind: "policy",
      id: "paid-by-day",
      version: 1,
    });
    expect(await shownBays()).toEqual([]);
    expect(await auditLines()).toEqual([]);
  });

  test("[IV4] shows its bays at once, each with the rules in force now", async () => {
    expect((await put(example())).json).toMatchObject({ dryRun: false, added: 9 });
    expect(await shownBays()).toEqual(["via-prova-1", "via-prova-2"]);
    const bay = await get("/v1/bays/via-prova-1");
    expect(bay).toMatchObject({
      kind: "loading",
      kerb: [
        [7.68, 45.07],
        [7.68007, 45.07],
      ],
      version: 1,
    });
    expect(bay.rulesNow.map(({ activity, policyId }: Json) => `${policyId} ${activity}`)).toEqual([
      "loading-mornings loading",
      "loading-mornings no-parking",
    ]);
    const { rulesNow } = await get("/v1/bays/via-prova-2");
    expect(rulesNow).toEqual([
      {
        ...{ policyId: "paid-by-day", policyName: "Paid parking, two hours", activity: "parking" },
        ...{ userClasses: [], maxStayMinutes: 120 },
      },
    ]);
    expect(await get("/v1/zones/via-prova-north")).toMatchObject({
      streetSide: "N",
      validTo: null,
    });
    for (const [path, id] of [
      ["areas", "centre"],
      ["off-street", "prova-garage"],
    ]) {
      expect((await get(`/v1/${path}`)).items).toMatchObject([{ id, version: 1 }]);
    }
    expect(await auditLines()).toMatchObject([
      {
        subject: { kind: "organisation", id: "city" },
        detail: { added: 9, replaces: "everything" },
      },
    ]);
  });

  test("[IV5] again it changes nothing and leaves no line in the audit", async () => {
    expect((await put(example())).json).toMatchObject({
      added: 0,
      changed: 0,
      ended: 0,
      unchanged: 9,
    });
    expect(await auditLines()).toHaveLength(1);
  });

  test("[IV5] a changed bay keeps its sensor and its state, and its history", async () => {
    const device = await manager.send("POST", "/v1/devices", {
      body: { model: "M", bayId: "via-prova-2" },
      headers: { origin: hub.url },
    });
    expect(device.status).toBe(201);
    const observed = { observedAtMs: clock.nowMs(), receivedAtMs: clock.nowMs() };
    hub.open.context.bays.apply([
      {
        ...{ deviceId: device.json.id, bayId: "via-prova-2" as Json, counter: 1, epoch: 0 },
        ...{ state: "occupied", clockAhead: false, ...observed },
      },
    ]);
    clock.advance(1_000);
    const renamed = example((d) => (d.bays[1].label = "Via Prova 2 bis"));
    expect((await put(renamed)).json).toMatchObject({ changed: 1, unchanged: 8 });
    const { items } = await get("/v1/public/bays?bbox=7.68008,45.069,7.682,45.071");
    expect(items).toMatchObject([
      { id: "via-prova-2", label: "Via Prova 2 bis", state: "occupied", hasSensor: true },
    ]);
    const path = "/v1/bays/via-prova-2/versions";
    const first = (await manager.send("GET", `${path}?limit=1`)).json;
    expect(first).toMatchObject({ items: [{ version: 2, validTo: null }], nextCursor: "2" });
    const second = (await manager.send("GET", `${path}?limit=1&cursor=2`)).json;
    expect(second.items).toMatchObject([{ version: 1, label: "Via Prova 2" }]);
    expect(second.items[0].validTo).toBe(first.items[0].validFrom);
  });

  test("what replaces listed zones leaves the rest alone", async () => {
    const part = example((d) => {
      d.replaces = "listed-zones";
      d.zones[0].id = "via-prova-south";
      d.bays = [{ ...d.bays[1], id: "via-prova-9", zoneId: "via-prova-south", label: "9" }];
      d.curbObjects = [];
      d.areas[0].name = "City centre";
      d.offStreet = [];
    });
    expect((await put(part)).json).toMatchObject({ added: 2, changed: 1, ended: 0, unchanged: 3 });
    expect(await shownBays()).toEqual(["via-prova-1", "via-prova-2", "via-prova-9"]);
    part.bays = [];
    expect((await put(part)).json.changes).toEqual([
      { change: "ended", kind: "bay", id: "via-prova-9", version: 1 },
    ]);
    expect(await shownBays()).toEqual(["via-prova-1", "via-prova-2"]);
    const end = { replaces: "listed-zones", endedZoneIds: ["via-prova-south"] };
    expect((await put(end)).json.changes).toEqual([
      { change: "ended", kind: "zone", id: "via-prova-south", version: 1 },
    ]);
  });

  test("what it does not list ends: the board forgets it, the history does not", async () => {
    const without = example((d) => d.bays.splice(1, 1));
    expect((await put(without)).json).toMatchObject({ ended: 1, changed: 1 });
    expect(await shownBays()).toEqual(["via-prova-1"]);
    expect((await hub.visitor.send("GET", "/v1/bays/via-prova-2")).status).toBe(404);
    expect((await hub.visitor.send("GET", "/v1/zones/via-prova-south")).status).toBe(404);
    const { items } = (await manager.send("GET", "/v1/bays/via-prova-2/versions")).json;
    expect(items[0]).toMatchObject({ version: 2, validTo: expect.any(String) });
    await put(example());
    expect((await get("/v1/bays/via-prova-2")).version).toBe(3);
    expect(await shownBays()).toEqual(["via-prova-1", "via-prova-2"]);
  });

  test("[LV2] whoever watches the place is told at once to ask for its bays anew", async () => {
    const socket = await openJsonSocket(`${hub.url.replace("http", "ws")}/live`);
    const snapshot = async (id: number): Promise<string[]> => {
      socket.send({ op: "subscribe", id, topic: "bays", bbox: [7.679, 45.069, 7.682, 45.071] });
      return (await socket.next()).snapshot.map((bay: Json) => bay.id);
    };
    expect(await snapshot(1)).toEqual(["via-prova-1", "via-prova-2"]);
    await put(example((d) => d.bays.splice(1, 1)));
    expect(await socket.next()).toEqual({ id: 1, seq: 2, changes: [] });
    socket.send({ op: "unsubscribe", id: 1 });
    expect(await snapshot(2)).toEqual(["via-prova-1"]);
    await put(example());
    expect(await socket.next()).toEqual({ id: 2, seq: 2, changes: [] });
    expect(await snapshot(3)).toEqual(["via-prova-1", "via-prova-2"]);
    socket.webSocket.terminate();
  });

  test("an id of somebody else's is not taken over, and nothing of theirs ends", async () => {
    const bayCount = () => [...hub.open.context.bays.standings()].length;
    const before = bayCount();
    const stolen = example((d) => {
      d.bays[1].id = "demo-bay-0001";
    });
    const { status, json } = await put(stolen);
    expect([status, json.code]).toEqual([409, "id-taken"]);
    expect(json.detail).toContain("demo-bay-0001 belongs to demo-company");
    expect(bayCount()).toBe(before);
  });

  test("two at once: one is done, the other is told to try again or finds it done", async () => {
    const outcomes = await Promise.all([
      put(example((d) => (d.bays[0].label = "One"))),
      put(example((d) => (d.bays[0].label = "Two"))),
    ]);
    const codes = outcomes.map(({ status, json }) => (status === 200 ? "done" : json.code));
    expect(codes).toContain("done");
    expect(codes.filter((code) => code !== "done" && code !== "version-conflict")).toEqual([]);
    const { label } = await get("/v1/bays/via-prova-1");
    expect(["One", "Two"]).toContain(label);
    const { items } = await get("/v1/public/bays?bbox=7.679,45.069,7.68005,45.071");
    expect(items[0].label).toBe(label);
  });
});

describe("pages", () => {
  test("of the demonstration's pay stations follow one another, and end", async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const path: string = `/v1/curb-objects?limit=5${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const { items, nextCursor } = await get(path);
      seen.push(...items.map(({ id }: Json) => id));
      cursor = nextCursor;
    }
    expect(seen.filter((id) => id.startsWith("demo-"))).toHaveLength(14);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test.each(["/v1/policies?cursor=A", "/v1/bays/demo-bay-0001/versions?cursor=0"])(
    "%s is told that its cursor is none",
    async (path) => {
      const { status, json } = await manager.send("GET", path);
      expect([status, json.code]).toEqual([400, "malformed-request"]);
    },
  );

  test("the demonstration has bays for disabled people and for loading, with their rules", async () => {
    // The twenty-first of each sixty.
    expect(await get("/v1/bays/demo-bay-0021")).toMatchObject({ kind: "disabled" });
    const { kind, rulesNow } = await get("/v1/bays/demo-bay-0041");
    expect(kind).toBe("loading");
    expect(rulesNow[0]).toMatchObject({ activity: "loading", userClasses: ["delivery"] });
    expect((await get("/v1/zones/demo-san-salvario")).ring).toHaveLength(5);
  });
});
