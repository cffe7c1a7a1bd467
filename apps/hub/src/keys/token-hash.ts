import { createHmac, timingSafeEqual } from "node:crypto";

/** What a secret is for: the same text never passes for two purposes. */
export type TokenPurpose =
  | "sign-in"
  | "api-key"
  | "device-key"
  | "enrolment-code"
  | "hook-secret"
  | "operator";

export interface TokenHasher {
  /** HMAC-SHA-256: whoever reads the database cannot use what he finds there. */
  hash(purpose: TokenPurpose, token: string): Uint8Array;
}

export const createTokenHasher = (cookieKey: Uint8Array): TokenHasher => ({
  hash: (purpose, token) =>
    createHmac("sha256", cookieKey).update(`${purpose}\n`).update(token).digest(),
});

export const isSameHash = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && timingSafeEqual(a, b);
