import { rmSync } from "node:fs";
import { type Lease, verifyLease } from "@pista/flight";
import { personId, trialId } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { demonstrationHall, type Trial } from "@pista/programme";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { HttpAnswer, HttpClient } from "../testing/http-client.ts";
import type { JsonSocket } from "../testing/json-socket.ts";
import { enrolTestGateway, type TestGateway } from "../testing/test-gateway.ts";
import { makeDirectory, openTestHub, type TestHub } from "../testing/test-hub.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
const directory = makeDirectory();
let hub: TestHub;
let gateway: TestGateway;
let link: JsonSocket;
let pilot: HttpClient;
let other: HttpClient;
let steward: HttpClient;

beforeAll(async () => {
  hub = await openTestHub({ clock, directory });
  gateway = await enrolTestGateway(hub);
  link = await gateway.connect();
  pilot = await hub.signedIn("pilot");
  other = await hub.personOf("pilot");
  steward = await hub.signedIn("steward");
  const { person } = (await other.send("GET", "/v1/me")).json;
  putTrial(({ grants: [grant], ...trial }) => ({
    ...trial,
    grants: grant ? [grant, { ...grant, personId: personId(person.id) }] : [],
  }));
}, 60_000);
afterAll(async () => {
  await close();
  rmSync(directory, { recursive: true, force: true });
});
/** Every test begins with a drone that nobody holds and a gateway that has heard of it. */
beforeEach(async () => {
  await send(steward, "revoke", { reason: "a test begins" });
  await synchronise();
});

async function close(): Promise<void> {
  const closed = hub.close();
  clock.advance(1_000);
  await closed;
}

/** As another version of the trial would be, without the paper. */
function putTrial(change: (trial: Trial) => Trial): void {
  const { permits } = hub.open.context;
  const trial = permits.trial(trialId("demo-trial"));
  if (trial) permits.put(change(trial));
}

const browser = (letter: string) => ({
  dtlsFingerprint: Array(32).fill("AB").join(":"),
  keyThumbprint: letter.repeat(43),
});
const send = (client: HttpClient, verb: string, body: object): Promise<HttpAnswer> => {
  const path = `/v1/drones/demo-drone/lease${verb === "take" ? "" : `/${verb}`}`;
  return client.send("POST", path, { body, headers: { origin: hub.url } });
};
const take = (client = pilot, letter = "A") => send(client, "take", browser(letter));

/** Skips what the gateway was told before, up to the answer of a ping sent now. */
async function synchronise(): Promise<object[]> {
  const skipped: object[] = [];
  link.send({ op: "ping", sentAtMs: 1 });
  for (let message = await link.next(); message.op !== "pong"; message = await link.next()) {
    skipped.push(message);
  }
  return skipped;
}

