import { createPublicKey, verify } from "node:crypto";
import {
  FromGateway,
  type FromHub,
  gatewayLinkVersion,
  keyRotationText,
  linkProofText,
} from "@pista/contracts";
import { type GatewayId, gatewayId, type LeaseId } from "@pista/flight";
import { type AssetId, type Cancel, fail, ok, type Result, toHex } from "@pista/kernel";
import { Compile } from "typebox/compile";
import type { WebSocket } from "ws";
import type { GatewayLinkPort } from "./gateway-server.ts";

const fromGateway = Compile(FromGateway);

/** A gateway that has not proved itself by then is somebody else. */
const proofWithinMs = 5_000;
/** It pings each second; five missed ones are a dead line. */
const silenceMsMax = 5_000;
/** Gathering a peer's addresses takes up to two seconds, twice an ocean a third of one. */
const answerWithinMs = 8_000;
const offersMax = 16;

type Challenged = {
  readonly state: "challenged";
  readonly gatewayId: GatewayId;
  /** The lease key that it says it has pinned. */
  readonly leasePublicKeyHex: string;
  readonly challenge: string;
};
type Stage =
  | { readonly state: "new" }
  | Challenged
  /** Its other key is on its way to the disk. */
  | { readonly state: "pinning" }
  | { readonly state: "proved"; readonly gatewayId: GatewayId; readonly assetId: AssetId }
  /** Nothing that comes before the close is heard any more. */
  | { readonly state: "refused" };

type Owner = {
  proved(connection: GatewayConnection, gatewayId: GatewayId, assetId: AssetId): void;
  closed(connection: GatewayConnection, gatewayId: GatewayId, assetId: AssetId): void;
};

/** [AU8] One gateway's link: it says who it is, proves it with its own key, and is then heard. */
export class GatewayConnection {
  readonly #webSocket: WebSocket;
  readonly #port: GatewayLinkPort;
  readonly #owner: Owner;
  readonly #offers = new Map<number, (answer: Result<string, string>) => void>();
  #stage: Stage = { state: "new" };
  #offerCount = 0;
  #highestEpoch = 0;
  #cancelDeadline: Cancel;

  constructor(webSocket: WebSocket, port: GatewayLinkPort, owner: Owner) {
    this.#webSocket = webSocket;
    this.#port = port;
    this.#owner = owner;
    this.#cancelDeadline = port.clock.after(proofWithinMs, () => this.#refuse("no-proof"));
    webSocket.on("message", (data) => this.#hear(data.toString()));
    // An error of the socket is followed by its close, which ends everything here.
    webSocket.on("error", () => webSocket.terminate());
    webSocket.on("close", () => this.#closed());
  }

  /** [AU1] What it said in its hello; since then it has heard of no lease but this hub's. */
  get highestEpoch(): number {
    return this.#highestEpoch;
  }

  send(message: FromHub): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) {
      this.#webSocket.send(JSON.stringify(message));
    }
  }

  close(reason: string): void {
    this.#webSocket.close(1000, reason);
  }

