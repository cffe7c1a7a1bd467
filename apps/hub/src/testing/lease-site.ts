import { rmSync } from "node:fs";
import { type Lease, verifyLease } from "@pista/flight";
import { personId, trialId } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import type { Trial } from "@pista/programme";
import type { HttpAnswer, HttpClient } from "./http-client.ts";
import type { JsonSocket } from "./json-socket.ts";
import { enrolTestGateway, type TestGateway } from "./test-gateway.ts";
import { makeDirectory, openTestHub, type TestHub } from "./test-hub.ts";

/** What a message of the hub may hold; which of it there is, its op says. */
type Heard = { op: string; token: string; leaseId: string; reason: string };

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));

/** What a browser shows of itself; another letter is another browser. */
export const browser = (letter: string) => ({
  dtlsFingerprint: Array(32).fill("AB").join(":"),
  keyThumbprint: letter.repeat(43),
});

/** A hub whose clock the test moves, a gateway that is joined to it, and the one drone of both. */
export class LeaseSite {
  readonly clock = clock;
  readonly directory: string;
  hub: TestHub;
  gateway: TestGateway;
  /** The gateway's; a test that breaks it joins the gateway again. */
  link: JsonSocket;
  pilot: HttpClient;
  steward: HttpClient;

  private constructor(
    directory: string,
    parts: Pick<LeaseSite, "hub" | "gateway" | "link" | "pilot" | "steward">,
  ) {
    this.directory = directory;
    this.hub = parts.hub;
    this.gateway = parts.gateway;
    this.link = parts.link;
    this.pilot = parts.pilot;
    this.steward = parts.steward;
  }

  static async open(): Promise<LeaseSite> {
    const directory = makeDirectory();
    const hub = await openTestHub({ clock, directory });
    const gateway = await enrolTestGateway(hub);
    const link = await gateway.connect();
    const [pilot, steward] = [await hub.signedIn("pilot"), await hub.signedIn("steward")];
    return new LeaseSite(directory, { hub, gateway, link, pilot, steward });
  }

  async close(): Promise<void> {
    await this.#closeHub();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The hub begins anew on what it has stored; the gateway comes back and has heard nothing yet. */
  async restart(): Promise<void> {
    await this.#closeHub();
    this.hub = await openTestHub({ clock, directory: this.directory });
    this.pilot = await this.hub.signedIn("pilot");
    this.steward = await this.hub.signedIn("steward");
    this.link = await this.gateway.connect(this.hub);
  }

  async #closeHub(): Promise<void> {
    const closed = this.hub.close();
    clock.advance(1_000);
    await closed;
  }

  /** To the drone's lease, or to what is below it, such as "renew". */
  send(client: HttpClient, verb: string, body: object): Promise<HttpAnswer> {
    const path = `/v1/drones/demo-drone/lease${verb === "take" ? "" : `/${verb}`}`;
    return client.send("POST", path, { body, headers: { origin: this.hub.url } });
  }

  /** Everything that the gateway was told up to the answer of a ping sent now. */
  async heard(): Promise<Heard[]> {
    const messages: Heard[] = [];
    this.link.send({ op: "ping", sentAtMs: 1 });
    for (;;) {
      const message = await this.link.next();
      if (message.op === "pong") return messages;
      messages.push(message);
    }
  }

  /** Time with a gateway that speaks each second. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await this.heard();
    }
  }

  /** As the gateway reads a lease. */
  read(token: string): Lease {
    const verified = verifyLease(token, this.gateway.leasePublicKey);
    if (!verified.ok) throw new Error(verified.fault.kind);
    return verified.value;
  }

  rows() {
    const { db } = this.hub.open.context;
    return db.selectFrom("lease").selectAll().orderBy("epoch").execute();
  }

  async drone() {
    return (await this.hub.operator.send("GET", "/v1/drones")).json.items[0];
  }

  /** As another version of the trial would be, without the paper. */
  putTrial(change: (trial: Trial) => Trial): void {
    const { permits } = this.hub.open.context;
    const trial = permits.trial(trialId("demo-trial"));
    if (!trial) throw new Error("The demonstration has no trial.");
    permits.put(change(trial));
  }

  /** What the demonstration's pilot may do, somebody else may too. */
  async grantTo(client: HttpClient): Promise<void> {
    const { person } = (await client.send("GET", "/v1/me")).json;
    this.putTrial(({ grants, ...trial }) => ({
      ...trial,
      grants: [
        ...grants,
        ...grants.slice(0, 1).map((grant) => ({ ...grant, personId: personId(person.id) })),
      ],
    }));
  }
}