/** Time with a gateway that speaks each second. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1_000);
    await synchronise();
  }
}

async function nextLease(): Promise<Lease> {
  const message = await link.next();
  expect(message.op).toBe("lease");
  const lease = verifyLease(message.token, gateway.leasePublicKey);
  if (!lease.ok) throw new Error(lease.fault.kind);
  return lease.value;
}

const rows = () => hub.open.context.db.selectFrom("lease").selectAll().orderBy("epoch").execute();
const drone = async () => (await hub.operator.send("GET", "/v1/drones")).json.items[0];
const auditLines = async (action: string): Promise<{ detail: object; actor: { name: string } }[]> =>
  (await hub.operator.send("GET", "/v1/audit?limit=200")).json.items.filter(
    (line: { action: string }) => line.action === action,
  );

describe("a lease", () => {
  test("[AU1] [AU2] [AU6] names all that the gateway must check, signed by the pinned key", async () => {
    const answer = await take();
    expect(answer.status).toBe(201);
    expect(await nextLease()).toMatchObject({
      leaseId: answer.json.id,
      assetId: "demo-drone",
      gatewayId: gateway.gatewayId,
      trialId: "demo-trial",
      pilotId: "demo-pilot",
      issuedAtMs: clock.nowMs(),
      expiresAtMs: clock.nowMs() + 15_000,
      site: { siteId: "demo-site", version: 1, gates: demonstrationHall.gates },
      limits: { speedMpsMax: 2, fence: { westM: 0.5, eastM: 59.5, topM: 9 } },
      view: "telemetry",
      ...browser("A"),
    });
    expect(answer.json.site.indoor.gates).toEqual(demonstrationHall.gates);
    expect(await drone()).toMatchObject({ leaseId: answer.json.id, pilot: { name: "Demo pilot" } });
  });

  test("[AU7] the epoch rises, and is durable when the token arrives", async () => {
    const epochs: number[] = [];
    for (let round = 0; round < 3; round++) {
      await take();
      const { epoch, leaseId } = await nextLease();
      const row = (await rows()).at(-1);
      expect([row?.id, Number(row?.epoch), row?.ended_at]).toEqual([leaseId, epoch, null]);
      await send(pilot, "release", { leaseId });
      await synchronise();
      epochs.push(epoch);
    }
    expect(epochs).toEqual([epochs[0], Number(epochs[0]) + 1, Number(epochs[0]) + 2]);
  });

  test("[AU7] without the paper there is no lease", async () => {
    await failOnAudit();
    expect((await take()).status).toBe(500);
    await mendAudit();
    expect(await synchronise()).toEqual([]);
    expect((await drone()).leaseId).toBeNull();
    expect((await take()).status).toBe(201);
  });

  test("[AU1] a second pilot is told who flies; the same browser gets its lease back", async () => {
    const first = await take();
    const refused = await take(other, "B");
    expect([refused.status, refused.json.code]).toEqual([409, "drone-taken"]);
    expect(refused.json.detail).toContain("Demo pilot");
    // The same person in another browser is another holder of sticks.
    expect((await take(pilot, "B")).status).toBe(409);
    clock.advance(10);
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
      await pass(3);
      const renewed = await send(pilot, "renew", { leaseId });
      expect(renewed.status).toBe(200);
      const lease = await nextLease();
      expect(lease.renewal).toBeGreaterThan(renewal);
      expect(lease.expiresAtMs).toBe(clock.nowMs() + 15_000);
      renewal = lease.renewal;
    }
    expect((await send(other, "renew", { leaseId })).json.code).toBe("lease-ended");
    await pass(14);
    clock.advance(1_000);
    expect((await send(pilot, "renew", { leaseId })).json.code).toBe("lease-ended");
    await pass(1);
    await vi.waitFor(async () =>
      expect((await rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "expired" }),
    );
    expect((await drone()).pilot).toBeNull();
  });

  test("[AU2] it never outlives the window", async () => {
    // Twelve noon in UTC is one in the afternoon in Rome; the window ends with the minute.
    const intoMinuteMs = clock.nowMs() % 60_000;
    await pass(Math.ceil((110_000 - intoMinuteMs) / 1_000));
    const endsAtMs = Math.ceil(clock.nowMs() / 60_000) * 60_000;
    const toMinute = Math.floor(endsAtMs / 60_000) - Math.floor(endsAtMs / 86_400_000) * 1_440 + 60;
    putTrial((trial) => ({ ...trial, window: { ...trial.window, toMinute } }));
    await take();
    const lease = await nextLease();
    expect([lease.expiresAtMs, endsAtMs - clock.nowMs() < 15_000]).toEqual([endsAtMs, true]);
    await pass(Math.ceil((endsAtMs - clock.nowMs()) / 1_000));
    const refused = await send(pilot, "renew", { leaseId: lease.leaseId });
    expect([refused.status, refused.json.reasons[0].kind]).toEqual([403, "window-closed"]);
    putTrial((trial) => ({ ...trial, window: { ...trial.window, toMinute: 1_440 } }));
  });

  test("a pilot gives back his own and no other's", async () => {
    const { id: leaseId } = (await take()).json;
    expect((await send(other, "release", { leaseId })).status).toBe(409);
    expect((await send(pilot, "release", { leaseId: "lease-x" })).status).toBe(409);
    await synchronise();
    expect((await send(pilot, "release", { leaseId })).status).toBe(204);
    expect(await link.next()).toMatchObject({ op: "revoke", leaseId });
    expect((await send(pilot, "release", { leaseId })).status).toBe(409);
  });

  test("[AU5] the steward takes it back: gateway, audit and lease agree", async () => {
    const { id: leaseId } = (await take()).json;
    await synchronise();
    expect((await send(pilot, "revoke", { reason: "mine" })).status).toBe(403);
    expect((await send(steward, "revoke", { reason: "people in the hall" })).status).toBe(204);
    expect(await link.next()).toEqual({ op: "revoke", leaseId, reason: "people in the hall" });
    const [line] = await auditLines("lease.revoke");
    expect(line).toMatchObject({
      actor: { name: "Demo steward" },
      detail: { leaseId, reason: "people in the hall" },
    });
    expect((await rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "revoked" });
    expect((await send(pilot, "renew", { leaseId })).json.code).toBe("lease-ended");
  });

  test("[AU5] the drone is stopped where the revocation cannot be written down", async () => {
    const { id: leaseId } = (await take()).json;
    await synchronise();
    await failOnAudit();
    expect((await send(steward, "revoke", { reason: "no paper" })).status).toBe(500);
    expect(await link.next()).toEqual({ op: "revoke", leaseId, reason: "no paper" });
    await mendAudit();
    expect((await send(pilot, "renew", { leaseId })).json.code).toBe("lease-ended");
    expect((await rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "revoked" });
    expect((await take()).status).toBe(201);
  });

  test("the gateway ends a lease that it does not obey", async () => {
    const { id: leaseId } = (await take()).json;
    link.send({ op: "lease-state", leaseId: "lease-x", state: "ended", cause: "other" });
    link.send({ op: "lease-state", leaseId, state: "held", cause: null });
    await synchronise();
    expect((await drone()).leaseId).toBe(leaseId);
    link.send({ op: "lease-state", leaseId, state: "refused", cause: "older-epoch" });
    await vi.waitFor(async () => expect((await drone()).leaseId).toBeNull());
    await vi.waitFor(async () =>
      expect((await rows()).at(-1)?.end_cause).toBe("gateway: older-epoch"),
    );
  });

  test("a gateway that was away hears what happened meanwhile", async () => {
    const { id: leaseId } = (await take()).json;
    link.webSocket.terminate();
    await vi.waitFor(async () => expect((await drone()).gateway).toBe("offline"));
    const refused = await take(other, "B");
    expect([refused.status, refused.json.code]).toEqual([503, "gateway-offline"]);
    await send(steward, "revoke", { reason: "while it was away" });
    link = await gateway.connect();
    const told = { op: "revoke", leaseId, reason: "while it was away" };
    expect(await synchronise()).toContainEqual(told);
    await take();
    const before = await nextLease();
    link.webSocket.terminate();
    link = await gateway.connect();
    expect((await nextLease()).leaseId).toBe(before.leaseId);
  });
});

describe("an offer", () => {
  const offer = (leaseId: string, client = pilot) => send(client, "offer", { leaseId, sdp: "o" });

  test("is passed on and answered, refused with its cause, or given up", async () => {
    const { id: leaseId } = (await take()).json;
    await synchronise();
    for (const [sdp, cause, status] of [
      ["answer", null, 200],
      [null, "camera is busy", 503],
    ] as const) {
      const asked = offer(leaseId);
      const { op, offerId, sdp: passed } = await link.next();
      expect([op, passed]).toEqual(["offer", "o"]);
      link.send({ op: "answer", offerId: offerId + 99, sdp: "other", cause: null });
      link.send({ op: "answer", offerId, sdp, cause });
      const answer = await asked;
      expect(answer.status).toBe(status);
      if (cause) expect(answer.json.detail).toBe(cause);
      else expect(answer.json.sdp).toBe(sdp);
    }
    const late = offer(leaseId);
    await link.next();
    await pass(8);
    expect((await late).json).toMatchObject({ code: "gateway-offline" });
    const left = offer(leaseId);
    await link.next();
    link.webSocket.terminate();
    expect((await left).json.detail).toBe("The gateway left.");
    link = await gateway.connect();
  });

  test("of somebody else, or of a lease that is over, is refused", async () => {
    const { id: leaseId } = (await take()).json;
    expect((await offer(leaseId, other)).json.code).toBe("lease-ended");
    expect((await offer("lease-x")).json.code).toBe("lease-ended");
  });
});

describe("a restart of the hub", () => {
  const restart = async (): Promise<void> => {
    await close();
    hub = await openTestHub({ clock, directory });
    pilot = await hub.signedIn("pilot");
    steward = await hub.signedIn("steward");
  };

  test("[AU2] keeps a lease that can be renewed, and lets it expire when it is not", async () => {
    const { id: leaseId } = (await take()).json;
    const { renewal } = await nextLease();
    await restart();
    link = await gateway.connect(hub);
    expect((await nextLease()).leaseId).toBe(leaseId);
    expect((await drone()).pilot.name).toBe("Demo pilot");
    clock.advance(1_000);
    expect((await send(pilot, "renew", { leaseId })).status).toBe(200);
    expect((await nextLease()).renewal).toBeGreaterThan(renewal);
    await pass(16);
    expect((await drone()).pilot).toBeNull();
  }, 60_000);

  test("[DC3] takes back at once what is not permitted any more, and says so", async () => {
    const { id: leaseId } = (await take()).json;
    // As after a crash between the suspension's commit and the lease's end.
    await sql`update lease set pilot_id = 'demo-manager',
      body = jsonb_set(body, '{pilotId}', '"demo-manager"') where ended_at is null`.execute(
      hub.open.context.db,
    );
    await restart();
    link = await gateway.connect(hub);
    expect(await link.next()).toEqual({ op: "revoke", leaseId, reason: "no-grant" });
    expect((await rows()).at(-1)).toMatchObject({ id: leaseId, end_cause: "permit-lost" });
  }, 60_000);
});

const failOnAudit = async (): Promise<void> => {
  const { db } = hub.open.context;
  await sql`create or replace function refuse() returns trigger language plpgsql as
    'begin raise exception ''injected''; end'`.execute(db);
  await sql`create trigger refuse before insert on audit execute function refuse()`.execute(db);
};
const mendAudit = async (): Promise<void> => {
  await sql`drop trigger refuse on audit`.execute(hub.open.context.db);
};
