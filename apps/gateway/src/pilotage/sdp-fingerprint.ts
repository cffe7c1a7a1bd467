import { fail, ok, type Result } from "@pista/kernel";

export type FingerprintFault =
  | { readonly kind: "no-fingerprint" }
  | { readonly kind: "unsupported-hash" }
  | { readonly kind: "several-fingerprints" }
  | { readonly kind: "malformed-fingerprint" };

const linePattern = /^a=fingerprint:(\S+)[ \t]+(\S+)[ \t]*$/i;
const valuePattern = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/;

/**
 * The certificate that an offer names (RFC 8122, section 5). It must be one, whole and by SHA-256:
 * with two to choose from, the one that was checked need not be the one that connects. The same one
 * may stand in several places, as browsers write it once for each medium.
 */
export function readFingerprint(sdp: string): Result<string, FingerprintFault> {
  const found = new Set<string>();
  for (const line of sdp.split(/\r\n|\r|\n/)) {
    if (!/^a=fingerprint/i.test(line)) continue;
    const match = linePattern.exec(line);
    const value = match?.[2]?.toUpperCase() ?? "";
    if (!match) return fail({ kind: "malformed-fingerprint" });
    if (match[1]?.toLowerCase() !== "sha-256") return fail({ kind: "unsupported-hash" });
    if (!valuePattern.test(value)) return fail({ kind: "malformed-fingerprint" });
    found.add(value);
  }
  const [first, ...others] = found;
  if (first === undefined) return fail({ kind: "no-fingerprint" });
  return others.length > 0 ? fail({ kind: "several-fingerprints" }) : ok(first);
}