  offer(offer: { leaseId: LeaseId; sdp: string }): Promise<Result<string, string>> {
    if (this.#offers.size >= offersMax) {
      return Promise.resolve(fail("Too many offers wait for this gateway."));
    }
    this.#offerCount += 1;
    const offerId = this.#offerCount;
    return new Promise((resolve) => {
      const settle = (answer: Result<string, string>): void => {
        cancel();
        this.#offers.delete(offerId);
        resolve(answer);
      };
      const cancel = this.#port.clock.after(answerWithinMs, () =>
        settle(fail("The gateway did not answer in time.")),
      );
      this.#offers.set(offerId, settle);
      this.send({ op: "offer", offerId, ...offer });
    });
  }

  #closed(): void {
    this.#cancelDeadline();
    this.#leave();
  }

  /** From here on it is offline, whether or not the socket is closed yet. */
  #leave(): void {
    const stage = this.#stage;
    this.#stage = { state: "refused" };
    for (const settle of [...this.#offers.values()]) settle(fail("The gateway left."));
    if (stage.state === "proved") this.#owner.closed(this, stage.gatewayId, stage.assetId);
  }

  #refuse(cause: string): void {
    this.#port.refused(cause);
    this.#leave();
    this.#webSocket.close(1008, cause);
  }

  #hear(text: string): void {
    const stage = this.#stage;
    if (stage.state === "refused") return;
    const message = parseMessage(text);
    if (!message) this.#refuse("malformed-message");
    else if (stage.state === "new" && message.op === "hello") this.#challenge(message);
    else if (stage.state === "challenged" && message.op === "proof") this.#prove(stage, message);
    else if (stage.state === "challenged" && message.op === "rotate-key")
      this.#rotate(stage, message);
    else if (stage.state === "proved") this.#obey(stage.assetId, message);
    else this.#refuse("unexpected-message");
  }

  #challenge(hello: Extract<FromGateway, { op: "hello" }>): void {
    const id = gatewayId(hello.gatewayId);
    if (hello.version !== gatewayLinkVersion) this.#refuse("unsupported-version");
    else if (!this.#port.find(id)) this.#refuse("unknown-gateway");
    else {
      const challenge = Buffer.from(this.#port.draw(32)).toString("base64url");
      const { leasePublicKey: leasePublicKeyHex } = hello;
      this.#stage = { state: "challenged", gatewayId: id, leasePublicKeyHex, challenge };
      this.#highestEpoch = hello.highestEpoch;
      this.send({ op: "challenge", challenge });
    }
  }

  #prove(stage: Challenged, { signature }: Extract<FromGateway, { op: "proof" }>): void {
    // By the key that is pinned now: another may have taken its place since the hello.
    const known = this.#port.find(stage.gatewayId);
    const text = linkProofText(stage.gatewayId, stage.challenge);
    if (known && isSigned(text, signature, known.publicKey)) this.#welcome(stage, known.assetId);
    else this.#refuse("wrong-proof");
  }

  /** [AU8] It has another key, and holds both; where the other is pinned already, it alone counts. */
  #rotate(stage: Challenged, rotation: Extract<FromGateway, { op: "rotate-key" }>): void {
    const { gatewayId, challenge } = stage;
    const { publicKey: nextHex, oldSignature, newSignature } = rotation;
    const known = this.#port.find(gatewayId);
    const to = new Uint8Array(Buffer.from(nextHex, "hex"));
    const text = keyRotationText(gatewayId, challenge, nextHex);
    const isPinned = known !== undefined && toHex(known.publicKey) === nextHex;
    // The old one first: until it has spoken, the other is anybody's.
    const isAgreed = isPinned || (known && isSigned(text, oldSignature, known.publicKey));
    if (!known || !isAgreed || !isSigned(text, newSignature, to)) this.#refuse("wrong-proof");
    else if (isPinned) this.#welcome(stage, known.assetId);
    else {
      this.#stage = { state: "pinning" };
      this.#port.pin(gatewayId, { from: known.publicKey, to }).then((isStored) => {
        if (this.#stage.state !== "pinning") return;
        if (isStored) this.#welcome(stage, known.assetId);
        else this.#refuse("key-not-pinned");
      });
    }
  }

  #welcome({ gatewayId, leasePublicKeyHex }: Challenged, assetId: AssetId): void {
    const rotations = this.#port.rotationsSince(leasePublicKeyHex);
    if (!rotations) {
      this.#refuse("unknown-lease-key");
      return;
    }
    this.#stage = { state: "proved", gatewayId, assetId };
    this.send({ op: "welcome" });
    // Before any lease: what it has to follow is followed first.
    if (rotations.length > 0) this.send({ op: "lease-key", rotations: [...rotations] });
    this.#watchSilence();
    this.#owner.proved(this, gatewayId, assetId);
  }

  #watchSilence(): void {
    this.#cancelDeadline();
    this.#cancelDeadline = this.#port.clock.after(silenceMsMax, () => this.#webSocket.terminate());
  }

  #obey(assetId: AssetId, message: FromGateway): void {
    this.#watchSilence();
    switch (message.op) {
      case "ping":
        this.send({ op: "pong", sentAtMs: message.sentAtMs, hubNowMs: this.#port.clock.nowMs() });
        return;
      case "telemetry":
        this.#port.telemetry(assetId, message);
        return;
      case "lease-state":
        this.#port.leaseState(assetId, message);
        return;
      case "answer":
        this.#offers.get(message.offerId)?.(
          message.sdp === null ? fail(message.cause ?? "The gateway refused.") : ok(message.sdp),
        );
        return;
      default:
        this.#refuse("unexpected-message");
    }
  }
}

function parseMessage(text: string): FromGateway | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return fromGateway.Check(value) ? value : undefined;
  } catch {
    return undefined; // The caller closes the link and says "malformed-message".
  }
}

/** Ed25519 (RFC 8032) over the text; the key arrives raw, Node wants it as a JWK. */
function isSigned(text: string, signatureHex: string, publicKey: Uint8Array): boolean {
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, Buffer.from(text), key, Buffer.from(signatureHex, "hex"));
}
