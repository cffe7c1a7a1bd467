import type { LeaseView } from "@pista/contracts";
import type { Beacon } from "@pista/flight";
import type { Cancel, Clock, MonotonicMs } from "@pista/kernel";
import { createListeners } from "../listeners.ts";
import type { AskedLease } from "./ask-for-drone.ts";
import type { PilotHands } from "./browser-sticks.ts";
import { commandMessage } from "./command-message.ts";
import type { PilotIdentity } from "./identity.ts";
import {
  type HeldLease,
  keepLease,
  type LeaseDesk,
  type LeaseEnd,
  type LeaseKeeper,
} from "./lease-keeper.ts";
import type { OpenPeer } from "./peer.ts";
import { createPeerLink, type LinkState, type PeerLink, type PilotLaps } from "./peer-link.ts";
import { type StickLoop, startStickLoop } from "./stick-loop.ts";
import type { StickSourceName } from "./stick-sources.ts";
import { createStopSender, type StopSender } from "./stop-sender.ts";

export type PilotControl =
  | { readonly state: "idle" }
  | { readonly state: "taking"; readonly step: "identity" | "lease" }
  /** Whoever flies is asked to hand the drone over. */
  | { readonly state: "asking" }
  | { readonly state: "refused"; readonly fault: unknown }
  | { readonly state: "held"; readonly held: HeldLease; readonly link: LinkState }
  /** The lease is over; the gateway is listened to until the drone is down. */
  | { readonly state: "ended"; readonly end: LeaseEnd; readonly lease: LeaseView };

/** By the guard, with its code, or by the autopilot, in its own words. */
export type PilotRefusal =
  | { readonly by: "guard"; readonly code: string }
  | { readonly by: "autopilot"; readonly reason: string };

/** What the page shows; the same object until it changes. */
export type PilotView = {
  readonly control: PilotControl;
  readonly beacon: Beacon | undefined;
  readonly isStopPending: boolean;
  /** Why the last command was refused; undefined when it was accepted. */
  readonly refusal: PilotRefusal | undefined;
  /** Undefined where the gateway times none: the site has no gates. */
  readonly laps: PilotLaps | undefined;
  readonly source: StickSourceName;
};

export type PilotCommandName = "take-off" | "land" | "stop" | "release-stop";

export type PilotParts = {
  readonly clock: Clock;
  readonly desk: LeaseDesk & {
    readonly take: (identity: PilotIdentity) => Promise<LeaseView>;
    /** [AU3] Resolves when the pilot of the moment agreed, with the moment the lease was asked for. */
    readonly ask: (identity: PilotIdentity, left: AbortSignal) => Promise<AskedLease>;
    readonly passOffer: (lease: LeaseView, sdp: string) => Promise<string>;
  };
  readonly loadIdentity: () => Promise<PilotIdentity>;
  readonly peersFor: (identity: PilotIdentity) => OpenPeer;
  readonly hands: Pick<PilotHands, "sample" | "source">;
  readonly isHidden: () => boolean;
  /** Remembers, or forgets, the lease that a page refresh goes on with. */
  readonly remember: (lease: { id: string; fingerprint: string } | undefined) => void;
};

/** The panels follow ten times a second; a change of what the guard allows shows at once. */
const viewEveryMs = 100;
/** After the lease the page listens this long at most for the landing. */
const lingerMsMax = 30_000;

/** One person's hold of one drone, from the asking to the end. Knows nothing of React. */
export class Pilot {
  readonly #parts: PilotParts;
  readonly #listeners = createListeners();
  readonly #stops: StopSender;
  #control: PilotControl = { state: "idle" };
  #view: PilotView;
  #beacon: Beacon | undefined;
  #shownPoseSequence = 0;
  #viewAtMs = Number.NEGATIVE_INFINITY;
  #refusal: PilotRefusal | undefined;
  #laps: PilotLaps | undefined;
  #commandId = 0;
  /** Of the newest attempt to get the drone: aborted when nobody waits for it any more. */
  #left = new AbortController();
  #link: PeerLink | undefined;
  #keeper: LeaseKeeper | undefined;
  #sticks: StickLoop | undefined;
  #linger: Cancel = () => undefined;

