import { p256 } from "@noble/curves/nist.js";
import {
  type Beacon,
  centredSticks,
  type Lease,
  type PilotCommand,
  type PilotProof,
  type PilotPublicKey,
  type Pose,
  proofText,
  type StickFrame,
  type Sticks,
  thumbprintOf,
} from "@pista/flight";
import { type Random, toBase64Url, toUtf8 } from "@pista/kernel";
import { readClock } from "./storm-clocks.ts";
import { isWithinAny, type StormPlan } from "./storm-plan.ts";

/** What the pilot's page sends on the reliable lane. */
export type PilotMessage =
  | { readonly kind: "proof"; readonly proof: PilotProof }
  | { readonly kind: "stop"; readonly stopSequence: number }
  | { readonly kind: "command"; readonly commandId: number; readonly command: PilotCommand };

/** One key for all storms: making it is slow, and nothing depends on which it is. */
const secretKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const publicKey: PilotPublicKey = (() => {
  const point = p256.getPublicKey(secretKey, false);
  return { x: toBase64Url(point.slice(1, 33)), y: toBase64Url(point.slice(33, 65)) };
})();
export const pilotThumbprint = thumbprintOf(publicKey);
export const pilotFingerprint = "AB:CD:EF:01";

export function proveLease(lease: Pick<Lease, "leaseId" | "epoch">, challenge: string): PilotProof {
  const signature = p256.sign(toUtf8(proofText(lease, challenge)), secretKey);
  return { publicKey, signature: toBase64Url(signature) };
}

type Sample = Pick<
  StickFrame,
  "sampledAtBrowserMs" | "beaconSequence" | "beaconAtBrowserMs" | "shownPoseSequence" | "sticks"
> & {
  /** What no real machine knows: when the sticks were read, by the storm's own time. */
  readonly trulyAtMs: number;
  readonly trulyShown: Pose | undefined;
};

export type SentFrame = {
  readonly frame: StickFrame;
  readonly trulySampledAtMs: number;
  readonly trulyShown: Pose | undefined;
};

const stopRepeatMs = 100;
const commandPauseMs = 1_000;

/** One loading of the pilot's page: a connection, its counters, and a hand on the sticks. */
export class StormPage {
  private readonly plan: StormPlan;
  private readonly random: Random;
  private readonly lease: Pick<Lease, "leaseId" | "epoch">;
  private isWelcome = false;
  private sequence = 0;
  private commandId = 0;
  private stopSequence = 0;
  private stopsPressed = 0;
  private beacon: { readonly beacon: Beacon; readonly atBrowserMs: number } | undefined;
  /** What the picture shows. */
  private shown: Beacon | undefined;
  private lastSample: Sample | undefined;
  private wish: Sticks = centredSticks;
  private wishUntilMs = 0;
  private nextCommandAtMs = 0;
  private nextStopAtMs = 0;
  private latchedSinceMs: number | undefined;

  constructor(options: {
    readonly plan: StormPlan;
    readonly random: Random;
    readonly lease: Pick<Lease, "leaseId" | "epoch">;
    readonly openedAtMs: number;
  }) {
    this.plan = options.plan;
    this.random = options.random;
    this.lease = options.lease;
    this.stopsPressed = options.plan.pilot.stopsAtMs.filter(
      (atMs) => atMs < options.openedAtMs,
    ).length;
  }

  /** The browser's monotonic clock: its own start, its own pace, and now and then a jump. */
  browserMs(trueMs: number): number {
    const { browser } = this.plan;
    return browser.offsetMs + readClock(browser, trueMs);
  }

  challenged(challenge: string): PilotMessage {
    return { kind: "proof", proof: proveLease(this.lease, challenge) };
  }

  welcomed(): void {
    this.isWelcome = true;
  }

  /** The lossy lane may bring beacons late: only a newer one counts. */
  hear(beacon: Beacon, trueMs: number): void {
    if (this.beacon && beacon.sequence <= this.beacon.beacon.sequence) return;
    this.beacon = { beacon, atBrowserMs: this.browserMs(trueMs) };
    if (!beacon.stopLatched) this.latchedSinceMs = undefined;
    else this.latchedSinceMs ??= trueMs;
  }

