import { AskView } from "@pista/contracts";
import { trialId } from "@pista/kernel";
import { sql } from "kysely";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { HttpClient } from "../testing/http-client.ts";
import { browser, LeaseSite } from "../testing/lease-site.ts";

/** Its pilot is the giver. */
let site: LeaseSite;
let receiver: HttpClient;
let third: HttpClient;

beforeAll(async () => {
  site = await LeaseSite.open();
  receiver = await site.hub.personOf("pilot");
  third = await site.hub.personOf("manager");
  await site.grantTo(receiver);
  await site.grantTo(third);
}, 60_000);
afterAll(() => site.close());
/** Every test begins with a drone that nobody holds or asks for. */
beforeEach(async () => {
  await send(site.steward, "revoke", { reason: "a test begins" });
  await site.pass(1);
  await vi.waitFor(async () => expect((await site.drone()).asking).toBeNull());
});

const send = (client: HttpClient, verb: string, body: object) => site.send(client, verb, body);
const lease = "/v1/drones/demo-drone/lease";
const take = async (): Promise<string> => (await send(site.pilot, "take", browser("A"))).json.id;
const ask = (client = receiver, letter = "B") => send(client, "asks", browser(letter));
const answer = (askId: string, isAgreed: boolean, client = site.pilot) =>
  send(client, `asks/${askId}/answer`, { isAgreed });
const force = (askId: string, client = site.steward) =>
  send(client, `asks/${askId}/force`, { reason: "the wind rises" });
const withdraw = (askId: string, client = receiver) =>
  client.send("DELETE", `${lease}/asks/${askId}`, { headers: { origin: site.hub.url } });
const askView = Compile(AskView);
async function askOf(askId: string, client = receiver) {
  const { json } = await client.send("GET", `${lease}/asks/${askId}`);
  expect(askView.Check(json)).toBe(true);
  return json;
}
const renew = (client: HttpClient, leaseId: string) => send(client, "renew", { leaseId });
const told = (leaseId: string, state: string, cause: string | null = null): void =>
  site.link.send({ op: "lease-state", leaseId, state, cause });

const idOf = ({ token }: { token: string }): string => site.read(token).leaseId;

const rowOf = async (leaseId: string) => (await site.rows()).find(({ id }) => id === leaseId);
const lastLine = async () =>
  (await site.hub.operator.send("GET", "/v1/audit?limit=1")).json.items[0];

/** A handover that is agreed and that its receiver has yet to complete. */
async function underWay(): Promise<{ given: string; taken: string; askId: string }> {
  const given = await take();
  const { id: askId } = (await ask()).json;
  await site.heard();
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
    expect((await site.drone()).asking).toMatchObject({ askId, name: "The pilot" });
    expect(await lastLine()).toMatchObject({ action: "lease.ask", actor: { name: "The pilot" } });
    expect((await answer(askId, false, third)).status).toBe(404);
    expect((await answer(askId, true, receiver)).status).toBe(404);
    expect((await third.send("GET", `${lease}/asks/${askId}`)).status).toBe(404);
    expect((await answer(askId, false)).status).toBe(204);
    expect(await lastLine()).toMatchObject({ action: "lease.refuse", detail: { askId } });
    expect(await askOf(askId)).toMatchObject({ state: "refused", lease: null });
    expect((await site.drone()).asking).toBeNull();
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
      await site.pass(3);
      expect((await renew(site.pilot, given)).status).toBe(200);
    }
    await site.pass(1);
    expect(await askOf(first)).toMatchObject({ state: "over" });
    expect((await site.drone()).asking).toBeNull();
    const { id: next } = (await ask(third, "C")).json;
    await send(site.pilot, "release", { leaseId: given });
    await site.pass(1);
    expect(await askOf(next, third)).toMatchObject({ state: "over" });
    expect((await answer(next, true)).status).toBe(404);
    await site.pass(61);
    expect((await third.send("GET", `${lease}/asks/${next}`)).status).toBe(404);
  });

  test("is taken back by whoever asked, at once, and makes room for the next", async () => {
    await take();
    const { id: askId } = (await ask()).json;
    expect((await withdraw(askId, site.pilot)).status).toBe(404);
    expect((await site.drone()).asking).toMatchObject({ askId });
    expect((await withdraw(askId)).status).toBe(204);
    expect((await site.drone()).asking).toBeNull();
    expect(await lastLine()).toMatchObject({ action: "lease.withdraw", detail: { askId } });
    expect(await askOf(askId)).toMatchObject({ state: "over", lease: null });
    expect((await answer(askId, true)).json.code).toBe("lease-ended");
    expect((await withdraw(askId)).status).toBe(204);
    expect((await ask(third, "C")).status).toBe(201);
  });

  test("[DC3] of somebody who may not fly any more is not granted", async () => {
    await take();
    const { id: askId } = (await ask()).json;
    const { permits } = site.hub.open.context;
    const trial = permits.trial(trialId("demo-trial"));
    if (!trial) throw new Error("The demonstration has no trial.");
    permits.put({ ...trial, grants: trial.grants.slice(0, 1) });
    await site.heard();
    const refused = await answer(askId, true);
    permits.put(trial);
    expect([refused.status, refused.json.code]).toEqual([403, "not-permitted"]);
    expect(await site.heard()).toEqual([]);
    expect(await askOf(askId)).toMatchObject({ state: "over" });
  });
});

