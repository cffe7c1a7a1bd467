import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { keyRotationText } from "@pista/contracts";
import { followRotations, gatewayId, verifyLease } from "@pista/flight";
import { createManualClock } from "@pista/kernel/testing";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { HttpClient } from "../testing/http-client.ts";
import type { JsonSocket } from "../testing/json-socket.ts";
import { enrolTestGateway, signHex, type TestGateway } from "../testing/test-gateway.ts";
import { makeDirectory, openTestHub, type TestHub } from "../testing/test-hub.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
const directory = makeDirectory();
let hub: TestHub;
let gateway: TestGateway;
let pilot: HttpClient;

const begin = async (): Promise<void> => {
  hub = await openTestHub({ clock, directory });
  pilot = await hub.signedIn("pilot");
};
const end = async (): Promise<void> => {
  const closed = hub.close();
  clock.advance(1_000);
  await closed;
};
beforeAll(begin, 60_000);
afterAll(async () => {
  await end();
  rmSync(directory, { recursive: true, force: true });
});
/** Every test begins with a gateway that was just enrolled, and a drone that nobody holds. */
beforeEach(async () => {
  gateway = await enrolTestGateway(hub);
  const body = { reason: "a test begins" };
  await hub.operator.send("POST", "/v1/drones/demo-drone/lease/revoke", { body });
});

const auditLines = async (action: string) =>
  (await hub.operator.send("GET", "/v1/audit?limit=200")).json.items.filter(
    (line: { action: string }) => line.action === action,
  );
const refusals = async (cause: string): Promise<number> => {
  const { text } = await hub.visitor.send("GET", "/metrics");
  const found = new RegExp(`pista_gateway_refused_total\\{cause="${cause}"\\} (\\d+)`).exec(text);
  return Number(found?.[1] ?? 0);
};

