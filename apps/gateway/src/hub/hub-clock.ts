import { type EpochMs, epochMs, type MonotonicMs } from "@pista/kernel";

/** Pings of which no pong came back; older ones are forgotten. */
const outstandingMax = 8;

/**
 * The latest that the hub's clock can read. The hub read its clock after the ping was sent, so what
 * it read, and all the time since the sending, is an upper bound however slow the way back was: a
 * lease may end a little early by it, never late (AU2).
 */
export class HubClock {
  #outstanding: MonotonicMs[] = [];
  #newest: { readonly hubNowMs: number; readonly sentAtMs: MonotonicMs } | undefined;

  pinged(sentAtMs: MonotonicMs): void {
    this.#outstanding = [...this.#outstanding, sentAtMs].slice(-outstandingMax);
  }

  /** False when the pong answers none of our pings. */
  ponged(pong: { readonly sentAtMs: number; readonly hubNowMs: number }): boolean {
    const sentAtMs = this.#outstanding.find((sent) => sent === pong.sentAtMs);
    if (sentAtMs === undefined) return false;
    this.#outstanding = this.#outstanding.filter((sent) => sent > sentAtMs);
    // Only the newest counts: the hub's clock may have been set meanwhile.
    this.#newest = { hubNowMs: pong.hubNowMs, sentAtMs };
    return true;
  }

  /** Undefined before the first pong. */
  latestMs(atMs: MonotonicMs): EpochMs | undefined {
    const newest = this.#newest;
    return newest && epochMs(newest.hubNowMs + (atMs - newest.sentAtMs));
  }
}
