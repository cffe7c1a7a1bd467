import {
  type FromGateway,
  type FromHub,
  gatewayLinkPath,
  gatewayLinkVersion,
  helloEpochMax,
} from "@pista/contracts";
import { type GatewayId, type LeaseId, leaseId } from "@pista/flight";
import {
  assertNever,
  type Cancel,
  type Clock,
  type EpochMs,
  type MonotonicMs,
} from "@pista/kernel";
import { type RawData, WebSocket } from "ws";
import { GatewayError } from "../errors.ts";
import { HubClock } from "./hub-clock.ts";
import { readFromHub } from "./hub-messages.ts";
import { refusalAdvice } from "./refusal-advice.ts";

const pingPeriodMs = 1_000;
/** A hub that answers no ping this long is gone, whatever TCP still believes. */
const silenceMsMax = 4_000;
const greetingMsMax = 10_000;
const reconnectMsMin = 200;
/** [AU2] A hub that is back within 10 s must find the gateway again before a lease of 15 s is over. */
const reconnectMsMax = 1_000;
/** A link that held this long was good: the next attempt comes soon. */
const goodAfterMs = 5_000;
/** An offer may have 20,000 characters of SDP, each escaped. */
const messageBytesMax = 131_072;
const malformedMax = 20;
/** A greeting is two leases and two revocations; renewals come every 3 s, and the newest count. */
const earlyMax = 16;
/** What waits for a hub that does not read; beyond it telemetry is left out. */
const waitingBytesMax = 65_536;

type Offer = { readonly offerId: number; readonly leaseId: string; readonly sdp: string };

export type HubEvents = {
  readonly up: () => void;
  readonly down: (error: GatewayError, retryMs: number) => void;
  readonly malformed: () => void;
  /** [AU8] Resolves when the new lease key is pinned, or refused. No lease is told of meanwhile. */
  readonly rotated: (rotations: readonly string[]) => Promise<void>;
  readonly lease: (token: string, hubNowMs: EpochMs, atMs: MonotonicMs) => void;
  readonly revoked: (leaseId: LeaseId, reason: string, atMs: MonotonicMs) => void;
  readonly offer: (offer: Offer) => void;
};

export type HubLinkOptions = {
  readonly hubUrl: URL;
  readonly gatewayId: GatewayId;
  /** [AU8] The lease key that is pinned now. */
  readonly leasePublicKeyHex: () => string;
  /** [AU1] [AU7] The highest of a lease that it has heard of, on the disk or on its way there. */
  readonly highestEpoch: () => number;
  readonly prove: (challenge: string) => FromGateway;
  readonly clock: Clock;
  /** Uniform in [0, 1): gateways that lost one hub together do not come back together. */
  readonly random: () => number;
  readonly events: HubEvents;
};

type Early = Extract<FromHub, { op: "lease" | "revoke" | "offer" }>;
type Joined = { readonly socket: WebSocket; readonly hubClock: HubClock; heardAtMs: MonotonicMs };
type Link =
  | { readonly state: "ended" }
  | { readonly state: "waiting"; readonly cancel: Cancel }
  | (Joined & { readonly state: "greeting"; readonly cancel: Cancel })
  | (Joined & { readonly state: "up"; readonly sinceMs: MonotonicMs });

/** [AU8] The gateway dials out to the hub, proves itself with its own key and keeps the link. */
export class HubLink {
  readonly #options: HubLinkOptions;
  #link: Link = { state: "ended" };
  #failures = 0;
  #malformed = 0;
  /** Lease keys that are on their way to the disk. */
  #pinning = 0;
  /** What came before the hub's clock was known, or its new lease key pinned, in its order. */
  #early: Early[] = [];

  constructor(options: HubLinkOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#link.state === "up";
  }

  start(): void {
    if (this.#link.state === "ended") this.#dial();
  }

  end(): void {
    const link = this.#link;
    this.#link = { state: "ended" };
    if (link.state === "waiting" || link.state === "greeting") link.cancel();
    if (link.state === "greeting" || link.state === "up") link.socket.terminate();
  }

  tell(message: FromGateway): boolean {
    const link = this.#link;
    if (link.state !== "up") return false;
    if (message.op === "telemetry" && link.socket.bufferedAmount > waitingBytesMax) return false;
    link.socket.send(JSON.stringify(message));
    return true;
  }

  #dial(): void {
    const { hubUrl, clock } = this.#options;
    const address = new URL(gatewayLinkPath, hubUrl);
    address.protocol = hubUrl.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address, {
      perMessageDeflate: false,
      maxPayload: messageBytesMax,
      handshakeTimeout: greetingMsMax,
    });
    const cancel = clock.after(greetingMsMax, () => this.#lose(socket, "the hub did not greet"));
    const heardAtMs = clock.monotonicMs();
    this.#link = { state: "greeting", socket, hubClock: new HubClock(), heardAtMs, cancel };
    this.#malformed = 0;
    this.#early = [];
    socket.on("open", () => {
      const { gatewayId, leasePublicKeyHex } = this.#options;
      this.#sayTo(socket, {
        ...{ op: "hello", version: gatewayLinkVersion, gatewayId },
        leasePublicKey: leasePublicKeyHex(),
        highestEpoch: Math.min(this.#options.highestEpoch(), helloEpochMax),
      });
    });
    socket.on("message", (data, isBinary) => this.#hear(socket, data, isBinary));
    socket.on("error", (cause) => this.#lose(socket, "the link failed", cause));
    socket.on("close", (code, bytes) => {
      const reason = bytes.toString("utf8");
      const message = `the link closed with ${code} ${reason}`.trim();
      this.#lose(socket, message, refusalAdvice(reason));
    });
  }

  #joined(socket: WebSocket): (Link & Joined) | undefined {
    const link = this.#link;
    const isJoined = link.state === "greeting" || link.state === "up";
    return isJoined && link.socket === socket ? link : undefined;
  }