describe("a handover", () => {
  test("[AU3] [AU7] agreed, the next epoch is durable, sent, and leaves the giver's lease be", async () => {
    const given = await take();
    const { id: askId } = (await ask()).json;
    await site.heard();
    await answer(askId, true);
    const [message] = await site.heard();
    const next = site.read(message?.token ?? "");
    const row = await rowOf(next.leaseId);
    expect([Number(row?.epoch), row?.is_awaited, row?.ended_at]).toEqual([next.epoch, true, null]);
    expect(next).toMatchObject({ succeeds: given, ...browser("B") });
    expect(next.epoch).toBe(Number((await rowOf(given))?.epoch) + 1);
    const detail = { askId, leaseId: next.leaseId, receiver: "The pilot" };
    expect(await lastLine()).toMatchObject({ action: "lease.agree", detail });
    expect((await site.drone()).leaseId).toBe(given);
    expect((await answer(askId, true)).json.code).toBe("lease-ended");
    expect((await ask(third, "C")).json.code).toBe("drone-taken");
  });

  test("[AU2] [AU3] both are renewed until the gateway has seated the receiver", async () => {
    const { given, taken } = await underWay();
    told(taken, "awaited");
    await site.pass(3);
    expect((await renew(site.pilot, given)).status).toBe(200);
    expect((await renew(receiver, taken)).status).toBe(200);
    const epochs = (await site.heard()).map(({ token }) => site.read(token).succeeds);
    expect(epochs).toEqual([undefined, given]);
    const offered = send(receiver, "offer", { leaseId: taken, sdp: "o" });
    const { offerId } = await site.link.next();
    site.link.send({ op: "answer", offerId, sdp: "a", cause: null });
    expect((await offered).status).toBe(200);
    told(given, "ended", "handed-over");
    told(taken, "held");
    await site.heard();
    expect(await site.drone()).toMatchObject({ leaseId: taken, pilot: { name: "The pilot" } });
    expect((await renew(site.pilot, given)).json.code).toBe("handed-over");
    expect((await renew(receiver, taken)).status).toBe(200);
    await vi.waitFor(async () => {
      expect(await rowOf(given)).toMatchObject({ end_cause: "handed-over" });
      expect(await rowOf(taken)).toMatchObject({ is_awaited: false, ended_at: null });
    });
    await site.pass(12);
    expect((await renew(receiver, taken)).status).toBe(200);
    await site.pass(12);
    expect((await site.drone()).leaseId).toBe(taken);
  });

  test("[AU3] a receiver who is not ready in 20 s ends alone, and so does one refused", async () => {
    const { given, taken } = await underWay();
    for (let round = 0; round < 6; round++) {
      await site.pass(3);
      for (const [client, id] of [
        [site.pilot, given],
        [receiver, taken],
      ] as const) {
        expect((await renew(client, id)).status).toBe(200);
      }
    }
    await site.heard();
    site.clock.advance(2_500);
    const [message] = await site.heard();
    expect(message).toMatchObject({ op: "revoke", leaseId: taken });
    await vi.waitFor(async () =>
      expect(await rowOf(taken)).toMatchObject({ end_cause: "handover-expired" }),
    );
    expect((await renew(site.pilot, given)).status).toBe(200);
    const { id: askId } = (await ask()).json;
    await answer(askId, true);
    const second = (await askOf(askId)).lease.id;
    told(second, "refused", "epoch-spent");
    await site.heard();
    expect(await askOf(askId)).toMatchObject({ state: "over", lease: null });
    expect((await renew(site.pilot, given)).status).toBe(200);
    expect((await site.drone()).leaseId).toBe(given);
  });

  test("[AU2] an older copy that the gateway refuses is not the lease's end", async () => {
    const given = await take();
    told(given, "refused", "older-renewal");
    await site.heard();
    expect((await renew(site.pilot, given)).status).toBe(200);
  });

  test("[AU3] a giver who lets go leaves the drone to the receiver, and to nobody else", async () => {
    const { given, taken } = await underWay();
    await send(site.pilot, "release", { leaseId: given });
    expect((await send(third, "take", browser("C"))).json.code).toBe("drone-taken");
    told(given, "ended", "authority-withdrawn");
    told(taken, "held");
    await site.heard();
    expect((await site.drone()).leaseId).toBe(taken);
  });

  test("taken back by its receiver leaves the drone to its pilot", async () => {
    const { given, taken, askId } = await underWay();
    await site.heard();
    expect((await withdraw(askId)).status).toBe(204);
    expect(await site.heard()).toEqual([expect.objectContaining({ op: "revoke", leaseId: taken })]);
    expect(await askOf(askId)).toMatchObject({ state: "over", lease: null });
    expect((await renew(site.pilot, given)).status).toBe(200);
    expect((await site.drone()).leaseId).toBe(given);
  });

  test("taken back while it is agreed to leaves no lease on its way", async () => {
    for (let round = 0; round < 6; round++) {
      const given = await take();
      const { id: askId } = (await ask()).json;
      const both = [() => answer(askId, true), () => withdraw(askId)];
      if (round % 2 === 1) both.reverse();
      await Promise.all(both.map((request) => request()));
      await site.heard();
      const open = (await site.rows()).filter(({ ended_at }) => ended_at === null);
      expect(open.map(({ id }) => id)).toEqual([given]);
      await send(site.pilot, "release", { leaseId: given });
      await site.pass(1);
    }
  });

  test("[AU5] what the steward takes back is taken from both", async () => {
    const { given, taken } = await underWay();
    await site.heard();
    await send(site.steward, "revoke", { reason: "people in the hall" });
    expect((await site.heard()).map(({ op, leaseId }) => [op, leaseId])).toEqual([
      ["revoke", given],
      ["revoke", taken],
    ]);
    expect((await renew(receiver, taken)).json.code).toBe("lease-ended");
    expect(await rowOf(taken)).toMatchObject({ end_cause: "revoked" });
  });

  test("[AU5] a gateway that was away hears that both are over", async () => {
    const { given, taken } = await underWay();
    site.link.webSocket.terminate();
    await vi.waitFor(async () => expect((await site.drone()).gateway).toBe("offline"));
    await send(site.steward, "revoke", { reason: "while it was away" });
    site.link = await site.gateway.connect();
    const revoked = (await site.heard()).map(({ op, leaseId }) => [op, leaseId]);
    expect(revoked).toEqual([
      ["revoke", given],
      ["revoke", taken],
    ]);
  });

  test("[AU5] a revocation that meets an agreement on its way leaves nobody in command", async () => {
    for (let round = 0; round < 6; round++) {
      await take();
      const { id: askId } = (await ask()).json;
      const revoke = () => send(site.steward, "revoke", { reason: "at once" });
      const agree = () => answer(askId, true);
      const both = round % 2 === 0 ? [agree, revoke] : [revoke, agree];
      await Promise.all(both.map((request) => request()));
      const messages = await site.heard();
      const inForce = new Set(messages.filter(({ op }) => op === "lease").map(idOf));
      for (const { op, leaseId } of messages) if (op === "revoke") inForce.delete(leaseId);
      expect([...inForce]).toEqual([]);
      expect((await site.drone()).leaseId).toBeNull();
      expect((await site.rows()).filter(({ ended_at }) => ended_at === null)).toEqual([]);
      await site.pass(1);
    }
  });

  test("the steward hands over without consent, with a reason and a line", async () => {
    const given = await take();
    const { id: askId } = (await ask()).json;
    expect((await force(askId, site.pilot)).status).toBe(403);
    expect((await force("ask-x")).status).toBe(404);
    expect((await force(askId)).status).toBe(204);
    expect(await lastLine()).toMatchObject({
      action: "lease.force",
      actor: { name: "Demo steward" },
      detail: { reason: "the wind rises", askId },
    });
    expect((await askOf(askId)).state).toBe("granted");
    expect((await renew(site.pilot, given)).status).toBe(200);
  });

  test("[AU7] that cannot be written down is none, and may be agreed to again", async () => {
    const given = await take();
    const { id: askId } = (await ask()).json;
    await site.heard();
    const { db } = site.hub.open.context;
    await sql`alter table audit add constraint none check (action <> 'lease.agree') not valid`.execute(
      db,
    );
    expect((await answer(askId, true)).status).toBe(500);
    await sql`alter table audit drop constraint none`.execute(db);
    expect(await site.heard()).toEqual([]);
    expect((await renew(site.pilot, given)).status).toBe(200);
    expect((await answer(askId, true)).status).toBe(204);
  });

  test("[AU2] [AU3] a restart of the hub ends it, and whoever flew goes on", async () => {
    const { given, taken } = await underWay();
    // The receiver's grant is in memory alone: on paper the lease is of somebody with a grant.
    await sql`update lease set body = jsonb_set(body, '{pilotId}', '"demo-pilot"')
      where is_awaited`.execute(site.hub.open.context.db);
    await site.restart();
    expect(await rowOf(taken)).toMatchObject({ end_cause: "handover-expired" });
    const messages = await site.heard();
    expect(messages.map(({ op }) => op)).toEqual(["lease", "revoke"]);
    expect(site.read(messages[0]?.token ?? "").leaseId).toBe(given);
    expect(messages[1]?.leaseId).toBe(taken);
    expect((await renew(site.pilot, given)).status).toBe(200);
    expect((await site.drone()).leaseId).toBe(given);
  }, 60_000);
});
