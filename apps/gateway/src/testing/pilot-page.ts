import { type KeyObject, sign } from "node:crypto";
import {
  decodeBeacon,
  encodeStickFrame,
  encodeStop,
  type FromPilot,
  pilotLanes,
  type ToPilot,
} from "@pista/contracts";
import {
  type Beacon,
  centredSticks,
  type PilotCommand,
  proofText,
  type Sticks,
  thumbprintOf,
} from "@pista/flight";
import { type DataChannel, PeerConnection } from "node-datachannel";
import { makePilotKey, type Pilot } from "./fake-hub.ts";
import { until } from "./until.ts";

/** The library keeps threads that would outlive the test. */
export { cleanup as closeAllPages } from "node-datachannel";

/** The browser's clock starts elsewhere. */
const browserClockOffsetMs = 987_654;

/** What a pilot's page does, without a page: offers, proves, flies at 50 Hz. */
export class PilotPage {
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject };
  readonly #connection = new PeerConnection("page", {
    iceServers: [],
    bindAddress: "127.0.0.1",
  });
  readonly #sticksLane: DataChannel;
  readonly #commandsLane: DataChannel;
  readonly #stopLane: DataChannel;
  readonly answers = new Map<number, string | null>();
  /** What the autopilot would not do, in its own words. */
  readonly refusals: string[] = [];
  /** What it was told of its laps, oldest first. */
  readonly laps: Extract<ToPilot, { op: "laps" }>[] = [];
  readonly sentAtMs = new Map<number, number>();
  beacon: Beacon | undefined;
  epoch: number | undefined;
  challenge: string | undefined;
  sticks: Sticks = centredSticks;
  stopSequence = 0;
  /** Frames are dated this much too early, as a page that was suspended would date them. */
  staleMs = 0;
  /** The newest first. */
  #heard: { readonly sequence: number; readonly atMs: number }[] = [];
  #sequence = 0;
  #commandId = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(key = makePilotKey()) {
    this.#key = key;
    this.#sticksLane = this.#connection.createDataChannel(pilotLanes.sticks, {
      unordered: true,
      maxRetransmits: 0,
    });
    this.#commandsLane = this.#connection.createDataChannel(pilotLanes.commands);
    this.#stopLane = this.#connection.createDataChannel(pilotLanes.stop);
    this.#sticksLane.onMessage((message) => {
      if (typeof message === "string") return;
      const beacon = decodeBeacon(new Uint8Array(message));
      if (!beacon) return;
      this.beacon = beacon;
      this.#heard = [{ sequence: beacon.sequence, atMs: this.#nowMs() }, ...this.#heard].slice(
        0,
        50,
      );
    });
    this.#commandsLane.onMessage((message) => {
      // The gateway under test writes it by the contract's own type.
      this.#hear(JSON.parse(String(message)) as ToPilot);
    });
  }

  get identity(): Pilot {
    const fingerprint = /a=fingerprint:sha-256 (\S+)/.exec(this.offer)?.[1] ?? "";
    return { dtlsFingerprint: fingerprint, keyThumbprint: thumbprintOf(this.#publicKey) };
  }

  /**
   * Without addresses, as browsers hide theirs behind names that only their own network resolves:
   * the gateway's addresses must do.
   */
  get offer(): string {
    return this.#sdp.replaceAll(/^a=candidate:.*\r\n/gm, "");
  }

  get isConnected(): boolean {
    return this.#connection.state() === "connected";
  }

  async gathered(): Promise<void> {
    await until("the page's candidates", () => this.#sdp.includes("a=candidate:"));
  }

  accept(answer: string): void {
    this.#connection.setRemoteDescription(answer, "answer");
  }

  prove(lease: { leaseId: string; epoch: number }, challenge: string): void {
    // The hub's fake makes the id from text that is one.
    const text = proofText(lease as Parameters<typeof proofText>[0], challenge);
    const key = this.#key.privateKey;
    const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
    this.#say({
      op: "prove",
      publicKey: this.#publicKey,
      signature: signature.toString("base64url"),
    });
  }

  startFlying(): void {
    this.#timer = setInterval(() => this.sendFrame(), 20);
  }

  stopFlying(): void {
    clearInterval(this.#timer);
  }

  pressStop(): void {
    this.stopSequence += 1;
    this.#stopLane.sendMessageBinary(encodeStop(this.stopSequence));
  }

  async command(command: PilotCommand): Promise<string | null> {
    const commandId = ++this.#commandId;
    this.#say({ ...command, commandId });
    await until(`an answer to ${command.op}`, () => this.answers.has(commandId));
    return this.answers.get(commandId) ?? null;
  }

  sendRaw(lane: "sticks" | "commands" | "stop", payload: string | Uint8Array): void {
    const channel = {
      sticks: this.#sticksLane,
      commands: this.#commandsLane,
      stop: this.#stopLane,
    }[lane];
    if (typeof payload === "string") channel.sendMessage(payload);
    else channel.sendMessageBinary(payload);
  }

  close(): void {
    this.stopFlying();
    this.#connection.close();
  }

  get #sdp(): string {
    return this.#connection.localDescription()?.sdp ?? "";
  }

  get #publicKey(): { x: string; y: string } {
    const { x, y } = this.#key.publicKey.export({ format: "jwk" });
    return { x: x ?? "", y: y ?? "" };
  }

  #nowMs = (): number => performance.now() + browserClockOffsetMs;

  #say(message: FromPilot): void {
    this.#commandsLane.sendMessage(JSON.stringify(message));
  }

  #hear(message: ToPilot): void {
    if (message.op === "challenge") this.challenge = message.challenge;
    else if (message.op === "welcome") this.epoch = message.epoch;
    else if (message.op === "answer") this.answers.set(message.commandId, message.refusal);
    else if (message.op === "laps") this.laps.push(message);
    else this.refusals.push(message.reason);
  }

  sendFrame(): void {
    const { beacon, epoch } = this;
    if (!beacon || epoch === undefined || !this.#sticksLane.isOpen()) return;
    const nowMs = this.#nowMs();
    const sampledAtBrowserMs = nowMs - this.staleMs;
    const seen = this.#heard.find(({ atMs }) => atMs <= sampledAtBrowserMs);
    if (!seen) return;
    this.#sequence += 1;
    this.sentAtMs.set(this.#sequence, performance.now());
    const frame = encodeStickFrame({
      sequence: this.#sequence,
      leaseEpoch: epoch,
      sampledAtBrowserMs,
      sentAtBrowserMs: nowMs,
      beaconSequence: seen.sequence,
      beaconAtBrowserMs: seen.atMs,
      shownPoseSequence: beacon.poseSequence,
      sticks: this.sticks,
      stopSequence: this.stopSequence,
    });
    try {
      this.#sticksLane.sendMessageBinary(frame);
    } catch (cause) {
      // Its peer was killed a moment ago, and the lane still looks open: lost, as any frame may be.
      if (!String(cause).includes("Sending failed")) throw cause;
    }
  }
}
