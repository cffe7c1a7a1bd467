import type { GatewayEvent, GatewayState } from "@pista/flight";
import { type Clock, toBase64Url } from "@pista/kernel";
import type { Logger } from "pino";
import { readFrame } from "./lanes.ts";
import type { Hub, Lane, Payload, PilotMedia, Recorder } from "./ports.ts";
import { readFingerprint } from "./sdp-fingerprint.ts";

/** The contract's own limit; the hub keeps it too. */
const sdpLengthMax = 20_000;

export type Offer = { readonly offerId: number; readonly leaseId: string; readonly sdp: string };

export type ReceptionOptions = {
  readonly media: PilotMedia;
  readonly hub: Hub;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly guard: { readonly state: GatewayState; hear(event: GatewayEvent): void };
};

type Guest =
  | { readonly state: "none" }
  /** Its answer is being made. */
  | {
      readonly state: "answering";
      readonly peerId: number;
      readonly offerId: number;
      readonly dtlsFingerprint: string;
    }
  | { readonly state: "answered"; readonly peerId: number; readonly dtlsFingerprint: string }
  | { readonly state: "open"; readonly peerId: number };

/** Receives pilots' browsers: one at a time, each with the certificate that its lease names. */
export class Reception {
  readonly #options: ReceptionOptions;
  #guest: Guest = { state: "none" };
  /** An offer that overtook its lease: the lease's epoch is still on its way to the disk (AU7). */
  #early: Offer | undefined;
  #lastPeerId = 0;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** [AU2] A browser's offer came by way of the hub. */
  offer(offer: Offer): void {
    const { offerId, leaseId, sdp } = offer;
    const { authority } = this.#options.guard.state;
    if (this.#early) this.#refuse(this.#early.offerId, "replaced by a new offer");
    this.#early = undefined;
    if (authority.state === "storing-epoch" && authority.lease.leaseId === leaseId) {
      this.#early = offer;
      return;
    }
    const refusal = this.#refusalOf(leaseId, sdp);
    if (refusal.cause !== undefined) {
      this.#refuse(offerId, refusal.cause);
      return;
    }
    // The lease's own pilot comes again, from a page that was reloaded: the old peer is of no use.
    this.#leave("replaced by a new offer");
    this.#lastPeerId += 1;
    const peerId = this.#lastPeerId;
    if (!this.#options.media.openPeer(peerId, sdp)) {
      this.#refuse(offerId, "media-not-ready");
      return;
    }
    const { dtlsFingerprint } = refusal;
    this.#guest = { state: "answering", peerId, offerId, dtlsFingerprint };
  }

  /** The guard decided about a lease: an offer that waited for it is looked at again. */
  leaseSettled(): void {
    const early = this.#early;
    this.#early = undefined;
    if (early) this.offer(early);
  }

  answered(peerId: number, sdp: string): void {
    const guest = this.#guest;
    if (guest.state !== "answering" || guest.peerId !== peerId) return;
    const { offerId, dtlsFingerprint } = guest;
    this.#guest = { state: "answered", peerId, dtlsFingerprint };
    this.#options.hub.tell({ op: "answer", offerId, sdp, cause: null });
  }

  answerFailed(peerId: number, cause: string): void {
    const guest = this.#guest;
    if (guest.state !== "answering" || guest.peerId !== peerId) return;
    this.#guest = { state: "none" };
    this.#refuse(guest.offerId, cause);
  }

  /** DTLS is up: now it is certain which certificate the browser holds. */
  opened(peerId: number, dtlsFingerprint: string): void {
    const guest = this.#guest;
    if (guest.state !== "answered" && guest.state !== "answering") return;
    if (guest.peerId !== peerId) return;
    const { guard, clock, log, recorder, media, randomBytes } = this.#options;
    if (guest.dtlsFingerprint !== dtlsFingerprint) {
      // The library checks the same; two looks at what the whole right to fly hangs on.
      this.#guest = { state: "none" };
      media.closePeer(peerId, "wrong-fingerprint");
      recorder.record({ kind: "peer-refused", cause: "wrong-fingerprint" });
      log.warn("a browser came with another certificate than its offer named");
      return;
    }
    this.#guest = { state: "open", peerId };
    recorder.record({ kind: "peer-opened" });
    const challenge = toBase64Url(randomBytes(32));
    guard.hear({ kind: "peer-opened", dtlsFingerprint, challenge, atMs: clock.monotonicMs() });
  }

  closed(peerId: number, cause: string): void {
    if (this.#guest.state === "none" || this.#guest.peerId !== peerId) return;
    this.#leave(cause);
  }

  /** [LG10] Media died: to the guard that is a peer that closed. */
  mediaDown(): void {
    this.#leave("media ended");
  }

  frame(peerId: number, lane: Lane, payload: Payload): void {
    if (this.#guest.state !== "open" || this.#guest.peerId !== peerId) return;
    const { guard, clock, recorder } = this.#options;
    const event = readFrame(lane, payload, clock.monotonicMs());
    if (event.ok) guard.hear(event.value);
    else recorder.record({ kind: "malformed-frame", lane, cause: event.fault });
  }

  send(lane: Lane, payload: Payload): void {
    if (this.#guest.state === "open") this.#options.media.send(this.#guest.peerId, lane, payload);
  }

  /** The guard will not have this peer; it knows so itself and needs no event. */
  dismiss(cause: string): void {
    const guest = this.#guest;
    if (guest.state !== "open") return;
    this.#guest = { state: "none" };
    this.#options.media.closePeer(guest.peerId, cause);
    this.#options.recorder.record({ kind: "peer-closed", cause });
    this.#options.log.info({ cause }, "pilot's browser dismissed");
  }

  #refusalOf(
    leaseId: string,
    sdp: string,
  ): { cause: string } | { cause: undefined; dtlsFingerprint: string } {
    const { authority } = this.#options.guard.state;
    if (authority.state !== "held" || authority.lease.leaseId !== leaseId) {
      return { cause: "no-lease" };
    }
    if (sdp.length > sdpLengthMax) return { cause: "offer-too-long" };
    const fingerprint = readFingerprint(sdp);
    if (!fingerprint.ok) return { cause: fingerprint.fault.kind };
    return fingerprint.value === authority.lease.dtlsFingerprint
      ? { cause: undefined, dtlsFingerprint: fingerprint.value }
      : { cause: "wrong-fingerprint" };
  }

  #refuse(offerId: number, cause: string): void {
    this.#options.hub.tell({ op: "answer", offerId, sdp: null, cause });
    this.#options.recorder.record({ kind: "offer-refused", cause });
    this.#options.log.warn({ cause }, "a pilot's offer was refused");
  }

  #leave(cause: string): void {
    const guest = this.#guest;
    const { guard, clock, log, recorder, media } = this.#options;
    this.#guest = { state: "none" };
    if (guest.state === "none") return;
    media.closePeer(guest.peerId, cause);
    if (guest.state === "answering") this.#refuse(guest.offerId, cause);
    if (guest.state !== "open") return;
    recorder.record({ kind: "peer-closed", cause });
    log.info({ cause }, "pilot's browser gone");
    guard.hear({ kind: "peer-closed", atMs: clock.monotonicMs() });
  }
}
