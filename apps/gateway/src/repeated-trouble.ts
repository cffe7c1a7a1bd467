const againAfterMs = 60_000;
/** A network fails in a dozen ways; whoever makes up new ones must not fill the log or the memory. */
const causesMax = 16;
const others = "others";
/** What held this long was good, and the next trouble is a first one. */
const goodAfterMs = 5_000;

/** How many were not told since the last one that was. */
export type Told = { readonly leftOut: number };

/**
 * Trouble that may come many times a second. The first of a cause is told at once, then one a minute
 * with how many were left out, and once that it is over. What comes and goes within seconds is bounded
 * too: its minute goes on meanwhile, and the end of what was not told is not told either.
 */
export class RepeatedTrouble {
  readonly #quietMs: number;
  readonly #told = new Map<string, { readonly atMs: number; leftOut: number }>();
  #isEndTold: boolean;
  #seenAtMs = Number.NEGATIVE_INFINITY;
  #wellSinceMs: number | undefined = Number.NEGATIVE_INFINITY;

  /**
   * @param begins "unknown" has even the first end told, before any trouble.
   * @param quietMs without trouble this long it is over; 0 where its end is known for sure.
   */
  constructor(begins: "well" | "unknown", quietMs = 0) {
    this.#isEndTold = begins === "well";
    this.#quietMs = quietMs;
  }

  /** Undefined where this one is left out. */
  seen(cause: string, atMs: number): Told | undefined {
    const isFirst = this.#wellSinceMs !== undefined && atMs - this.#wellSinceMs >= goodAfterMs;
    const before = isFirst ? this.#takeLeftOut() : 0;
    if (isFirst) this.#told.clear();
    this.#seenAtMs = atMs;
    this.#wellSinceMs = undefined;
    const isKept = this.#told.has(cause) || this.#told.size < causesMax;
    const key = isKept ? cause : others;
    const last = this.#told.get(key);
    if (last && atMs - last.atMs < againAfterMs) {
      last.leftOut += 1;
      return undefined;
    }
    this.#told.set(key, { atMs, leftOut: 0 });
    this.#isEndTold = false;
    return { leftOut: before + (last?.leftOut ?? 0) };
  }

  /** May be called at any time that all is well; undefined where that is no news. */
  over(atMs: number): Told | undefined {
    if (atMs - this.#seenAtMs < this.#quietMs) return undefined;
    this.#wellSinceMs ??= atMs;
    if (this.#isEndTold) return undefined;
    this.#isEndTold = true;
    return { leftOut: this.#takeLeftOut() };
  }

  #takeLeftOut(): number {
    let leftOut = 0;
    for (const last of this.#told.values()) {
      leftOut += last.leftOut;
      last.leftOut = 0;
    }
    return leftOut;
  }
}