  /** 50 times a second: what goes out on the lossy lane and on the reliable one. */
  work(trueMs: number): { frame: SentFrame | undefined; messages: PilotMessage[] } {
    if (!this.isWelcome || isWithinAny(this.plan.pilot.pauses, trueMs)) {
      return { frame: undefined, messages: [] };
    }
    const due = this.plan.pilot.stopsAtMs.filter((atMs) => atMs <= trueMs).length;
    if (due > this.stopsPressed) this.stopSequence++;
    this.stopsPressed = Math.max(this.stopsPressed, due);
    const isFrozen = isWithinAny(this.plan.pilot.frozen, trueMs);
    if (!isFrozen || !this.lastSample) this.lastSample = this.sample(trueMs);
    return { frame: this.frameOf(this.lastSample, trueMs), messages: this.reliable(trueMs) };
  }

  private sample(trueMs: number): Sample {
    const isUnseen = isWithinAny(this.plan.pilot.unseen, trueMs);
    if (!isUnseen || !this.shown) this.shown = this.beacon?.beacon;
    return {
      trulyAtMs: trueMs,
      trulyShown: this.shown?.pose,
      sampledAtBrowserMs: this.browserMs(trueMs),
      beaconSequence: this.beacon?.beacon.sequence ?? 0,
      beaconAtBrowserMs: this.beacon?.atBrowserMs ?? 0,
      shownPoseSequence: this.shown?.poseSequence ?? 0,
      sticks: this.sticks(trueMs),
    };
  }

  private frameOf({ trulyAtMs, trulyShown, ...sample }: Sample, trueMs: number): SentFrame {
    this.sequence++;
    const frame: StickFrame = {
      ...sample,
      sequence: this.sequence,
      leaseEpoch: this.lease.epoch,
      // Between reading the sticks and sending lies what the page does meanwhile.
      sentAtBrowserMs: this.browserMs(trueMs) + 1,
      stopSequence: this.stopSequence,
    };
    return { frame, trulySampledAtMs: trulyAtMs, trulyShown };
  }

  /** A pilot who lets go when the guard says that the sticks are locked, most of the time. */
  private sticks(trueMs: number): Sticks {
    if (this.beacon?.beacon.lock) return this.random.chance(0.9) ? centredSticks : this.wish;
    if (trueMs >= this.wishUntilMs) {
      this.wishUntilMs = trueMs + this.random.between(200, 2_500);
      const full = (): number => Math.max(-1, Math.min(1, this.random.normal(0, 0.8)));
      const rests = this.random.chance(0.15);
      this.wish = rests
        ? centredSticks
        : { forward: full(), right: full(), up: full() * 0.6, yawRight: full() };
    }
    return this.wish;
  }

  private reliable(trueMs: number): PilotMessage[] {
    const messages: PilotMessage[] = [];
    const known = this.beacon?.beacon;
    const isAcknowledged = known !== undefined && known.stopSequence >= this.stopSequence;
    if (this.stopSequence > 0 && !isAcknowledged && trueMs >= this.nextStopAtMs) {
      this.nextStopAtMs = trueMs + stopRepeatMs;
      messages.push({ kind: "stop", stopSequence: this.stopSequence });
    }
    const command =
      known && trueMs >= this.nextCommandAtMs ? this.command(known, trueMs) : undefined;
    if (command) {
      this.nextCommandAtMs = trueMs + commandPauseMs;
      messages.push({ kind: "command", commandId: ++this.commandId, command });
    }
    return messages;
  }

  private command(beacon: Beacon, trueMs: number): PilotCommand | undefined {
    const { sequence: beaconSequence } = beacon;
    const heldMs = this.latchedSinceMs === undefined ? 0 : trueMs - this.latchedSinceMs;
    if (beacon.stopLatched && heldMs > 1_000) {
      return { op: "release-stop", stopSequence: this.stopSequence, beaconSequence };
    }
    if (beacon.phase === "grounded" && !beacon.armed) return { op: "take-off", beaconSequence };
    if (beacon.phase === "flying" && this.random.chance(0.000_7)) return { op: "land" };
    // A hand that slips: the guard refuses it in the air (LG4).
    return this.random.chance(0.001) ? { op: "motors-off", beaconSequence } : undefined;
  }
}
