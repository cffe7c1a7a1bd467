// Long because: one gateway, one drone and four people are shared by all that may become of an ask.
import { rmSync } from "node:fs";
import { AskView } from "@pista/contracts";
import { type Lease, verifyLease } from "@pista/flight";
import { personId, trialId } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { sql } from "kysely";
import { Compile } from "typebox/compile";
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
let giver: HttpClient;
let receiver: HttpClient;
let third: HttpClient;
let steward: HttpClient;

beforeAll(async () => {
  hub = await openTestHub({ clock, directory });
  gateway = await enrolTestGateway(hub);
  link = await gateway.connect();
  giver = await hub.signedIn("pilot");
  steward = await hub.signedIn("steward");
  receiver = await hub.personOf("pilot");
  third = await hub.personOf("manager");
  await grantTo(receiver);
  await grantTo(third);
}, 60_000);
afterAll(async () => {
  await close();
  rmSync(directory, { recursive: true, force: true });
});
/** Every test begins with a drone that nobody holds or asks for. */
beforeEach(async () => {
  await send(steward, "revoke", { reason: "a test begins" });
  await pass(1);
  await vi.waitFor(async () => expect((await drone()).asking).toBeNull());
});

async function close(): Promise<void> {
  const closed = hub.close();
  clock.advance(1_000);
  await closed;
}

/** As another version of the trial would, without the paper. */
async function grantTo(client: HttpClient): Promise<void> {
  const { permits } = hub.open.context;
  const { person } = (await client.send("GET", "/v1/me")).json;
  const trial = permits.trial(trialId("demo-trial"));
  const [grant] = trial?.grants ?? [];
  if (!trial || !grant) throw new Error("The demonstration has no trial with a grant.");
  permits.put({
    ...trial,
    grants: [...trial.grants, { ...grant, personId: personId(person.id) }],
  });
}

const browser = (letter: string) => ({
  dtlsFingerprint: Array(32).fill("AB").join(":"),
  keyThumbprint: letter.repeat(43),
});
const lease = "/v1/drones/demo-drone/lease";
const post = (client: HttpClient, path: string, body: object): Promise<HttpAnswer> =>
  client.send("POST", path, { body, headers: { origin: hub.url } });
const send = (client: HttpClient, verb: string, body: object) =>
  post(client, `${lease}/${verb}`, body);
const take = async (): Promise<string> => (await post(giver, lease, browser("A"))).json.id;
const ask = (client = receiver, letter = "B") => send(client, "asks", browser(letter));
const answer = (askId: string, isAgreed: boolean, client = giver) =>
  send(client, `asks/${askId}/answer`, { isAgreed });
const force = (askId: string, client = steward) =>
  send(client, `asks/${askId}/force`, { reason: "the wind rises" });
const withdraw = (askId: string, client = receiver) =>
  client.send("DELETE", `${lease}/asks/${askId}`, { headers: { origin: hub.url } });
const askView = Compile(AskView);
async function askOf(askId: string, client = receiver) {
  const { json } = await client.send("GET", `${lease}/asks/${askId}`);
  expect(askView.Check(json)).toBe(true);
  return json;
}
const renew = (client: HttpClient, leaseId: string) => send(client, "renew", { leaseId });
const told = (leaseId: string, state: string, cause: string | null = null): void =>
  link.send({ op: "lease-state", leaseId, state, cause });

/** Everything that the gateway was told up to the answer of a ping sent now. */
async function heard(): Promise<{ op: string; token: string; leaseId: string; reason: string }[]> {
  const messages = [];
  link.send({ op: "ping", sentAtMs: 1 });
  for (let message = await link.next(); message.op !== "pong"; message = await link.next()) {
    messages.push(message);
  }
  return messages;
}

/** Time with a gateway that speaks each second. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1_000);
    await heard();
  }
}

function read(token: string): Lease {
  const verified = verifyLease(token, gateway.leasePublicKey);
  if (!verified.ok) throw new Error(verified.fault.kind);
  return verified.value;
}

const idOf = ({ token }: { token: string }): string => read(token).leaseId;

const rows = () => hub.open.context.db.selectFrom("lease").selectAll().orderBy("epoch").execute();
const rowOf = async (leaseId: string) => (await rows()).find(({ id }) => id === leaseId);
const drone = async () => (await hub.operator.send("GET", "/v1/drones")).json.items[0];
const lastLine = async () => (await hub.operator.send("GET", "/v1/audit?limit=1")).json.items[0];

/** A handover that is agreed and that its receiver has yet to complete. */
async function underWay(): Promise<{ given: string; taken: string; askId: string }> {
  const given = await take();
  const { id: askId } = (await ask()).json;
  await heard();
  expect((await answer(askId, true)).status).toBe(204);
  const taken = (await askOf(askId)).lease.id;
  return { given, taken, askId };
}

