import { createHash, webcrypto } from "node:crypto";
import { toBase64Url, toUtf8 } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { leaseId } from "./identity.ts";
import { isProved, type PilotPublicKey, proofText, thumbprintOf } from "./pilot-proof.ts";
import { pilotPublicKey, proofFor, testLease } from "./testing/test-lease.ts";

const curve = { name: "ECDSA", namedCurve: "P-256" } as const;
/** What a browser does: a key whose private half never leaves WebCrypto. */
const key = await webcrypto.subtle.generateKey(curve, false, ["sign", "verify"]);
const { x = "", y = "" } = await webcrypto.subtle.exportKey("jwk", key.publicKey);
const publicKey: PilotPublicKey = { x, y };
const lease = testLease({ keyThumbprint: thumbprintOf(publicKey) });

async function sign(text: string): Promise<Uint8Array> {
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  return new Uint8Array(await webcrypto.subtle.sign(algorithm, key.privateKey, toUtf8(text)));
}
const proofOf = async (text: string, shown = publicKey) => ({
  publicKey: shown,
  signature: toBase64Url(await sign(text)),
});

/** The order of the curve's group (SEC 2, section 2.4.2). */
const groupOrder = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

describe("the pilot's key", () => {
  test("[AU2] its thumb-print is that of RFC 7638", () => {
    // Section 3.2 puts the members in the order of their names, without spaces.
    const members = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
    expect(thumbprintOf(publicKey)).toBe(createHash("sha256").update(members).digest("base64url"));
  });

  test("[AU2] what a browser signs proves it, with s in either half", async () => {
    const signature = await sign(proofText(lease, "challenge"));
    expect(isProved(lease, "challenge", { publicKey, signature: toBase64Url(signature) })).toBe(
      true,
    );
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString("hex")}`);
    const mirrored = (groupOrder - s).toString(16).padStart(64, "0");
    const other = new Uint8Array([...signature.subarray(0, 32), ...Buffer.from(mirrored, "hex")]);
    expect(isProved(lease, "challenge", { publicKey, signature: toBase64Url(other) })).toBe(true);
  });

  test("[AU2] it is bound to this challenge, this lease and this epoch", async () => {
    const proof = await proofOf(proofText(lease, "challenge"));
    expect(isProved(lease, "another", proof)).toBe(false);
    expect(isProved({ ...lease, epoch: 2 }, "challenge", proof)).toBe(false);
    expect(isProved({ ...lease, leaseId: leaseId("lease-2") }, "challenge", proof)).toBe(false);
  });

  test("[AU2] another key proves nothing, even where it signs well", () => {
    expect(isProved(lease, "challenge", proofFor(lease, "challenge"))).toBe(false);
  });

  test("[AU2] a key of the right thumb-print with another's signature proves nothing", () => {
    const stolen = { ...proofFor(lease, "challenge"), publicKey };
    expect(isProved(lease, "challenge", stolen)).toBe(false);
  });

  test("[AU2] one bit more or less, and it is refused", async () => {
    const signature = await sign(proofText(lease, "challenge"));
    for (const at of [0, 31, 32, 63]) {
      const changed = Uint8Array.from(signature, (byte, index) => (index === at ? byte ^ 1 : byte));
      const proof = { publicKey, signature: toBase64Url(changed) };
      expect(isProved(lease, "challenge", proof)).toBe(false);
    }
  });

  test.each([
    ["a point that is not on the curve", { x: pilotPublicKey.x, y: pilotPublicKey.x }],
    ["a coordinate too short", { x: "AAAA", y: pilotPublicKey.y }],
    ["no base64url", { x: "+".repeat(43), y: pilotPublicKey.y }],
    ["the point at infinity", { x: "A".repeat(43), y: "A".repeat(43) }],
  ])("[AU2] %s is refused without an exception", (_, shown) => {
    const named = testLease({ keyThumbprint: thumbprintOf(shown) });
    const { signature } = proofFor(named, "challenge");
    expect(isProved(named, "challenge", { publicKey: shown, signature })).toBe(false);
  });

  test.each([
    ["nothing", ""],
    ["zeros", "A".repeat(86)],
    ["a DER signature's length", "A".repeat(96)],
    ["no base64url", "=".repeat(86)],
  ])("[AU2] %s for a signature is refused without an exception", (_, signature) => {
    expect(isProved(lease, "challenge", { publicKey, signature })).toBe(false);
  });
});
