import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromBase64Url, toBase64Url, toUtf8 } from "@pista/kernel";
import type { Lease } from "./lease.ts";

/** A P-256 public key as WebCrypto exports it: the two coordinates of a JWK, base64url. */
export type PilotPublicKey = { readonly x: string; readonly y: string };

export type PilotProof = {
  readonly publicKey: PilotPublicKey;
  /** ECDSA with SHA-256 over `proofText`, r and s one after the other (IEEE P1363), base64url. */
  readonly signature: string;
};

/** RFC 7638, section 3: SHA-256 of the required members in lexicographic order. */
export const thumbprintOf = ({ x, y }: PilotPublicKey): string =>
  toBase64Url(sha256(toUtf8(JSON.stringify({ crv: "P-256", kty: "EC", x, y }))));

/** What the pilot's browser signs: this gateway's challenge, bound to this lease. */
export const proofText = (lease: Pick<Lease, "leaseId" | "epoch">, challenge: string): string =>
  `pista-pilot-v1\n${lease.leaseId}\n${lease.epoch}\n${challenge}`;

/** [AU2] Whether whoever answers holds the key that the lease names. */
export function isProved(lease: Lease, challenge: string, proof: PilotProof): boolean {
  if (thumbprintOf(proof.publicKey) !== lease.keyThumbprint) return false;
  const x = fromBase64Url(proof.publicKey.x);
  const y = fromBase64Url(proof.publicKey.y);
  const signature = fromBase64Url(proof.signature);
  if (x?.length !== 32 || y?.length !== 32 || signature?.length !== 64) return false;
  // SEC 1, section 2.3.3: an uncompressed point is 0x04, x, y.
  const point = Uint8Array.of(4, ...x, ...y);
  try {
    // WebCrypto does not normalise s, so both halves of the curve's order are accepted.
    return p256.verify(signature, toUtf8(proofText(lease, challenge)), point, { lowS: false });
  } catch {
    return false; // The point is not on the curve: noble says so by throwing.
  }
}
