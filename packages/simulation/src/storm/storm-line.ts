import type { PeerEffect, PeerEvent } from "@pista/flight";
import { monotonicMs, type Random } from "@pista/kernel";
import { createSimulatedLink, type LinkProfile } from "../link/link.ts";
import { type PilotMessage, pilotFingerprint, type SentFrame, StormPage } from "./storm-pilot.ts";
import { type StormPlan, stormMsMax } from "./storm-plan.ts";

type OnConnection<Payload> = { readonly connection: number; readonly payload: Payload };
type SendBeacon = Extract<PeerEffect, { kind: "send-beacon" }>;
type DownMessage =
  | { readonly kind: "challenge"; readonly challenge: string }
  | { readonly kind: "welcome" };

export type LineHears = (event: PeerEvent, arrived: SentFrame | undefined) => void;

/** One pilot at the other end of a network: their page, and both ways between it and the gateway. */
export class StormLine {
  readonly name: string;
  private readonly plan: StormPlan;
  private readonly random: Random;
  private readonly uplink;
  private readonly downlink;
  private readonly upReliable;
  private readonly downReliable;
  private connection = 0;
  private page: StormPage | undefined;

  constructor(name: string, plan: StormPlan, random: Random) {
    this.name = name;
    this.plan = plan;
    this.random = random;
    const lossy = (profile: LinkProfile) => ({ random: random.fork(), profile });
    const reliable = (profile: LinkProfile) => ({ ...lossy(profile), loss: "repeated" as const });
    this.uplink = createSimulatedLink<OnConnection<SentFrame>>(lossy(plan.uplink));
    this.downlink = createSimulatedLink<OnConnection<SendBeacon>>(lossy(plan.downlink));
    this.upReliable = createSimulatedLink<OnConnection<PilotMessage>>(reliable(plan.uplink));
    this.downReliable = createSimulatedLink<OnConnection<DownMessage>>(reliable(plan.downlink));
  }

  get isOpen(): boolean {
    return this.page !== undefined;
  }

  get nextMs(): number {
    const links = [this.uplink, this.downlink, this.upReliable, this.downReliable];
    return Math.min(...links.map(({ nextMs }) => nextMs ?? stormMsMax));
  }

  /** A page is loaded and its connection stands. */
  open(lease: ConstructorParameters<typeof StormPage>[0]["lease"], nowMs: number): PeerEvent {
    this.connection++;
    const { plan, random } = this;
    this.page = new StormPage({ plan, random, lease, openedAtMs: nowMs });
    const challenge = `challenge-${this.name}-${this.connection}`;
    return {
      kind: "peer-opened",
      dtlsFingerprint: pilotFingerprint,
      challenge,
      atMs: monotonicMs(nowMs),
    };
  }

  /** What is still under way belongs to nobody. */
  close(): void {
    this.page = undefined;
    this.connection++;
  }

  /** What the page sends now; true when a frame went out. */
  work(nowMs: number): boolean {
    if (!this.page) return false;
    const { connection } = this;
    const { frame, messages } = this.page.work(nowMs);
    if (frame) this.uplink.send(nowMs, { connection, payload: frame });
    for (const message of messages) this.sendReliable(message, nowMs);
    return frame !== undefined;
  }

  perform(effect: PeerEffect, atMs: number): void {
    const { connection } = this;
    if (effect.kind === "send-beacon") this.downlink.send(atMs, { connection, payload: effect });
    if (effect.kind === "send-challenge") {
      const payload = { kind: "challenge", challenge: effect.challenge } as const;
      this.downReliable.send(atMs, { connection, payload });
    }
    if (effect.kind === "send-welcome") {
      this.downReliable.send(atMs, { connection, payload: { kind: "welcome" } });
    }
  }

  deliver(nowMs: number, hear: LineHears): void {
    const atMs = monotonicMs(nowMs);
    for (const { payload } of this.uplink.deliverUntil(nowMs)) {
      if (payload.connection !== this.connection) continue;
      const sent = payload.payload;
      hear({ kind: "frame-received", frame: sent.frame, atMs }, sent);
    }
    for (const { payload } of this.upReliable.deliverUntil(nowMs)) {
      if (payload.connection === this.connection) hear(eventOf(payload.payload, nowMs), undefined);
    }
    for (const { payload } of this.downlink.deliverUntil(nowMs)) {
      if (payload.connection === this.connection) this.page?.hear(payload.payload.beacon, nowMs);
    }
    for (const { payload } of this.downReliable.deliverUntil(nowMs)) {
      if (payload.connection !== this.connection || !this.page) continue;
      const message = payload.payload;
      if (message.kind === "welcome") this.page.welcomed();
      else this.sendReliable(this.page.challenged(message.challenge), nowMs);
    }
  }

  private sendReliable(payload: PilotMessage, nowMs: number): void {
    this.upReliable.send(nowMs, { connection: this.connection, payload });
  }
}

function eventOf(message: PilotMessage, nowMs: number): PeerEvent {
  const atMs = monotonicMs(nowMs);
  switch (message.kind) {
    case "proof":
      return { kind: "proof-received", proof: message.proof, atMs };
    case "stop":
      return { kind: "stop-received", stopSequence: message.stopSequence, atMs };
    case "command":
      return { ...message, kind: "command-received", atMs };
  }
}