  #hear(socket: WebSocket, data: RawData, isBinary: boolean): void {
    const link = this.#joined(socket);
    if (!link) return;
    // The default binary type gives one Buffer; the other shapes of RawData do not occur.
    const message = isBinary || !Buffer.isBuffer(data) ? undefined : readFromHub(data.toString());
    if (!message) {
      this.#malformed += 1;
      this.#options.events.malformed();
      if (this.#malformed > malformedMax) this.#lose(socket, "the hub speaks another contract");
      return;
    }
    const atMs = this.#options.clock.monotonicMs();
    switch (message.op) {
      case "challenge":
        this.#sayTo(socket, this.#options.prove(message.challenge));
        return;
      case "welcome":
        this.#welcomed(link, atMs);
        return;
      case "lease-key":
        if (link.state === "up") this.#follow(socket, message.rotations);
        return;
      case "pong":
        if (!link.hubClock.ponged(message)) return;
        link.heardAtMs = atMs;
        this.#obeyEarly(link, atMs);
        return;
      case "lease":
      case "revoke":
      case "offer":
        if (link.state === "up") this.#obey(link, message, atMs);
        return;
      default:
        assertNever(message, "A message of the hub");
    }
  }

  /** A key that cannot be stored is not obeyed: the hub brings it again when the link is back. */
  #follow(socket: WebSocket, rotations: readonly string[]): void {
    this.#pinning += 1;
    this.#options.events
      .rotated(rotations)
      .catch((cause) => this.#lose(socket, "its new lease key was not stored", cause))
      .finally(() => {
        this.#pinning -= 1;
        // Of this link or of the one after it: what waited for the key waits no longer.
        const link = this.#link;
        if (link.state === "up") this.#obeyEarly(link, this.#options.clock.monotonicMs());
      });
  }

  #welcomed(link: Link & Joined, atMs: MonotonicMs): void {
    if (link.state !== "greeting") return;
    link.cancel();
    const { socket, hubClock } = link;
    this.#link = { state: "up", socket, hubClock, heardAtMs: atMs, sinceMs: atMs };
    this.#ping(socket);
    this.#options.events.up();
  }

  #obey(link: Joined, message: Early, atMs: MonotonicMs): void {
    const { events } = this.#options;
    const hubNowMs = this.#datingMs(link, atMs);
    const mustWait = hubNowMs === undefined && (message.op === "lease" || this.#early.length > 0);
    if (mustWait) this.#early = [...this.#early, message].slice(-earlyMax);
    // A stop waits for nothing; and comes once more after the lease that it ends, which waits.
    if (message.op === "revoke") {
      events.revoked(leaseId(message.leaseId), message.reason, atMs);
    } else if (mustWait) return;
    else if (message.op === "offer") events.offer(message);
    else if (hubNowMs !== undefined) events.lease(message.token, hubNowMs, atMs);
  }

  #obeyEarly(link: Joined, atMs: MonotonicMs): void {
    if (this.#datingMs(link, atMs) === undefined) return;
    for (const waited of this.#early.splice(0)) this.#obey(link, waited, atMs);
  }

  /** The hub's time; undefined where no lease can be judged yet. */
  #datingMs({ hubClock }: Joined, atMs: MonotonicMs): EpochMs | undefined {
    return this.#pinning > 0 ? undefined : hubClock.latestMs(atMs);
  }

  #ping(socket: WebSocket): void {
    const link = this.#joined(socket);
    if (!link) return;
    const { clock } = this.#options;
    const atMs = clock.monotonicMs();
    if (atMs - link.heardAtMs > silenceMsMax) {
      this.#lose(socket, "the hub fell silent");
      return;
    }
    link.hubClock.pinged(atMs);
    this.#sayTo(socket, { op: "ping", sentAtMs: atMs });
    clock.after(pingPeriodMs, () => this.#ping(socket));
  }

  #sayTo(socket: WebSocket, message: FromGateway): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }

  #lose(socket: WebSocket, message: string, cause?: unknown): void {
    const link = this.#joined(socket);
    if (!link) return;
    if (link.state === "greeting") link.cancel();
    const { clock, random, events } = this.#options;
    const wasGood = link.state === "up" && clock.monotonicMs() - link.sinceMs > goodAfterMs;
    this.#failures = wasGood ? 1 : this.#failures + 1;
    const longestMs = Math.min(
      reconnectMsMax,
      reconnectMsMin * 2 ** Math.min(this.#failures - 1, 10),
    );
    const retryMs = Math.round(longestMs * (0.5 + random() / 2));
    this.#link = { state: "waiting", cancel: clock.after(retryMs, () => this.#dial()) };
    socket.terminate();
    const options = cause === undefined ? undefined : { cause };
    events.down(
      new GatewayError("HUB_LINK_FAILED", `Hub out of reach: ${message}.`, options),
      retryMs,
    );
  }
}