  constructor(parts: PilotParts) {
    this.#parts = parts;
    this.#stops = createStopSender({
      clock: parts.clock,
      lane: () => this.#link?.lane("stop"),
      say: (message) => this.#link?.say(message),
      sendFrame: () => this.#sticks?.sendNow(),
      changed: () => this.#publish(),
    });
    this.#view = this.#viewNow();
  }

  view = (): PilotView => this.#view;
  subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener);
  /** The newest, for what is painted at every frame. */
  newestBeacon = (): Beacon | undefined => this.#beacon;
  /** [LG3] The picture with this pose has been on the screen. */
  posePainted = (poseSequence: number): void => {
    this.#shownPoseSequence = poseSequence;
  };

  /** Takes the drone, or goes on with the lease of before a page refresh. */
  take(resume?: (identity: PilotIdentity) => Promise<LeaseView>): Promise<void> {
    const { desk, clock } = this.#parts;
    const obtain = async (identity: PilotIdentity): Promise<AskedLease> => {
      const askedAtMs = clock.monotonicMs();
      return { askedAtMs, lease: await (resume ?? desk.take)(identity) };
    };
    return this.#obtain({ state: "taking", step: "lease" }, obtain, resume !== undefined);
  }

  /** [AU3] Asks whoever flies the drone to hand it over. */
  ask(): Promise<void> {
    const obtain = (identity: PilotIdentity, left: AbortSignal) =>
      this.#parts.desk.ask(identity, left);
    return this.#obtain({ state: "asking" }, obtain, false);
  }

  async #obtain(
    waiting: Extract<PilotControl, { state: "taking" | "asking" }>,
    obtain: (identity: PilotIdentity, left: AbortSignal) => Promise<AskedLease>,
    isResumed: boolean,
  ): Promise<void> {
    if (this.#isTaking() || this.#control.state === "held") return;
    this.#closeLink();
    this.#refusal = undefined;
    this.#laps = undefined;
    this.#set({ state: "taking", step: "identity" });
    this.#left = new AbortController();
    const left = this.#left.signal;
    try {
      const identity = await this.#parts.loadIdentity();
      if (left.aborted) return;
      this.#set(waiting);
      const { lease, askedAtMs } = await obtain(identity, left);
      if (!left.aborted) this.#begin(lease, askedAtMs, identity);
      // Left while the hub was being asked: nobody is here to fly. What was only resumed may be
      // resumed by another page of the same pilot, so it is left to run out.
      else if (!isResumed) await this.#parts.desk.release(lease);
    } catch (fault) {
      if (left.aborted) return;
      this.#parts.remember(undefined);
      this.#set(isResumed ? { state: "idle" } : { state: "refused", fault });
    }
  }

  #isTaking = (): boolean => this.#control.state === "taking" || this.#control.state === "asking";

  command(name: PilotCommandName): void {
    if (name === "stop") {
      this.#stops.press();
      return;
    }
    this.#commandId += 1;
    this.#refusal = undefined;
    this.#link?.say(commandMessage(name, this.#commandId, this.#beacon));
    this.#publish();
  }

  async release(): Promise<void> {
    if (this.#isTaking()) {
      this.#left.abort();
      this.#set({ state: "idle" });
    }
    await this.#keeper?.release();
  }

  /** The page goes away without giving anything back: whatever flies meets a lost link. */
  abandon(): void {
    this.#keeper?.stop();
    this.#closeLink();
  }

  #begin(lease: LeaseView, askedAtMs: MonotonicMs, identity: PilotIdentity): void {
    const { clock, desk, peersFor, remember } = this.#parts;
    remember({ id: lease.id, fingerprint: identity.dtlsFingerprint });
    this.#keeper = keepLease(lease, askedAtMs, {
      desk,
      clock,
      events: {
        renewed: (held) => this.#setHeld({ held }),
        ended: (end) => this.#ended(end, lease),
      },
    });
    this.#control = { state: "held", held: this.#keeper.held(), link: { state: "down" } };
    this.#link = createPeerLink({
      openPeer: peersFor(identity),
      clock,
      lease,
      identity,
      passOffer: (sdp) => desk.passOffer(lease, sdp),
      events: {
        connected: () => this.#connected(),
        changed: (link) => this.#linkChanged(link, lease),
        beacon: (beacon) => this.#heard(beacon),
        answer: ({ commandId, refusal }) => {
          if (commandId !== this.#commandId) return;
          this.#refusal = refusal === null ? undefined : { by: "guard", code: refusal };
          this.#publish();
        },
        refused: ({ reason }) => {
          this.#refusal = { by: "autopilot", reason };
          this.#publish();
        },
        laps: (laps) => {
          this.#laps = laps;
          this.#publish();
        },
      },
    });
  }

  #connected(): void {
    this.#stops.connected();
    this.#beacon = undefined;
    this.#shownPoseSequence = 0;
  }

  #linkChanged(link: LinkState, lease: LeaseView): void {
    // [AU3] A channel that was up may have been closed by a handover: the hub knows.
    if (this.#sticks) this.#keeper?.askNow();
    this.#sticks?.end();
    this.#sticks = undefined;
    if (link.state === "up" && this.#control.state === "held") {
      this.#sticks = startStickLoop({
        clock: this.#parts.clock,
        leaseEpoch: lease.epoch,
        lane: () => this.#link?.lane("sticks"),
        sampleSticks: this.#parts.hands.sample,
        stopSequence: this.#stops.sequence,
        shownPoseSequence: () => this.#shownPoseSequence,
        isHidden: this.#parts.isHidden,
      });
      if (this.#beacon) this.#sticks.heard(this.#beacon);
    }
    if (link.state === "down") this.#beacon = undefined;
    this.#setHeld({ link });
  }

  #heard(beacon: Beacon): void {
    this.#sticks?.heard(beacon);
    const last = this.#beacon;
    if (last && beacon.sequence <= last.sequence) return;
    this.#beacon = beacon;
    this.#stops.heard(beacon);
    if (beacon.lock !== last?.lock && beacon.lock === "authority-withdrawn") {
      // The gateway knows first; the hub knows why.
      this.#keeper?.askNow();
    }
    if (this.#control.state === "ended" && beacon.phase === "grounded") {
      this.#closeLink();
      return;
    }
    const isNews =
      beacon.phase !== last?.phase ||
      beacon.rung !== last.rung ||
      beacon.lock !== last.lock ||
      beacon.stopLatched !== last.stopLatched;
    const nowMs = this.#parts.clock.monotonicMs();
    if (isNews || nowMs - this.#viewAtMs >= viewEveryMs) this.#publish();
  }

  #ended(end: LeaseEnd, lease: LeaseView): void {
    this.#parts.remember(undefined);
    this.#sticks?.end();
    this.#sticks = undefined;
    this.#link?.letGo();
    const isDown = this.#beacon === undefined || this.#beacon.phase === "grounded";
    if (isDown) this.#closeLink();
    else this.#linger = this.#parts.clock.after(lingerMsMax, () => this.#closeLink());
    this.#set({ state: "ended", end, lease });
  }

  #closeLink(): void {
    this.#linger();
    this.#linger = () => undefined;
    const link = this.#link;
    this.#link = undefined;
    this.#beacon = undefined;
    this.#sticks?.end();
    this.#sticks = undefined;
    this.#stops.end();
    link?.close();
    this.#publish();
  }

  #setHeld(change: { held?: HeldLease; link?: LinkState }): void {
    if (this.#control.state === "held") this.#set({ ...this.#control, ...change });
    else this.#publish();
  }

  #set(control: PilotControl): void {
    this.#control = control;
    this.#publish();
  }

  #viewNow = (): PilotView => ({
    control: this.#control,
    beacon: this.#beacon,
    isStopPending: this.#stops.isPending(),
    refusal: this.#refusal,
    laps: this.#laps,
    source: this.#parts.hands.source(),
  });

  #publish(): void {
    this.#viewAtMs = this.#parts.clock.monotonicMs();
    this.#view = this.#viewNow();
    this.#listeners.notify();
  }
}