describe("[AU8] [GL6] the lease key is rotated", () => {
  const rotate = () => hub.operator.send("POST", "/v1/lease-key/rotations", { body: {} });
  const take = async (): Promise<string> => {
    const body = {
      dtlsFingerprint: Array(32).fill("AB").join(":"),
      keyThumbprint: "A".repeat(43),
    };
    const headers = { origin: hub.url };
    const taken = await pilot.send("POST", "/v1/drones/demo-drone/lease", { body, headers });
    expect(taken.status).toBe(201);
    return taken.json.id;
  };
  const renew = (leaseId: string) =>
    pilot.send("POST", "/v1/drones/demo-drone/lease/renew", {
      body: { leaseId },
      headers: { origin: hub.url },
    });
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
    const pinned = { publicKey: gateway.leasePublicKey, serial: 0 };
    const followed = followRotations(pinned, statements);
    if (!followed.ok) throw new Error(followed.fault);
    gateway.leasePublicKey = followed.value.publicKey;
    return rotations.length;
  };
  const nextLeaseIsObeyed = async (link: JsonSocket): Promise<boolean> => {
    const { op, token } = await said(link);
    expect(op).toBe("lease");
    return verifyLease(token, gateway.leasePublicKey).ok;
  };

  test("in flight: statement first, then the renewal, and the lease is the same", async () => {
    const link = await gateway.connect();
    const leaseId = await take();
    expect(await nextLeaseIsObeyed(link)).toBe(true);
    const [rotated, renewed] = await Promise.all([rotate(), renew(leaseId)]);
    expect([rotated.status, renewed.status]).toEqual([201, 200]);
    // Whichever came first at the hub: no lease is under a key that the gateway has not heard of.
    const first = await said(link);
    if (first.op === "lease") {
      expect(verifyLease(first.token, gateway.leasePublicKey).ok).toBe(true);
      await follow(link);
    } else {
      const [statement] = first.rotations;
      gateway.leasePublicKey = Buffer.from(statement.slice(96, 160), "hex");
      expect(await nextLeaseIsObeyed(link)).toBe(true);
    }
    expect(Buffer.from(gateway.leasePublicKey).toString("hex")).toBe(rotated.json.publicKey);
    clock.advance(3_000);
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
    await end();
    await begin();
    await rotate();
    const link = await gateway.connect(hub);
    expect(await follow(link)).toBe(3);
    await take();
    expect(await nextLeaseIsObeyed(link)).toBe(true);
    link.webSocket.terminate();
    const again = await gateway.connect(hub);
    expect((await said(again)).op).toBe("lease");
    again.webSocket.terminate();
  }, 60_000);

  test("a gateway that obeys a key which never was the hub's is refused, and counted", async () => {
    const before = await refusals("unknown-lease-key");
    gateway.leasePublicKey = new Uint8Array(32);
    const { socket, proof } = await gateway.challenge();
    socket.send({ op: "proof", signature: proof });
    expect(await socket.closed()).toBe(1008);
    expect(await refusals("unknown-lease-key")).toBe(before + 1);
  });

  test("by the operator alone, and not without the paper", async () => {
    const key = () => readFileSync(join(directory, "lease.key"), "utf8");
    const before = key();
    const admin = await hub.signedIn("admin");
    const options = { body: {}, headers: { origin: hub.url } };
    expect((await admin.send("POST", "/v1/lease-key/rotations", options)).status).toBe(403);
    expect((await hub.visitor.send("POST", "/v1/lease-key/rotations", options)).status).toBe(401);
    const { db } = hub.open.context;
    await sql`alter table audit add constraint none check (action <> 'lease-key.rotate') not valid`.execute(
      db,
    );
    expect((await rotate()).status).toBe(500);
    await sql`alter table audit drop constraint none`.execute(db);
    expect(key()).toBe(before);
  });

  test("where the disk does not take it, the old key stays, and the next attempt is whole", async () => {
    // A directory in the draft's place: nobody can write a file there.
    const draft = join(directory, "lease.key.new");
    mkdirSync(draft);
    const link = await gateway.connect(hub);
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
    const { socket, challenge } = await gateway.challenge();
    const named = wrong.id ?? gateway.gatewayId;
    const text = keyRotationText(named, wrong.challenge ?? challenge, hexOf(next));
    socket.send({
      op: "rotate-key",
      publicKey: hexOf(next),
      oldSignature: signHex(text, wrong.old ?? gateway.privateKey),
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
    gateway.privateKey = privateKey;
    const { socket, proof } = await gateway.challenge();
    socket.send({ op: "proof", signature: proof });
    return isWelcome(socket);
  };

  test("pinned with its line in the audit, before the welcome; the old key is nobody's", async () => {
    const [old, next] = [gateway.privateKey, draw()];
    expect(await isWelcome(await show(next))).toBe(true);
    const [line] = await auditLines("gateway.rotate-key");
    const { gatewayId: id } = gateway;
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
    await end();
    await begin();
    const pinned = hub.open.registry.gateway(gatewayId(gateway.gatewayId))?.publicKey;
    expect(Buffer.from(pinned ?? []).toString("hex")).toBe(hexOf(next));
  }, 60_000);

  test("signed by one key alone, for another gateway, or for another connection it is refused", async () => {
    const { privateKey } = gateway;
    expect(await isWelcome(await show(draw(), { old: draw() }))).toBe(false);
    expect(await isWelcome(await show(draw(), { signsNew: draw() }))).toBe(false);
    expect(await isWelcome(await show(draw(), { id: "gateway-other" }))).toBe(false);
    const { socket, challenge } = await gateway.challenge();
    socket.webSocket.terminate();
    expect(await isWelcome(await show(draw(), { challenge }))).toBe(false);
    expect(await proves(privateKey)).toBe(true);
  });

  test("one that was pinned and gave way does not come back", async () => {
    const [first, second, third] = [gateway.privateKey, draw(), draw()];
    expect(await isWelcome(await show(second))).toBe(true);
    gateway.privateKey = second;
    expect(await isWelcome(await show(third))).toBe(true);
    gateway.privateKey = first;
    expect(await isWelcome(await show(second))).toBe(false);
    expect(await proves(third)).toBe(true);
  });

  test("that cannot be written down is none, and is shown again", async () => {
    const { privateKey } = gateway;
    const { db } = hub.open.context;
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
