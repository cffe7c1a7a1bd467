import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { keyRotationText } from "@pista/contracts";
import { followRotations, gatewayId, verifyLease } from "@pista/flight";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { JsonSocket } from "../testing/json-socket.ts";
import { browser, LeaseSite } from "../testing/lease-site.ts";
import { enrolTestGateway, signHex } from "../testing/test-gateway.ts";

let site: LeaseSite;
beforeAll(async () => {
  site = await LeaseSite.open();
}, 60_000);
afterAll(() => site.close());
/** Every test begins with a gateway that was just enrolled, and a drone that nobody holds. */
beforeEach(async () => {
  site.gateway = await enrolTestGateway(site.hub);
  await site.send(site.steward, "revoke", { reason: "a test begins" });
});

const auditLines = async (action: string) =>
  (await site.hub.operator.send("GET", "/v1/audit?limit=200")).json.items.filter(
    (line: { action: string }) => line.action === action,
  );
const refusals = async (cause: string): Promise<number> => {
  const { text } = await site.hub.visitor.send("GET", "/metrics");
  const found = new RegExp(`pista_gateway_refused_total\\{cause="${cause}"\\} (\\d+)`).exec(text);
  return Number(found?.[1] ?? 0);
};

describe("[AU8] [GL6] the lease key is rotated", () => {
  const rotate = () => site.hub.operator.send("POST", "/v1/lease-key/rotations", { body: {} });
  const take = async (): Promise<string> => {
    const taken = await site.send(site.pilot, "take", browser("A"));
    expect(taken.status).toBe(201);
    return taken.json.id;
  };
  const renew = (leaseId: string) => site.send(site.pilot, "renew", { leaseId });
  /** The hub's next word, but for what it says of leases of the tests before. */
  const said = async (link: JsonSocket) => {
    for (;;) {
      const message = await link.next();
      if (message.op !== "revoke") return message;
    }
  };
  /** As a gateway does: it pins where the statements lead from what it has pinned. */
  const follow = async (link: JsonSocket): Promise<number> => {
    const { op, rotations } = await said(link);
    expect(op).toBe("lease-key");
    const statements = rotations.map((one: string) => new Uint8Array(Buffer.from(one, "hex")));
    const pinned = { publicKey: site.gateway.leasePublicKey, serial: 0 };
    const followed = followRotations(pinned, statements);
    if (!followed.ok) throw new Error(followed.fault);
    site.gateway.leasePublicKey = followed.value.publicKey;
    return rotations.length;
  };
  const nextLeaseIsObeyed = async (link: JsonSocket): Promise<boolean> => {
    const { op, token } = await said(link);
    expect(op).toBe("lease");
    return verifyLease(token, site.gateway.leasePublicKey).ok;
  };

  test("in flight: statement first, then the renewal, and the lease is the same", async () => {
    const link = await site.gateway.connect();
    const leaseId = await take();
    expect(await nextLeaseIsObeyed(link)).toBe(true);
    const [rotated, renewed] = await Promise.all([rotate(), renew(leaseId)]);
    expect([rotated.status, renewed.status]).toEqual([201, 200]);
    // Whichever came first at the hub: no lease is under a key that the gateway has not heard of.
    const first = await said(link);
    if (first.op === "lease") {
      expect(verifyLease(first.token, site.gateway.leasePublicKey).ok).toBe(true);
      await follow(link);
    } else {
      const [statement] = first.rotations;
      site.gateway.leasePublicKey = Buffer.from(statement.slice(96, 160), "hex");
      expect(await nextLeaseIsObeyed(link)).toBe(true);
    }
    expect(Buffer.from(site.gateway.leasePublicKey).toString("hex")).toBe(rotated.json.publicKey);
    site.clock.advance(3_000);
    expect((await renew(leaseId)).status).toBe(200);
    expect(await nextLeaseIsObeyed(link)).toBe(true);
    const [line] = await auditLines("lease-key.rotate");
    expect(line).toMatchObject({
      actor: { kind: "operator" },
      subject: { kind: "lease-key", id: rotated.json.publicKey },
    });
    link.webSocket.terminate();
  });

  test("for a gateway that was away, several times, over a restart of the hub", async () => {
    await rotate();
    await rotate();
    await site.restart();
    expect(await follow(site.link)).toBe(2);
    await rotate();
    expect(await follow(site.link)).toBe(1);
    await take();
    expect(await nextLeaseIsObeyed(site.link)).toBe(true);
    const again = await site.gateway.connect(site.hub);
    expect((await said(again)).op).toBe("lease");
    again.webSocket.terminate();
  }, 60_000);

  test("a gateway that obeys a key which never was the hub's is refused, and counted", async () => {
    const before = await refusals("unknown-lease-key");
    site.gateway.leasePublicKey = new Uint8Array(32);
    const { socket, proof } = await site.gateway.challenge();
    socket.send({ op: "proof", signature: proof });
    expect(await socket.closed()).toBe(1008);
    expect(await refusals("unknown-lease-key")).toBe(before + 1);
  });

  test("by the operator alone, and not without the paper", async () => {
    const key = () => readFileSync(join(site.directory, "lease.key"), "utf8");
    const before = key();
    const admin = await site.hub.signedIn("admin");
    const options = { body: {}, headers: { origin: site.hub.url } };
    expect((await admin.send("POST", "/v1/lease-key/rotations", options)).status).toBe(403);
    expect((await site.hub.visitor.send("POST", "/v1/lease-key/rotations", options)).status).toBe(
      401,
    );
    const { db } = site.hub.open.context;
    await sql`alter table audit add constraint none check (action <> 'lease-key.rotate') not valid`.execute(
      db,
    );
    expect((await rotate()).status).toBe(500);
    await sql`alter table audit drop constraint none`.execute(db);
    expect(key()).toBe(before);
  });

  test("where the disk does not take it, the old key stays, and the next attempt is whole", async () => {
    // A directory in the draft's place: nobody can write a file there.
    const draft = join(site.directory, "lease.key.new");
    mkdirSync(draft);
    const link = await site.gateway.connect(site.hub);
    expect((await rotate()).status).toBe(500);
    await take();
    expect(await nextLeaseIsObeyed(link)).toBe(true);
    rmdirSync(draft);
    expect((await rotate()).status).toBe(201);
    expect(await follow(link)).toBe(1);
    link.webSocket.terminate();
  });
});

