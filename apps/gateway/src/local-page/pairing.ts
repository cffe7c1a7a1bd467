import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { fail, ok, type Result } from "@pista/kernel";

export const browsersMax = 4;
/** Guesses, right ones among them, by whoever asks: 10^8 codes are then some twenty years. */
const triesMax = 5;
const triesMs = 60_000;
/** A browser that was closed has lost its cookie: its place is another's after this. */
const forgottenAfterMs = 600_000;

export type PairingFault = "wrong-code" | "too-many-tries" | "too-many-browsers";

type Browser = { seenAtMs: number };

export type PairingOptions = {
  readonly nowMs: () => number;
  /** Shown where only whoever has the gateway's console sees it. */
  readonly show: (code: string) => void;
};

const newCode = (): string => String(randomInt(100_000_000)).padStart(8, "0");
const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest();

/**
 * [AU4] Which browsers may see and stop the vehicle. It is all in memory and ends with the process. A
 * code pairs one browser, and then the next is shown.
 */
export class Pairing {
  readonly #options: PairingOptions;
  /** By the digest of their token, so that looking one up tells nothing of the tokens by its time. */
  readonly #browsers = new Map<string, Browser>();
  #code = newCode();
  #triedAtMs: number[] = [];

  constructor(options: PairingOptions) {
    this.#options = options;
  }

  announce(): void {
    this.#options.show(this.#code);
  }

  /** The token of a browser that is paired from now on. */
  pair(code: string): Result<string, PairingFault> {
    const nowMs = this.#options.nowMs();
    this.#triedAtMs = this.#triedAtMs.filter((atMs) => nowMs - atMs < triesMs);
    // A right code is refused then too, or guessing would go on behind the refusals.
    if (this.#triedAtMs.length >= triesMax) return fail("too-many-tries");
    this.#triedAtMs.push(nowMs);
    if (!timingSafeEqual(digestOf(code), digestOf(this.#code))) return fail("wrong-code");
    for (const [key, { seenAtMs }] of this.#browsers)
      if (nowMs - seenAtMs > forgottenAfterMs) this.#browsers.delete(key);
    if (this.#browsers.size >= browsersMax) return fail("too-many-browsers");
    const token = randomBytes(32).toString("base64url");
    this.#browsers.set(digestOf(token).toString("hex"), { seenAtMs: nowMs });
    this.#code = newCode();
    this.announce();
    return ok(token);
  }

  isPaired(token: string | undefined): boolean {
    if (token === undefined) return false;
    const browser = this.#browsers.get(digestOf(token).toString("hex"));
    if (browser) browser.seenAtMs = this.#options.nowMs();
    return browser !== undefined;
  }
}
