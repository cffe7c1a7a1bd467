import { helloEpochMax } from "@pista/contracts";
import type { Lease } from "@pista/flight";
import { demonstrationHall } from "@pista/programme";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { HttpClient } from "../testing/http-client.ts";
import { browser, LeaseSite } from "../testing/lease-site.ts";

let site: LeaseSite;
let other: HttpClient;

beforeAll(async () => {
  site = await LeaseSite.open();
  other = await site.hub.personOf("pilot");
  await site.grantTo(other);
}, 60_000);
afterAll(() => site.close());
/** Every test begins with a drone that nobody holds and a gateway that has heard of it. */
beforeEach(async () => {
  await send(site.steward, "revoke", { reason: "a test begins" });
  await site.heard();
});

const send = (client: HttpClient, verb: string, body: object) => site.send(client, verb, body);
const take = (client = site.pilot, letter = "A") => send(client, "take", browser(letter));

async function nextLease(): Promise<Lease> {
  const message = await site.link.next();
  expect(message.op).toBe("lease");
  return site.read(message.token);
}

const auditLines = async (action: string): Promise<{ detail: object; actor: { name: string } }[]> =>
  (await site.hub.operator.send("GET", "/v1/audit?limit=200")).json.items.filter(
    (line: { action: string }) => line.action === action,
  );