describe("[AU8] [GL7] a gateway's own key is rotated", () => {
  const hexOf = (key: KeyObject): string => {
    const { x = "" } = key.export({ format: "jwk" });
    return Buffer.from(x, "base64url").toString("hex");
  };
  const draw = (): KeyObject => generateKeyPairSync("ed25519").privateKey;
  /** Shows another key, as whoever holds both would; each part can be made wrong. */
  const show = async (
    next: KeyObject,
    wrong: { id?: string; old?: KeyObject; signsNew?: KeyObject; challenge?: string } = {},
  ): Promise<JsonSocket> => {
    const { socket, challenge } = await site.gateway.challenge();
    const named = wrong.id ?? site.gateway.gatewayId;
    const text = keyRotationText(named, wrong.challenge ?? challenge, hexOf(next));
    socket.send({
      op: "rotate-key",
      publicKey: hexOf(next),
      oldSignature: signHex(text, wrong.old ?? site.gateway.privateKey),
      newSignature: signHex(text, wrong.signsNew ?? next),
    });
    return socket;
  };
  const isWelcome = async (socket: JsonSocket): Promise<boolean> => {
    const answer = await socket.next().then(
      ({ op }) => op,
      (fault: Error) => fault.message,
    );
    socket.webSocket.terminate();
    expect(["welcome", "Closed with 1008."]).toContain(answer);
    return answer === "welcome";
  };
  const proves = async (privateKey: KeyObject): Promise<boolean> => {
    site.gateway.privateKey = privateKey;
    const { socket, proof } = await site.gateway.challenge();
    socket.send({ op: "proof", signature: proof });
    return isWelcome(socket);
  };

  test("pinned with its line in the audit, before the welcome; the old key is nobody's", async () => {
    const [old, next] = [site.gateway.privateKey, draw()];
    expect(await isWelcome(await show(next))).toBe(true);
    const [line] = await auditLines("gateway.rotate-key");
    const { gatewayId: id } = site.gateway;
    expect(line).toMatchObject({
      actor: { kind: "gateway", id },
      detail: { gatewayId: id, publicKey: hexOf(next) },
    });
    expect(await proves(old)).toBe(false);
    expect(await proves(next)).toBe(true);
  });

  test("the answer was lost: shown again, it is welcome by the new key alone", async () => {
    const next = draw();
    const lines = (await auditLines("gateway.rotate-key")).length;
    const cut = await show(next);
    cut.webSocket.terminate();
    await vi.waitFor(async () =>
      expect((await auditLines("gateway.rotate-key")).length).toBe(lines + 1),
    );
    expect(await isWelcome(await show(next))).toBe(true);
    expect((await auditLines("gateway.rotate-key")).length).toBe(lines + 1);
    expect(await isWelcome(await show(next, { signsNew: draw() }))).toBe(false);
    expect(await proves(next)).toBe(true);
  });

  test("it is kept over a restart of the hub", async () => {
    const next = draw();
    expect(await isWelcome(await show(next))).toBe(true);
    site.gateway.privateKey = next;
    await site.restart();
    const pinned = site.hub.open.registry.gateway(gatewayId(site.gateway.gatewayId))?.publicKey;
    expect(Buffer.from(pinned ?? []).toString("hex")).toBe(hexOf(next));
  }, 60_000);

  test("signed by one key alone, for another gateway, or for another connection it is refused", async () => {
    const { privateKey } = site.gateway;
    expect(await isWelcome(await show(draw(), { old: draw() }))).toBe(false);
    expect(await isWelcome(await show(draw(), { signsNew: draw() }))).toBe(false);
    expect(await isWelcome(await show(draw(), { id: "gateway-other" }))).toBe(false);
    const { socket, challenge } = await site.gateway.challenge();
    socket.webSocket.terminate();
    expect(await isWelcome(await show(draw(), { challenge }))).toBe(false);
    expect(await proves(privateKey)).toBe(true);
  });

  test("one that was pinned and gave way does not come back", async () => {
    const [first, second, third] = [site.gateway.privateKey, draw(), draw()];
    expect(await isWelcome(await show(second))).toBe(true);
    site.gateway.privateKey = second;
    expect(await isWelcome(await show(third))).toBe(true);
    site.gateway.privateKey = first;
    expect(await isWelcome(await show(second))).toBe(false);
    expect(await proves(third)).toBe(true);
  });

  test("whoever was asked before it and has the old key alone is not believed after it", async () => {
    const { socket, proof } = await site.gateway.challenge();
    expect(await isWelcome(await show(draw()))).toBe(true);
    socket.send({ op: "proof", signature: proof });
    expect(await isWelcome(socket)).toBe(false);
  });

  test("that cannot be written down is none, and is shown again", async () => {
    const { privateKey } = site.gateway;
    const { db } = site.hub.open.context;
    await sql`alter table audit add constraint none check (action <> 'gateway.rotate-key') not valid`.execute(
      db,
    );
    const next = draw();
    expect(await isWelcome(await show(next))).toBe(false);
    expect(await proves(privateKey)).toBe(true);
    await sql`alter table audit drop constraint none`.execute(db);
    expect(await isWelcome(await show(next))).toBe(true);
    expect(await proves(next)).toBe(true);
  });
});
