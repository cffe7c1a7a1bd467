import { createPublicKey, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type FromGateway,
  FromGateway as FromGatewaySchema,
  type FromHub,
  gatewayLinkPath,
  keyRotationText,
  linkProofText,
} from "@pista/contracts";
import {
  gatewayId,
  type Lease,
  type LeaseLimits,
  leaseId,
  leasePublicKey,
  signLease,
  signRotation,
} from "@pista/flight";
import {
  assetId,
  epochMs,
  fromHex,
  personId,
  siteId,
  toBase64Url,
  toHex,
  trialId,
} from "@pista/kernel";
import { Compile } from "typebox/compile";
import { type WebSocket, WebSocketServer } from "ws";
import { until } from "./until.ts";

const fromGateway = Compile(FromGatewaySchema);
export const enrolmentCode = "one-time-code";
/** Far from the gateway's own clock, which must never be compared with the hub's unconverted. */
const hubClockOffsetMs = 7_200_000;

export type Pilot = { readonly dtlsFingerprint: string; readonly keyThumbprint: string };

type LeaseTerms = Pilot & Pick<Lease, "succeeds">;

/** The hub's side of the contract towards one gateway, and no more. */
export class FakeHub {
  readonly heard: FromGateway[] = [];
  readonly #name: string;
  /** All that are at this address. */
  readonly #hubs: FakeHub[];
  readonly #server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += String(chunk);
    });
    request.on("end", () => {
      const { code, publicKey } = JSON.parse(body);
      const isEnrolment = request.url === "/v1/gateways/enrol";
      const hub = this.#hubs.find((one) => isEnrolment && one.enrolmentCode === code);
      if (hub) hub.#gatewayKeyHex = publicKey;
      response.writeHead(hub ? 201 : 403, { "content-type": "application/json" });
      response.end(JSON.stringify(hub ? hub.#enrolled() : refusedCode));
    });
  });
  readonly #sockets = new WebSocketServer({ server: this.#server, path: gatewayLinkPath });
  // RFC 8032's secret is any 32 bytes.
  #leaseKey = new Uint8Array(randomBytes(32));
  #rotations: { readonly fromHex: string; readonly statement: string }[] = [];
  /** What happens to whoever shows another key: it is pinned and told so, or the link breaks. */
  onRotateKey: "welcome" | "cut before the pin" | "cut after the pin" = "welcome";
  /** Of the leases to come. */
  limits: LeaseLimits = {
    speedMpsMax: 2,
    fence: { westM: 0, southM: 0, eastM: 60, northM: 30, floorM: 0, topM: 10 },
    obstacles: [],
    landingSpots: [],
    clearViewM: 3,
  };
  gates: NonNullable<Lease["site"]["gates"]> = [];
  view: Lease["view"] = "telemetry";
  #gatewayKeyHex = "";
  #socket: WebSocket | undefined;
  #renewals: NodeJS.Timeout[] = [];
  #offers = 0;

  /** With another it is met at that one's address, as what the same hub is to a second gateway. */
  constructor(name = "one", other?: FakeHub) {
    this.#name = name;
    this.#hubs = other ? other.#hubs : [];
    this.#hubs.push(this);
  }

  get enrolmentCode(): string {
    return `${this.#name}-time-code`;
  }

  async open(port = 0): Promise<void> {
    this.#sockets.on("connection", (socket) => {
      socket.once("message", (hello) => {
        const { gatewayId } = JSON.parse(String(hello));
        const hub = this.#hubs.find((one) => one.#gatewayId === gatewayId);
        if (hub) hub.#greet(socket);
        socket.emit("message", hello);
      });
    });
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get port(): number {
    // A listening TCP server's address is no pipe's name.
    return (this.#server.address() as AddressInfo).port;
  }

  get isJoined(): boolean {
    return this.#socket !== undefined;
  }

  nowMs = (): number => Date.now() + hubClockOffsetMs;

  say(message: FromHub): void {
    this.#socket?.send(JSON.stringify(message));
  }

  sayRaw(text: string): void {
    this.#socket?.send(text);
  }

  /** Sends a lease and renews it every second until it is revoked or left to run out. */
  lease(epoch: number, pilot: Pilot, livesMs = 15_000): string {
    this.stopRenewing();
    return this.#renewing(epoch, livesMs, pilot);
  }

  /** [AU3] A lease that takes over from one, which is renewed beside it. */
  succeed(given: string, epoch: number, pilot: Pilot): string {
    return this.#renewing(epoch, 15_000, { ...pilot, succeeds: leaseId(given) });
  }

  #renewing(epoch: number, livesMs: number, terms: LeaseTerms): string {
    const id = `lease-${epoch}`;
    let renewal = 0;
    const send = (): void => {
      const token = signLease(this.#leaseOf(id, epoch, renewal++, terms, livesMs), this.#leaseKey);
      this.say({ op: "lease", token });
    };
    send();
    this.#renewals.push(setInterval(send, 1_000));
    return id;
  }

  /** [AU8] Leases are signed with another key from here on; whoever is there hears of it first. */
  rotateLeaseKey(): void {
    const newSecretKey = new Uint8Array(randomBytes(32));
    const serial = this.#rotations.length + 1;
    const statement = toHex(
      signRotation({
        ...{ serial, rotatedAtMs: epochMs(Math.floor(this.nowMs())), newSecretKey },
        oldSecretKey: this.#leaseKey,
      }),
    );
    this.#rotations.push({ fromHex: this.leasePublicKeyHex, statement });
    this.#leaseKey = newSecretKey;
    this.say({ op: "lease-key", rotations: [statement] });
  }

  get leasePublicKeyHex(): string {
    return toHex(leasePublicKey(this.#leaseKey));
  }

  get gatewayKeyHex(): string {
    return this.#gatewayKeyHex;
  }

  stopRenewing(): void {
    for (const renewal of this.#renewals.splice(0)) clearInterval(renewal);
  }

  revoke(id: string): void {
    this.stopRenewing();
    this.say({ op: "revoke", leaseId: id, reason: "the city said so" });
  }

  leaseStates(id: string): string[] {
    return this.heard.flatMap((message) =>
      message.op === "lease-state" && message.leaseId === id ? [message.state] : [],
    );
  }

  async offer(id: string, sdp: string): Promise<{ sdp: string | null; cause: string | null }> {
    const offerId = ++this.#offers;
    this.say({ op: "offer", offerId, leaseId: id, sdp });
    return until("an answer to the offer", () =>
      this.heard.find((message) => message.op === "answer" && message.offerId === offerId),
    ).then((answer) => (answer.op === "answer" ? answer : { sdp: null, cause: "none" }));
  }

  get #gatewayId(): string {
    return `gateway-${this.#name}`;
  }

  dropLink(): void {
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  close(): void {
    this.stopRenewing();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.close();
  }

  #enrolled(): object {
    return {
      gatewayId: this.#gatewayId,
      assetId: `drone-${this.#name}`,
      leasePublicKey: this.leasePublicKeyHex,
    };
  }

  #leaseOf(id: string, epoch: number, renewal: number, terms: LeaseTerms, livesMs: number): Lease {
    return {
      leaseId: leaseId(id),
      assetId: assetId(`drone-${this.#name}`),
      gatewayId: gatewayId(this.#gatewayId),
      trialId: trialId("trial-one"),
      pilotId: personId("pilot-one"),
      epoch,
      renewal,
      issuedAtMs: epochMs(Math.floor(this.nowMs())),
      expiresAtMs: epochMs(Math.floor(this.nowMs()) + livesMs),
      site: { siteId: siteId("hall"), version: 1, gates: this.gates },
      limits: this.limits,
      view: this.view,
      ...terms,
    };
  }

  #greet(socket: WebSocket): void {
    const challenge = toBase64Url(randomBytes(32));
    let pinnedHex = "";
    socket.on("error", () => socket.terminate());
    socket.on("message", (data) => {
      const message: unknown = JSON.parse(String(data));
      if (!fromGateway.Check(message)) throw new Error(`Not of the contract: ${String(data)}`);
      this.heard.push(message);
      if (message.op === "hello") {
        pinnedHex = message.leasePublicKey;
        socket.send(JSON.stringify({ op: "challenge", challenge }));
      }
      const text = linkProofText(this.#gatewayId, challenge);
      if (message.op === "proof" && isSigned(text, message.signature, this.#gatewayKeyHex)) {
        this.#welcome(socket, pinnedHex);
      }
      if (message.op === "rotate-key") this.#pin(message, challenge, socket, pinnedHex);
      if (message.op === "ping") {
        const { sentAtMs } = message;
        socket.send(JSON.stringify({ op: "pong", sentAtMs, hubNowMs: this.nowMs() }));
      }
    });
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
  }

  #welcome(socket: WebSocket, pinnedHex: string): void {
    this.#socket = socket;
    this.say({ op: "welcome" });
    const from = this.#rotations.findIndex(({ fromHex: hex }) => hex === pinnedHex);
    const missed = from < 0 ? [] : this.#rotations.slice(from).map(({ statement }) => statement);
    if (missed.length > 0) this.say({ op: "lease-key", rotations: missed });
  }

  #pin(
    shown: Extract<FromGateway, { op: "rotate-key" }>,
    challenge: string,
    socket: WebSocket,
    pinnedHex: string,
  ): void {
    const text = keyRotationText(this.#gatewayId, challenge, shown.publicKey);
    const isPinned = shown.publicKey === this.#gatewayKeyHex;
    const isAgreed = isPinned || isSigned(text, shown.oldSignature, this.#gatewayKeyHex);
    if (!isAgreed || !isSigned(text, shown.newSignature, shown.publicKey)) return;
    if (this.onRotateKey !== "cut before the pin") this.#gatewayKeyHex = shown.publicKey;
    if (this.onRotateKey === "welcome") this.#welcome(socket, pinnedHex);
    else socket.terminate();
  }
}

function isSigned(text: string, signatureHex: string, publicKeyHex: string): boolean {
  const x = toBase64Url(fromHex(publicKeyHex) ?? new Uint8Array());
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, Buffer.from(text), key, Buffer.from(signatureHex, "hex"));
}

const refusedCode = {
  type: "about:blank",
  title: "Forbidden",
  status: 403,
  detail: "The code is spent.",
  code: "wrong-enrolment-code",
};

/** A pilot's key as WebCrypto makes it. */
export const makePilotKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
