import { defined } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { demonstrationSite } from "../demonstration/demonstration-city.ts";
import type { HttpClient } from "../testing/http-client.ts";
import { enrolTestGateway } from "../testing/test-gateway.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";
import { siteView } from "./trials.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
let hub: TestHub;
let steward: HttpClient;
let admin: HttpClient;
beforeAll(async () => {
  hub = await openTestHub({ clock });
  steward = await hub.signedIn("steward");
  admin = await hub.signedIn("admin");
}, 60_000);
afterAll(async () => {
  const closed = hub.close();
  clock.advance(1_000);
  await closed;
});
beforeEach(async () => {
  if ((await trial()).state === "suspended") await order("resume", {});
});

const order = (verb: string, body: object, client = steward, id = "demo-trial") =>
  client.send("POST", `/v1/trials/${id}/${verb}`, { body, headers: { origin: hub.url } });
const trial = async () => (await steward.send("GET", "/v1/trials")).json.items[0];
const versions = async () =>
  (
    await hub.open.context.db
      .selectFrom("trial")
      .where("id", "=", "demo-trial")
      .select(["version", "state"])
      .execute()
  ).map(({ version, state }) => `${version} ${state}`);
const auditCount = async (): Promise<number> =>
  (await hub.open.context.db.selectFrom("audit").select("id").execute()).length;

describe("[TR1] suspending a trial", () => {
  test("writes its version, its line in the audit and what everybody sees", async () => {
    const { version } = await trial();
    const answer = await order("suspend", { reason: "  wind in the hall  " });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      state: "suspended",
      version: version + 1,
      reason: "wind in the hall",
      since: new Date(clock.nowMs()).toISOString(),
    });
    expect(await trial()).toEqual(answer.json);
    expect((await versions()).at(-1)).toBe(`${version + 1} suspended`);
    const [line] = (await admin.send("GET", "/v1/audit?limit=1")).json.items;
    expect(line).toMatchObject({
      action: "trial.suspend",
      actor: { kind: "person", name: "Demo steward" },
      subject: { kind: "trial", id: "demo-trial" },
      detail: { version: version + 1 },
    });
  });

  test("is refused where it makes no sense", async () => {
    expect((await order("resume", {})).json.code).toBe("trial-not-suspended");
    expect((await order("suspend", { reason: "   " })).json.code).toBe("reason-missing");
    expect((await order("suspend", { reason: "x" }, steward, "other")).json.code).toBe("not-found");
    expect((await order("suspend", { reason: "x" }, steward, "Not%20Id")).status).toBe(400);
    await order("suspend", { reason: "once" });
    expect((await order("suspend", { reason: "twice" })).json.code).toBe("trial-not-activated");
  });

  test("changes nothing at all when its line in the audit cannot be written", async () => {
    const { db } = hub.open.context;
    const before = [await trial(), await versions(), await auditCount()];
    await sql`create function refuse() returns trigger language plpgsql as
      'begin raise exception ''injected''; end'`.execute(db);
    await sql`create trigger refuse before insert on audit execute function refuse()`.execute(db);
    const answer = await order("suspend", { reason: "no paper" });
    await sql`drop trigger refuse on audit`.execute(db);
    expect([answer.status, answer.json.code]).toEqual([500, "internal"]);
    // What went wrong is the log's business.
    expect(answer.text).not.toContain("injected");
    expect([await trial(), await versions(), await auditCount()]).toEqual(before);
  });

  test("by two at once succeeds once, and the other is told to look again", async () => {
    const answers = await Promise.all([
      order("suspend", { reason: "one" }),
      order("suspend", { reason: "other" }, admin),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.json.code).toBe("trial-not-activated");
    expect((await versions()).length).toBe(new Set(await versions()).size);
  });

  test("[AU5] [DC3] has revoked its leases by the time it is answered", async () => {
    const gateway = await enrolTestGateway(hub);
    const link = await gateway.connect();
    const pilot = await hub.signedIn("pilot");
    const body = {
      dtlsFingerprint: Array(32).fill("AB").join(":"),
      keyThumbprint: "A".repeat(43),
    };
    const fly = (verb: string, more: object) =>
      pilot.send("POST", `/v1/drones/demo-drone/lease${verb}`, {
        body: more,
        headers: { origin: hub.url },
      });
    const { id: leaseId } = (await fly("", body)).json;
    expect((await link.next()).op).toBe("lease");
    let isAnswered = false;
    const suspended = order("suspend", { reason: "people in the hall" }).then(() => {
      isAnswered = true;
    });
    const { op, reason } = await link.next();
    expect([op, reason]).toEqual(["revoke", "trial-suspended: people in the hall"]);
    await suspended;
    expect(isAnswered).toBe(true);
    const refused = await fly("/renew", { leaseId });
    expect([refused.status, refused.json.reasons[0].kind]).toEqual([403, "trial-suspended"]);
    expect((await fly("", body)).status).toBe(403);
    link.webSocket.terminate();
  });
});

test("a site that was stored before there were gates shows none", () => {
  const { gates, ...indoor } = defined(demonstrationSite.indoor, "the hall");
  expect(gates).toHaveLength(8);
  expect(siteView({ ...demonstrationSite, indoor }).indoor?.gates).toEqual([]);
});