describe("a lease", () => {
  test("[AU1] [AU2] [AU6] names all that the gateway must check, signed by the pinned key", async () => {
    const answer = await take();
    expect(answer.status).toBe(201);
    expect(await nextLease()).toMatchObject({
      leaseId: answer.json.id,
      assetId: "demo-drone",
      gatewayId: site.gateway.gatewayId,
      trialId: "demo-trial",
      pilotId: "demo-pilot",
      issuedAtMs: site.clock.nowMs(),
      expiresAtMs: site.clock.nowMs() + 15_000,
      site: { siteId: "demo-site", version: 1, gates: demonstrationHall.gates },
      limits: { speedMpsMax: 2, fence: { westM: 0.5, eastM: 59.5, topM: 9 } },
      view: "telemetry",
      ...browser("A"),
    });
    expect(answer.json.site.indoor.gates).toEqual(demonstrationHall.gates);
    expect(await site.drone()).toMatchObject({
      leaseId: answer.json.id,
      pilot: { name: "Demo pilot" },
    });
  });

  test("[AU7] the epoch rises, and is durable when the token arrives", async () => {
    const epochs: number[] = [];
    for (let round = 0; round < 3; round++) {
      await take();
      const { epoch, leaseId } = await nextLease();
      const row = (await site.rows()).at(-1);
      expect([row?.id, Number(row?.epoch), row?.ended_at]).toEqual([leaseId, epoch, null]);
      await send(site.pilot, "release", { leaseId });
      await site.heard();
      epochs.push(epoch);
    }
    expect(epochs).toEqual([epochs[0], Number(epochs[0]) + 1, Number(epochs[0]) + 2]);
  });

  test("[AU1] [AU7] a gateway that has seen more than the hub remembers is given a higher epoch", async () => {
    // As after a backup was restored, that is older than its last leases.
    const known = (await take()).json.epoch;
    site.gateway.highestEpoch = known + 40;
    site.link = await site.gateway.connect();
    await send(site.steward, "revoke", { reason: "the hub was restored" });
    const { id: leaseId, epoch } = (await take()).json;
    expect(epoch).toBe(known + 41);
    const row = (await site.rows()).at(-1);
    expect([row?.id, Number(row?.epoch)]).toEqual([leaseId, epoch]);
    // From then on the hub's own table is ahead.
    await send(site.pilot, "release", { leaseId });
    expect((await take()).json.epoch).toBe(known + 42);
  });

  test("[AU1] a gateway that says the highest there is leaves epochs to fly with", async () => {
    site.gateway.highestEpoch = helloEpochMax;
    site.link = await site.gateway.connect();
    const { epoch } = (await take()).json;
    expect(epoch).toBe(helloEpochMax + 1);
    // A stick frame carries 32 bits of it.
    expect(2 ** 32 - epoch).toBeGreaterThan(3_000_000_000);
  });

  test("[AU7] without the paper there is no lease", async () => {
    await failOnAudit();
    expect((await take()).status).toBe(500);
    await mendAudit();
    expect(await site.heard()).toEqual([]);
    expect((await site.drone()).leaseId).toBeNull();
    expect((await take()).status).toBe(201);
  });

  test("[AU1] a second pilot is told who flies; the same browser gets its lease back", async () => {
    const first = await take();
    const refused = await take(other, "B");
    expect([refused.status, refused.json.code]).toEqual([409, "drone-taken"]);
    expect(refused.json.detail).toContain("Demo pilot");
    // The same person in another browser is another holder of sticks.
    expect((await take(site.pilot, "B")).status).toBe(409);
    site.clock.advance(10);
    const again = await take();
    expect([again.status, again.json.id, again.json.epoch]).toEqual([
      201,
      first.json.id,
      first.json.epoch,
    ]);
    expect(again.json.renewal).toBeGreaterThan(first.json.renewal);
  });

  test("[AU1] of two that ask at once one flies, and the other is told who", async () => {
    const answers = await Promise.all([take(), take(other, "B")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.json.detail).toMatch(/^(Demo pilot|The pilot) flies it now/);
  });

  test("[AU2] a renewal rises and lives another fifteen seconds; then it is over", async () => {
    const { id: leaseId } = (await take()).json;
    let { renewal } = await nextLease();
    for (let round = 0; round < 10; round++) {
      await site.pass(3);
      const renewed = await send(site.pilot, "renew", { leaseId });
      expect(renewed.status).toBe(200);
      const lease = await nextLease();
      expect(lease.renewal).toBeGreaterThan(renewal);
      expect(lease.expiresAtMs).toBe(site.clock.nowMs() + 15_000);
      renewal = lease.renewal;
    }
    expect((await send(other, "renew", { leaseId })).json.code).toBe("lease-ended");
    await site.pass(14);
    site.clock.advance(1_000);
    expect((await send(site.pilot, "renew", { leaseId })).json.code).toBe("lease-ended");
    await site.pass(1);
    await vi.waitFor(async () =>
      expect((await site.rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "expired" }),
    );
    expect((await site.drone()).pilot).toBeNull();
  });

  test("[AU2] it never outlives the window", async () => {
    // Twelve noon in UTC is one in the afternoon in Rome; the window ends with the minute.
    const intoMinuteMs = site.clock.nowMs() % 60_000;
    await site.pass(Math.ceil((110_000 - intoMinuteMs) / 1_000));
    const endsAtMs = Math.ceil(site.clock.nowMs() / 60_000) * 60_000;
    const toMinute = Math.floor(endsAtMs / 60_000) - Math.floor(endsAtMs / 86_400_000) * 1_440 + 60;
    site.putTrial((trial) => ({ ...trial, window: { ...trial.window, toMinute } }));
    await take();
    const lease = await nextLease();
    expect([lease.expiresAtMs, endsAtMs - site.clock.nowMs() < 15_000]).toEqual([endsAtMs, true]);
    await site.pass(Math.ceil((endsAtMs - site.clock.nowMs()) / 1_000));
    const refused = await send(site.pilot, "renew", { leaseId: lease.leaseId });
    expect([refused.status, refused.json.reasons[0].kind]).toEqual([403, "window-closed"]);
    site.putTrial((trial) => ({ ...trial, window: { ...trial.window, toMinute: 1_440 } }));
  });

  test("a pilot gives back his own and no other's", async () => {
    const { id: leaseId } = (await take()).json;
    expect((await send(other, "release", { leaseId })).status).toBe(409);
    expect((await send(site.pilot, "release", { leaseId: "lease-x" })).status).toBe(409);
    await site.heard();
    expect((await send(site.pilot, "release", { leaseId })).status).toBe(204);
    expect(await site.link.next()).toMatchObject({ op: "revoke", leaseId });
    expect((await send(site.pilot, "release", { leaseId })).status).toBe(409);
  });

  test("[AU5] the steward takes it back: gateway, audit and lease agree", async () => {
    const { id: leaseId } = (await take()).json;
    await site.heard();
    expect((await send(site.pilot, "revoke", { reason: "mine" })).status).toBe(403);
    expect((await send(site.steward, "revoke", { reason: "people in the hall" })).status).toBe(204);
    expect(await site.link.next()).toEqual({ op: "revoke", leaseId, reason: "people in the hall" });
    const [line] = await auditLines("lease.revoke");
    expect(line).toMatchObject({
      actor: { name: "Demo steward" },
      detail: { leaseId, reason: "people in the hall" },
    });
    expect((await site.rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "revoked" });
    expect((await send(site.pilot, "renew", { leaseId })).json.code).toBe("lease-ended");
  });

  test("[AU5] the drone is stopped where the revocation cannot be written down", async () => {
    const { id: leaseId } = (await take()).json;
    await site.heard();
    await failOnAudit();
    expect((await send(site.steward, "revoke", { reason: "no paper" })).status).toBe(500);
    expect(await site.link.next()).toEqual({ op: "revoke", leaseId, reason: "no paper" });
    await mendAudit();
    expect((await send(site.pilot, "renew", { leaseId })).json.code).toBe("lease-ended");
    expect((await site.rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "revoked" });
    expect((await take()).status).toBe(201);
  });

  test("the gateway ends a lease that it does not obey", async () => {
    const { id: leaseId } = (await take()).json;
    site.link.send({ op: "lease-state", leaseId: "lease-x", state: "ended", cause: "other" });
    site.link.send({ op: "lease-state", leaseId, state: "held", cause: null });
    await site.heard();
    expect((await site.drone()).leaseId).toBe(leaseId);
    site.link.send({ op: "lease-state", leaseId, state: "refused", cause: "older-epoch" });
    await vi.waitFor(async () => expect((await site.drone()).leaseId).toBeNull());
    await vi.waitFor(async () =>
      expect((await site.rows()).at(-1)?.end_cause).toBe("gateway: older-epoch"),
    );
  });

  test("a gateway that was away hears what happened meanwhile", async () => {
    const { id: leaseId } = (await take()).json;
    site.link.webSocket.terminate();
    await vi.waitFor(async () => expect((await site.drone()).gateway).toBe("offline"));
    const refused = await take(other, "B");
    expect([refused.status, refused.json.code]).toEqual([503, "gateway-offline"]);
    await send(site.steward, "revoke", { reason: "while it was away" });
    site.link = await site.gateway.connect();
    const told = { op: "revoke", leaseId, reason: "while it was away" };
    expect(await site.heard()).toContainEqual(told);
    await take();
    const before = await nextLease();
    site.link.webSocket.terminate();
    site.link = await site.gateway.connect();
    expect((await nextLease()).leaseId).toBe(before.leaseId);
  });
});

describe("an offer", () => {
  const offer = (leaseId: string, client = site.pilot) =>
    send(client, "offer", { leaseId, sdp: "o" });

  test("is passed on and answered, refused with its cause, or given up", async () => {
    const { id: leaseId } = (await take()).json;
    await site.heard();
    for (const [sdp, cause, status] of [
      ["answer", null, 200],
      [null, "camera is busy", 503],
    ] as const) {
      const asked = offer(leaseId);
      const { op, offerId, sdp: passed } = await site.link.next();
      expect([op, passed]).toEqual(["offer", "o"]);
      site.link.send({ op: "answer", offerId: offerId + 99, sdp: "other", cause: null });
      site.link.send({ op: "answer", offerId, sdp, cause });
      const answer = await asked;
      expect(answer.status).toBe(status);
      if (cause) expect(answer.json.detail).toBe(cause);
      else expect(answer.json.sdp).toBe(sdp);
    }
    const late = offer(leaseId);
    await site.link.next();
    await site.pass(8);
    expect((await late).json).toMatchObject({ code: "gateway-offline" });
    const left = offer(leaseId);
    await site.link.next();
    site.link.webSocket.terminate();
    expect((await left).json.detail).toBe("The gateway left.");
    site.link = await site.gateway.connect();
  });

  test("of somebody else, or of a lease that is over, is refused", async () => {
    const { id: leaseId } = (await take()).json;
    expect((await offer(leaseId, other)).json.code).toBe("lease-ended");
    expect((await offer("lease-x")).json.code).toBe("lease-ended");
  });
});

describe("a restart of the hub", () => {
  test("[AU2] keeps a lease that can be renewed, and lets it expire when it is not", async () => {
    const { id: leaseId } = (await take()).json;
    const { renewal } = await nextLease();
    await site.restart();
    expect((await nextLease()).leaseId).toBe(leaseId);
    expect((await site.drone()).pilot.name).toBe("Demo pilot");
    site.clock.advance(1_000);
    expect((await send(site.pilot, "renew", { leaseId })).status).toBe(200);
    expect((await nextLease()).renewal).toBeGreaterThan(renewal);
    await site.pass(16);
    expect((await site.drone()).pilot).toBeNull();
  }, 60_000);

  test("[DC3] takes back at once what is not permitted any more, and says so", async () => {
    const { id: leaseId } = (await take()).json;
    // As after a crash between the suspension's commit and the lease's end.
    await sql`update lease set pilot_id = 'demo-manager',
      body = jsonb_set(body, '{pilotId}', '"demo-manager"') where ended_at is null`.execute(
      site.hub.open.context.db,
    );
    await site.restart();
    expect(await site.link.next()).toEqual({ op: "revoke", leaseId, reason: "no-grant" });
    expect((await site.rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "permit-lost" });
  }, 60_000);
});

const failOnAudit = async (): Promise<void> => {
  const { db } = site.hub.open.context;
  await sql`create or replace function refuse() returns trigger language plpgsql as
    'begin raise exception ''injected''; end'`.execute(db);
  await sql`create trigger refuse before insert on audit execute function refuse()`.execute(db);
};
const mendAudit = async (): Promise<void> => {
  await sql`drop trigger refuse on audit`.execute(site.hub.open.context.db);
};