describe("an ask", () => {
  test("[AU3] is shown to whoever flies, and refused by them alone", async () => {
    await take();
    const asked = await ask();
    expect([asked.status, asked.json.state, asked.json.lease]).toEqual([201, "waiting", null]);
    const askId = asked.json.id;
    expect((await drone()).asking).toMatchObject({ askId, name: "The pilot" });
    expect(await lastLine()).toMatchObject({ action: "lease.ask", actor: { name: "The pilot" } });
    expect((await answer(askId, false, third)).status).toBe(404);
    expect((await answer(askId, true, receiver)).status).toBe(404);
    expect((await third.send("GET", `${lease}/asks/${askId}`)).status).toBe(404);
    expect((await answer(askId, false)).status).toBe(204);
    expect(await lastLine()).toMatchObject({ action: "lease.refuse", detail: { askId } });
    expect(await askOf(askId)).toMatchObject({ state: "refused", lease: null });
    expect((await drone()).asking).toBeNull();
    expect((await answer(askId, true)).json.code).toBe("lease-ended");
  });

  test("is one at a time, and over when nobody answers or nobody flies", async () => {
    expect((await ask()).json.code).toBe("lease-ended");
    const given = await take();
    const { id: first } = (await ask()).json;
    const second = await ask(third, "C");
    expect([second.status, second.json.code]).toEqual([409, "drone-taken"]);
    expect(second.json.detail).toContain("The pilot asks");
    for (let round = 0; round < 20; round++) {
      await pass(3);
      expect((await renew(giver, given)).status).toBe(200);
    }
    await pass(1);
    expect(await askOf(first)).toMatchObject({ state: "over" });
    expect((await drone()).asking).toBeNull();
    const { id: next } = (await ask(third, "C")).json;
    await send(giver, "release", { leaseId: given });
    await pass(1);
    expect(await askOf(next, third)).toMatchObject({ state: "over" });
    expect((await answer(next, true)).status).toBe(404);
    await pass(61);
    expect((await third.send("GET", `${lease}/asks/${next}`)).status).toBe(404);
  });

  test("is taken back by whoever asked, at once, and makes room for the next", async () => {
    await take();
    const { id: askId } = (await ask()).json;
    expect((await withdraw(askId, giver)).status).toBe(404);
    expect((await drone()).asking).toMatchObject({ askId });
    expect((await withdraw(askId)).status).toBe(204);
    expect((await drone()).asking).toBeNull();
    expect(await lastLine()).toMatchObject({ action: "lease.withdraw", detail: { askId } });
    expect(await askOf(askId)).toMatchObject({ state: "over", lease: null });
    expect((await answer(askId, true)).json.code).toBe("lease-ended");
    expect((await withdraw(askId)).status).toBe(204);
    expect((await ask(third, "C")).status).toBe(201);
  });

  test("[DC3] of somebody who may not fly any more is not granted", async () => {
    await take();
    const { id: askId } = (await ask()).json;
    const { permits } = hub.open.context;
    const trial = permits.trial(trialId("demo-trial"));
    if (!trial) throw new Error("The demonstration has no trial.");
    permits.put({ ...trial, grants: trial.grants.slice(0, 1) });
    await heard();
    const refused = await answer(askId, true);
    permits.put(trial);
    expect([refused.status, refused.json.code]).toEqual([403, "not-permitted"]);
    expect(await heard()).toEqual([]);
    expect(await askOf(askId)).toMatchObject({ state: "over" });
  });
});

