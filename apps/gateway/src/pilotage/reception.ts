import {
  type Authority,
  type GatewayEvent,
  type GatewayState,
  leaseOf,
  type PeerEvent,
} from "@pista/flight";
import { type Clock, fail, type Result, toBase64Url } from "@pista/kernel";
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

const nobody: Guest = { state: "none" };

/** [AU3] During a handover there are two: who flies, and who is to take over. */
export type Seat = "pilot" | "successor";

/** Receives pilots' browsers: one a seat, each with the certificate that its lease names. */
export class Reception {
  readonly #options: ReceptionOptions;
  readonly #guests: Record<Seat, Guest> = { pilot: nobody, successor: nobody };
  /** An offer that overtook its lease: the lease's epoch is still on its way to the disk (AU7). */
  #early: Offer | undefined;
  #lastPeerId = 0;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** [AU2] A browser's offer came by way of the hub. */
  offer(offer: Offer): void {
    const { offerId, leaseId, sdp } = offer;
    if (this.#early) this.#refuse(this.#early.offerId, "replaced by a new offer");
    this.#early = undefined;
    const found = this.#find(leaseId);
    if (found?.authority.state === "storing-epoch") {
      this.#early = offer;
      return;
    }
    const fingerprint = fingerprintFor(found?.authority, sdp);
    if (!found || !fingerprint.ok) {
      this.#refuse(offerId, fingerprint.ok ? "no-lease" : fingerprint.fault);
      return;
    }
    const { seat } = found;
    // The lease's own pilot comes again, from a page that was reloaded: the old peer is of no use.
    this.#leave(seat, "replaced by a new offer");
    this.#lastPeerId += 1;
    const peerId = this.#lastPeerId;
    if (!this.#options.media.openPeer(peerId, sdp)) {
      this.#refuse(offerId, "media-not-ready");
      return;
    }
    const dtlsFingerprint = fingerprint.value;
    this.#guests[seat] = { state: "answering", peerId, offerId, dtlsFingerprint };
  }

  /** The guard decided about a lease: an offer that waited for it is looked at again. */
  leaseSettled(): void {
    const early = this.#early;
    this.#early = undefined;
    if (early) this.offer(early);
  }

  answered(peerId: number, sdp: string): void {
    const seat = this.#seatOf(peerId);
    const guest = seat && this.#guests[seat];
    if (!seat || guest?.state !== "answering") return;
    const { offerId, dtlsFingerprint } = guest;
    this.#guests[seat] = { state: "answered", peerId, dtlsFingerprint };
    this.#options.hub.tell({ op: "answer", offerId, sdp, cause: null });
  }

  answerFailed(peerId: number, cause: string): void {
    const seat = this.#seatOf(peerId);
    const guest = seat && this.#guests[seat];
    if (!seat || guest?.state !== "answering") return;
    this.#guests[seat] = nobody;
    this.#refuse(guest.offerId, cause);
  }

  /** DTLS is up: now it is certain which certificate the browser holds. */
  opened(peerId: number, dtlsFingerprint: string): void {
    const seat = this.#seatOf(peerId);
    const guest = seat && this.#guests[seat];
    if (!seat || (guest?.state !== "answered" && guest?.state !== "answering")) return;
    const { clock, log, recorder, media, randomBytes } = this.#options;
    if (guest.dtlsFingerprint !== dtlsFingerprint) {
      // The library checks the same; two looks at what the whole right to fly hangs on.
      this.#guests[seat] = nobody;
      media.closePeer(peerId, "wrong-fingerprint");
      recorder.record({ kind: "peer-refused", cause: "wrong-fingerprint" });
      log.warn("a browser came with another certificate than its offer named");
      return;
    }
    this.#guests[seat] = { state: "open", peerId };
    recorder.record({ kind: "peer-opened" });
    const challenge = toBase64Url(randomBytes(32));
    const atMs = clock.monotonicMs();
    this.#tellGuard(seat, { kind: "peer-opened", dtlsFingerprint, challenge, atMs });
  }

  closed(peerId: number, cause: string): void {
    const seat = this.#seatOf(peerId);
    if (seat) this.#leave(seat, cause);
  }

  /** [LG10] Media died: to the guard that is a peer that closed. */
  mediaDown(): void {
    for (const seat of ["pilot", "successor"] as const) this.#leave(seat, "media ended");
  }

  frame(peerId: number, lane: Lane, payload: Payload): void {
    const seat = this.#seatOf(peerId);
    if (!seat || this.#guests[seat].state !== "open") return;
    const { clock, recorder } = this.#options;
    const event = readFrame(lane, payload, clock.monotonicMs());
    if (event.ok) this.#tellGuard(seat, event.value);
    else recorder.record({ kind: "malformed-frame", lane, cause: event.fault });
  }

  send(seat: Seat, lane: Lane, payload: Payload): void {
    const guest = this.#guests[seat];
    if (guest.state === "open") this.#options.media.send(guest.peerId, lane, payload);
  }

  /** The guard will not have this peer; it knows so itself and needs no event. */
  dismiss(seat: Seat, cause: string): void {
    const guest = this.#guests[seat];
    if (guest.state !== "open") return;
    this.#guests[seat] = nobody;
    this.#options.media.closePeer(guest.peerId, cause);
    this.#options.recorder.record({ kind: "peer-closed", cause });
    this.#options.log.info({ cause }, "pilot's browser dismissed");
  }

  /** [AU3] The handover is complete: the receiver's peer is the pilot's now. */
  seatSuccessor(): void {
    this.#guests.pilot = this.#guests.successor;
    this.#guests.successor = nobody;
  }

  #seatOf(peerId: number): Seat | undefined {
    const isTheirs = (guest: Guest): boolean => guest.state !== "none" && guest.peerId === peerId;
    if (isTheirs(this.#guests.pilot)) return "pilot";
    return isTheirs(this.#guests.successor) ? "successor" : undefined;
  }

  #find(leaseId: string): { seat: Seat; authority: Authority } | undefined {
    const { state } = this.#options.guard;
    if (leaseOf(state)?.leaseId === leaseId) return { seat: "pilot", authority: state.authority };
    const { successor } = state;
    if (!successor || leaseOf(successor)?.leaseId !== leaseId) return undefined;
    return { seat: "successor", authority: successor.authority };
  }

  #tellGuard(seat: Seat, event: PeerEvent): void {
    const { guard } = this.#options;
    if (seat === "pilot") guard.hear(event);
    else guard.hear({ kind: "successor-heard", event, atMs: event.atMs });
  }

  #refuse(offerId: number, cause: string): void {
    this.#options.hub.tell({ op: "answer", offerId, sdp: null, cause });
    this.#options.recorder.record({ kind: "offer-refused", cause });
    this.#options.log.warn({ cause }, "a pilot's offer was refused");
  }

  #leave(seat: Seat, cause: string): void {
    const guest = this.#guests[seat];
    const { clock, log, recorder, media } = this.#options;
    this.#guests[seat] = nobody;
    if (guest.state === "none") return;
    media.closePeer(guest.peerId, cause);
    if (guest.state === "answering") this.#refuse(guest.offerId, cause);
    if (guest.state !== "open") return;
    recorder.record({ kind: "peer-closed", cause });
    log.info({ cause }, "pilot's browser gone");
    this.#tellGuard(seat, { kind: "peer-closed", atMs: clock.monotonicMs() });
  }
}

/** [AU2] The certificate of an offer, if it is the one that the lease in force names. */
function fingerprintFor(authority: Authority | undefined, sdp: string): Result<string, string> {
  if (authority?.state !== "held") return fail("no-lease");
  if (sdp.length > sdpLengthMax) return fail("offer-too-long");
  const fingerprint = readFingerprint(sdp);
  if (!fingerprint.ok) return fail(fingerprint.fault.kind);
  return fingerprint.value === authority.lease.dtlsFingerprint
    ? fingerprint
    : fail("wrong-fingerprint");
}
