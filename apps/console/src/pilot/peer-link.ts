import { decodeBeacon, type FromPilot, type LeaseView, type ToPilot } from "@pista/contracts";
import type { Beacon } from "@pista/flight";
import type { Cancel, Clock } from "@pista/kernel";
import type { PilotIdentity } from "./identity.ts";
import type { Lane, LaneName, OpenPeer, Peer } from "./peer.ts";
import { parseToPilot } from "./reliable-message.ts";

export type LinkStep = "offer" | "channel" | "proof";

export type LinkState =
  /** The first attempt is number 1; a later one means that the channel was lost. */
  | { readonly state: "connecting"; readonly step: LinkStep; readonly attempt: number }
  | { readonly state: "up" }
  | { readonly state: "down" };

/** How far the pilot of this lease has flown the circuit. */
export type PilotLaps = Extract<ToPilot, { op: "laps" }>;

export type LinkEvents = {
  readonly changed: (state: LinkState) => void;
  /** A new connection begins: its sequences start afresh. */
  readonly connected: () => void;
  readonly beacon: (beacon: Beacon) => void;
  readonly answer: (answer: Extract<ToPilot, { op: "answer" }>) => void;
  readonly refused: (refused: Extract<ToPilot, { op: "refused" }>) => void;
  readonly laps: (laps: PilotLaps) => void;
};

export type LinkParts = {
  readonly openPeer: OpenPeer;
  readonly clock: Clock;
  readonly lease: LeaseView;
  readonly identity: Pick<PilotIdentity, "prove">;
  /** Hands the offer to the gateway by way of the hub; gives its answer. */
  readonly passOffer: (sdp: string) => Promise<string>;
  readonly events: LinkEvents;
};

export type PeerLink = {
  readonly state: () => LinkState;
  readonly lane: (name: LaneName) => Lane | undefined;
  readonly say: (message: FromPilot) => void;
  /** From now on a lost channel stays lost: the lease is over. */
  readonly letGo: () => void;
  readonly close: () => void;
};

/** From offer to welcome. Longer means that something on the way is broken. */
const connectMsMax = 10_000;
const firstDelayMs = 300;
const delayMsMax = 5_000;
/** Beacons come fifty times a second: such a silence is a dead channel, whatever ICE still hopes. */
const silenceMsMax = 3_000;

export const createPeerLink = (parts: LinkParts): PeerLink => new Link(parts);

class Link implements PeerLink {
  readonly #parts: LinkParts;
  #state: LinkState = { state: "down" };
  #peer: Peer | undefined;
  #attempt = 0;
  #timer: Cancel = () => undefined;
  #heardAtMs = 0;
  #isLettingGo = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    void this.#connect();
  }

  state = (): LinkState => this.#state;

  lane = (name: LaneName): Lane | undefined => this.#peer?.lane(name);

  say = (message: FromPilot): void => {
    this.#peer?.lane("commands").send(JSON.stringify(message));
  };

  letGo = (): void => {
    this.#isLettingGo = true;
    if (this.#state.state !== "up") this.close();
  };

  close = (): void => {
    this.#isLettingGo = true;
    this.#drop();
    this.#set({ state: "down" });
  };

  async #connect(): Promise<void> {
    this.#attempt += 1;
    this.#set({ state: "connecting", step: "offer", attempt: this.#attempt });
    const peer = this.#parts.openPeer({
      lanesOpened: () => {
        if (this.#peer === peer) this.#step("proof");
      },
      received: (lane, data) => {
        if (this.#peer === peer) this.#received(lane, data);
      },
      lost: () => {
        if (this.#peer === peer) this.#lost();
      },
    });
    this.#peer = peer;
    this.#timer();
    this.#timer = this.#parts.clock.after(connectMsMax, () => this.#lost());
    this.#parts.events.connected();
    try {
      const answer = await this.#parts.passOffer(await peer.offer());
      if (this.#peer !== peer) return;
      this.#step("channel");
      await peer.accept(answer);
    } catch {
      // The hub's refusal reaches the page by the lease's renewal, with its reason; here it is only
      // an attempt that failed.
      if (this.#peer === peer) this.#lost();
    }
  }

  #step(step: LinkStep): void {
    if (this.#state.state !== "connecting" || this.#state.step === "proof") return;
    this.#set({ state: "connecting", step, attempt: this.#attempt });
  }

  #received(lane: LaneName, data: ArrayBuffer | string): void {
    if (lane === "commands") {
      const message = typeof data === "string" ? parseToPilot(data) : undefined;
      if (message) void this.#heard(message);
      return;
    }
    const beacon = typeof data === "string" ? undefined : decodeBeacon(new Uint8Array(data));
    if (!beacon) return;
    this.#heardAtMs = this.#parts.clock.monotonicMs();
    this.#parts.events.beacon(beacon);
  }

  async #heard(message: ToPilot): Promise<void> {
    const { identity, lease, events } = this.#parts;
    switch (message.op) {
      case "challenge": {
        const peer = this.#peer;
        this.#step("proof");
        const proof = await identity.prove(lease, message.challenge);
        if (this.#peer === peer) this.say({ op: "prove", ...proof });
        return;
      }
      case "welcome":
        this.#attempt = 0;
        this.#timer();
        this.#heardAtMs = this.#parts.clock.monotonicMs();
        this.#set({ state: "up" });
        return this.#watchSilence();
      case "answer":
        return events.answer(message);
      case "refused":
        return events.refused(message);
      case "laps":
        return events.laps(message);
    }
  }

  #watchSilence(): void {
    this.#timer = this.#parts.clock.after(1_000, () => {
      if (this.#parts.clock.monotonicMs() - this.#heardAtMs > silenceMsMax) this.#lost();
      else this.#watchSilence();
    });
  }

  #lost(): void {
    this.#drop();
    if (this.#isLettingGo) {
      this.#set({ state: "down" });
      return;
    }
    const delayMs = Math.min(delayMsMax, firstDelayMs * 2 ** Math.min(this.#attempt, 10));
    this.#set({ state: "connecting", step: "offer", attempt: this.#attempt + 1 });
    this.#timer = this.#parts.clock.after(delayMs, () => void this.#connect());
  }

  #drop(): void {
    const peer = this.#peer;
    this.#peer = undefined;
    this.#timer();
    this.#timer = () => undefined;
    peer?.close();
  }

  #set(state: LinkState): void {
    this.#state = state;
    this.#parts.events.changed(state);
  }
}