describe("a handover", () => {
  test("[AU3] [AU7] agreed, the next epoch is durable, sent, and leaves the giver's lease be", async () => {
    const given = await take();
    const { id: askId } = (await ask()).json;
    await heard();
    await answer(askId, true);
    const [message] = await heard();
    const next = read(message?.token ?? "");
    const row = await rowOf(next.leaseId);
    expect([Number(row?.epoch), row?.is_awaited, row?.ended_at]).toEqual([next.epoch, true, null]);
    expect(next).toMatchObject({ succeeds: given, ...browser("B") });
    expect(next.epoch).toBe(Number((await rowOf(given))?.epoch) + 1);
    const detail = { askId, leaseId: next.leaseId, receiver: "The pilot" };
    expect(await lastLine()).toMatchObject({ action: "lease.agree", detail });
    expect((await drone()).leaseId).toBe(given);
    expect((await answer(askId, true)).json.code).toBe("lease-ended");
    expect((await ask(third, "C")).json.code).toBe("drone-taken");
  });

  test("[AU2] [AU3] both are renewed until the gateway has seated the receiver", async () => {
    const { given, taken } = await underWay();
    told(taken, "awaited");
    await pass(3);
    expect((await renew(giver, given)).status).toBe(200);
    expect((await renew(receiver, taken)).status).toBe(200);
    const epochs = (await heard()).map(({ token }) => read(token).succeeds);
    expect(epochs).toEqual([undefined, given]);
    const offered = send(receiver, "offer", { leaseId: taken, sdp: "o" });
    const { offerId } = await link.next();
    link.send({ op: "answer", offerId, sdp: "a", cause: null });
    expect((await offered).status).toBe(200);
    told(given, "ended", "handed-over");
    told(taken, "held");
    await heard();
    expect(await drone()).toMatchObject({ leaseId: taken, pilot: { name: "The pilot" } });
    expect((await renew(giver, given)).json.code).toBe("handed-over");
    expect((await renew(receiver, taken)).status).toBe(200);
    await vi.waitFor(async () => {
      expect(await rowOf(given)).toMatchObject({ end_cause: "handed-over" });
      expect(await rowOf(taken)).toMatchObject({ is_awaited: false, ended_at: null });
    });
    await pass(12);
    expect((await renew(receiver, taken)).status).toBe(200);
    await pass(12);
    expect((await drone()).leaseId).toBe(taken);
  });

  test("[AU3] a receiver who is not ready in 20 s ends alone, and so does one refused", async () => {
    const { given, taken } = await underWay();
    for (let round = 0; round < 6; round++) {
      await pass(3);
      for (const [client, id] of [
        [giver, given],
        [receiver, taken],
      ] as const) {
        expect((await renew(client, id)).status).toBe(200);
      }
    }
    await heard();
    clock.advance(2_500);
    const [message] = await heard();
    expect(message).toMatchObject({ op: "revoke", leaseId: taken });
    await vi.waitFor(async () =>
      expect(await rowOf(taken)).toMatchObject({ end_cause: "handover-expired" }),
    );
    expect((await renew(giver, given)).status).toBe(200);
    const { id: askId } = (await ask()).json;
    await answer(askId, true);
    const second = (await askOf(askId)).lease.id;
    told(second, "refused", "epoch-spent");
    await heard();
    expect(await askOf(askId)).toMatchObject({ state: "over", lease: null });
    expect((await renew(giver, given)).status).toBe(200);
    expect((await drone()).leaseId).toBe(given);
  });

  test("[AU2] an older copy that the gateway refuses is not the lease's end", async () => {
    const given = await take();
    told(given, "refused", "older-renewal");
    await heard();
    expect((await renew(giver, given)).status).toBe(200);
  });

  test("[AU3] a giver who lets go leaves the drone to the receiver, and to nobody else", async () => {
    const { given, taken } = await underWay();
    await send(giver, "release", { leaseId: given });
    expect((await post(third, lease, browser("C"))).json.code).toBe("drone-taken");
    told(given, "ended", "authority-withdrawn");
    told(taken, "held");
    await heard();
    expect((await drone()).leaseId).toBe(taken);
  });

  test("taken back by its receiver leaves the drone to its pilot", async () => {
    const { given, taken, askId } = await underWay();
    await heard();
    expect((await withdraw(askId)).status).toBe(204);
    expect(await heard()).toEqual([expect.objectContaining({ op: "revoke", leaseId: taken })]);
    expect(await askOf(askId)).toMatchObject({ state: "over", lease: null });
    expect((await renew(giver, given)).status).toBe(200);
    expect((await drone()).leaseId).toBe(given);
  });

  test("taken back while it is agreed to leaves no lease on its way", async () => {
    for (let round = 0; round < 6; round++) {
      const given = await take();
      const { id: askId } = (await ask()).json;
      const both = [() => answer(askId, true), () => withdraw(askId)];
      if (round % 2 === 1) both.reverse();
      await Promise.all(both.map((request) => request()));
      await heard();
      const open = (await rows()).filter(({ ended_at }) => ended_at === null);
      expect(open.map(({ id }) => id)).toEqual([given]);
      await send(giver, "release", { leaseId: given });
      await pass(1);
    }
  });

  test("[AU5] what the steward takes back is taken from both", async () => {
    const { given, taken } = await underWay();
    await heard();
    await send(steward, "revoke", { reason: "people in the hall" });
    expect((await heard()).map(({ op, leaseId }) => [op, leaseId])).toEqual([
      ["revoke", given],
      ["revoke", taken],
    ]);
    expect((await renew(receiver, taken)).json.code).toBe("lease-ended");
    expect(await rowOf(taken)).toMatchObject({ end_cause: "revoked" });
  });

  test("[AU5] a gateway that was away hears that both are over", async () => {
    const { given, taken } = await underWay();
    link.webSocket.terminate();
    await vi.waitFor(async () => expect((await drone()).gateway).toBe("offline"));
    await send(steward, "revoke", { reason: "while it was away" });
    link = await gateway.connect();
    const revoked = (await heard()).map(({ op, leaseId }) => [op, leaseId]);
    expect(revoked).toEqual([
      ["revoke", given],
      ["revoke", taken],
    ]);
  });

  test("[AU5] a revocation that meets an agreement on its way leaves nobody in command", async () => {
    for (let round = 0; round < 6; round++) {
      await take();
      const { id: askId } = (await ask()).json;
      const revoke = () => send(steward, "revoke", { reason: "at once" });
      const agree = () => answer(askId, true);
      const both = round % 2 === 0 ? [agree, revoke] : [revoke, agree];
      await Promise.all(both.map((request) => request()));
      const messages = await heard();
      const inForce = new Set(messages.filter(({ op }) => op === "lease").map(idOf));
      for (const { op, leaseId } of messages) if (op === "revoke") inForce.delete(leaseId);
      expect([...inForce]).toEqual([]);
      expect((await drone()).leaseId).toBeNull();
      expect((await rows()).filter(({ ended_at }) => ended_at === null)).toEqual([]);
      await pass(1);
    }
  });

  test("the steward hands over without consent, with a reason and a line", async () => {
    const given = await take();
    const { id: askId } = (await ask()).json;
    expect((await force(askId, giver)).status).toBe(403);
    expect((await force("ask-x")).status).toBe(404);
    expect((await force(askId)).status).toBe(204);
    expect(await lastLine()).toMatchObject({
      action: "lease.force",
      actor: { name: "Demo steward" },
      detail: { reason: "the wind rises", askId },
    });
    expect((await askOf(askId)).state).toBe("granted");
    expect((await renew(giver, given)).status).toBe(200);
  });

  test("[AU7] that cannot be written down is none, and may be agreed to again", async () => {
    const given = await take();
    const { id: askId } = (await ask()).json;
    await heard();
    const { db } = hub.open.context;
    await sql`alter table audit add constraint none check (action <> 'lease.agree') not valid`.execute(
      db,
    );
    expect((await answer(askId, true)).status).toBe(500);
    await sql`alter table audit drop constraint none`.execute(db);
    expect(await heard()).toEqual([]);
    expect((await renew(giver, given)).status).toBe(200);
    expect((await answer(askId, true)).status).toBe(204);
  });

  test("[AU2] [AU3] a restart of the hub ends it, and whoever flew goes on", async () => {
    const { given, taken } = await underWay();
    // The receiver's grant is in memory alone: on paper the lease is of somebody with a grant.
    await sql`update lease set body = jsonb_set(body, '{pilotId}', '"demo-pilot"')
      where is_awaited`.execute(hub.open.context.db);
    await close();
    hub = await openTestHub({ clock, directory });
    giver = await hub.signedIn("pilot");
    steward = await hub.signedIn("steward");
    expect(await rowOf(taken)).toMatchObject({ end_cause: "handover-expired" });
    link = await gateway.connect(hub);
    const messages = await heard();
    expect(messages.map(({ op }) => op)).toEqual(["lease", "revoke"]);
    expect(read(messages[0]?.token ?? "").leaseId).toBe(given);
    expect(messages[1]?.leaseId).toBe(taken);
    expect((await renew(giver, given)).status).toBe(200);
    expect((await drone()).leaseId).toBe(given);
  }, 60_000);
});
