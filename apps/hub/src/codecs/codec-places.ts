import type { Clock } from "@pista/kernel";
import { HubError } from "../errors.ts";
import type { CodecLimits } from "./codec-limits.ts";

/** A codec that wants a place for its thread, or has one. */
export interface PlaceHolder {
  /** The organisation that pays for it. */
  readonly owner: string;
  readonly lastUsedAtMs: number;
  /** It has a thread and nothing to do. */
  isIdle(): boolean;
  endThread(): Promise<void>;
}

export type Place = { readonly holder: PlaceHolder };

type Seeker = Place & { resolve(place: Place): void; reject(cause: unknown): void };

/**
 * [IN7] The places for codecs' threads. The next goes to the owner with the fewest at work, and the
 * longest idle codec gives way. Kills are charged to the owner: after too many of late it gets a place
 * only while none of its codecs is at work, however many wait, and the rest are the others'.
 */
export class CodecPlaces {
  readonly #clock: Clock;
  readonly #limits: CodecLimits;
  readonly #taken = new Set<Place>();
  #seekers: Seeker[] = [];
  readonly #killedAtMs = new Map<string, readonly number[]>();
  #evictions = 0;
  #isClosed = false;

  constructor(clock: Clock, limits: CodecLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  take(holder: PlaceHolder): Promise<Place> {
    if (this.#isClosed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#seekers.push({ holder, resolve, reject });
      this.look();
    });
  }

  leave(place: Place): void {
    this.#taken.delete(place);
    this.look();
  }

  /** Whether somebody waits who should have this owner's place, once its turn is over. */
  isWanted(owner: string): boolean {
    return this.#seekers.some(({ holder }) => {
      const theirs = this.#atWork(holder.owner);
      const isTheirTurn = theirs < this.#atWork(owner) && theirs < this.#atWorkMax(holder.owner);
      return holder.owner === owner || isTheirTurn;
    });
  }

  charge(owner: string): void {
    this.#killedAtMs.set(owner, [...this.#recentKills(owner), this.#clock.monotonicMs()]);
  }

  /** Gives what is free to those who wait; also called when a codec has become idle. */
  look(): void {
    for (let next = this.#nextSeeker(); next; next = this.#nextSeeker()) {
      if (this.#taken.size >= this.#limits.threadsMax) {
        this.#evict();
        return;
      }
      this.#seekers = this.#seekers.filter((seeker) => seeker !== next);
      const place = { holder: next.holder };
      this.#taken.add(place);
      next.resolve(place);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { reject } of this.#seekers.splice(0)) reject(closed());
  }

  /** Of the owner with the fewest places at work, the first to come. */
  #nextSeeker(): Seeker | undefined {
    let best: Seeker | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    for (const seeker of this.#seekers) {
      const { owner } = seeker.holder;
      const atWork = this.#atWork(owner);
      if (atWork < fewest && atWork < this.#atWorkMax(owner)) [best, fewest] = [seeker, atWork];
    }
    return best;
  }

  /** Its place is free when its thread has ended, and then this looks again. */
  #evict(): void {
    if (this.#evictions >= this.#seekers.length) return;
    const [longestIdle] = [...this.#taken]
      .map(({ holder }) => holder)
      .filter((holder) => holder.isIdle())
      .sort((a, b) => a.lastUsedAtMs - b.lastUsedAtMs);
    if (!longestIdle) return;
    this.#evictions += 1;
    void longestIdle.endThread().finally(() => {
      this.#evictions -= 1;
    });
  }

  #atWork(owner: string): number {
    return [...this.#taken].filter(({ holder }) => holder.owner === owner && !holder.isIdle())
      .length;
  }

  #atWorkMax(owner: string): number {
    const { ownerKillsMax, threadsMax } = this.#limits;
    return this.#recentKills(owner).length < ownerKillsMax ? threadsMax : 1;
  }

  #recentKills(owner: string): readonly number[] {
    const sinceMs = this.#clock.monotonicMs() - this.#limits.killWindowMs;
    const kills = (this.#killedAtMs.get(owner) ?? []).filter((atMs) => atMs > sinceMs);
    this.#killedAtMs.set(owner, kills);
    return kills;
  }
}

const closed = (): HubError => new HubError("HUB_CODECS_CLOSED", "The hub closes its codecs.");
