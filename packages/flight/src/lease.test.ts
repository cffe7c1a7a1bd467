import { ed25519 } from "@noble/curves/ed25519.js";
import { fromBase64Url, toBase64Url, toUtf8 } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Lease, leasePublicKey, signLease, verifyLease } from "./lease.ts";
import { hubPublicKey, testLease, tokenOf } from "./testing/test-lease.ts";

const faultOf = (token: string, key = hubPublicKey): string | undefined => {
  const verified = verifyLease(token, key);
  return verified.ok ? undefined : verified.fault.kind;
};
const secretKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

/** Signs any payload as the hub would sign a lease. */
function tokenFor(payload: string): string {
  const signature = ed25519.sign(toUtf8(`pista-lease-v1\n${payload}`), secretKey);
  return `${toBase64Url(toUtf8(payload))}.${toBase64Url(signature)}`;
}

describe("a lease on its way", () => {
  test("[AU6] what the hub signed is read back, with the public key alone", () => {
    expect(verifyLease(tokenOf(testLease()), hubPublicKey)).toEqual({
      ok: true,
      value: testLease(),
    });
  });

  test("[AU6] no character of it can be changed", () => {
    const token = tokenOf(testLease());
    const alphabet = fc.constantFrom(..."AZaz09-_.");
    fc.assert(
      fc.property(fc.nat(token.length - 1), alphabet, (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(verifyLease(changed, hubPublicKey).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("[AU6] every byte of the signature counts", () => {
    const [payload = "", signature = ""] = tokenOf(testLease()).split(".");
    for (let at = 0; at < 64; at += 7) {
      const bytes = fromBase64Url(signature) ?? new Uint8Array();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(faultOf(`${payload}.${toBase64Url(bytes)}`)).toBe("wrong-lease-signature");
    }
  });

  test("[AU6] another hub's key, and a signature made for something else, are refused", () => {
    const stranger = leasePublicKey(Uint8Array.from({ length: 32 }, () => 9));
    expect(faultOf(tokenOf(testLease()), stranger)).toBe("wrong-lease-signature");
    const payload = JSON.stringify(testLease());
    const bare = ed25519.sign(toUtf8(payload), secretKey);
    const token = `${toBase64Url(toUtf8(payload))}.${toBase64Url(bare)}`;
    expect(faultOf(token)).toBe("wrong-lease-signature");
  });

  test.each([
    ["nothing", ""],
    ["no signature", tokenOf(testLease()).split(".")[0] ?? ""],
    ["a third part", `${tokenOf(testLease())}.AA`],
    ["padding", `${tokenOf(testLease())}==`],
    ["a shorter signature", tokenOf(testLease()).slice(0, -2)],
    ["what is not JSON", tokenFor("lease")],
    ["an array", tokenFor("[]")],
    ["null", tokenFor("null")],
    ["bytes that are not UTF-8", "_w.AA"],
  ])("[AU6] %s is malformed", (_, token) => {
    expect(faultOf(token)).toBe("malformed-lease");
  });

  test("[AU6] the alphabet of plain base64 is another encoding, and refused", () => {
    // A name in Chinese gives payloads with - and _ in them.
    const token = signLease(testLease({ dtlsFingerprint: "都灵都灵ÿÿÿ" }), secretKey);
    const plain = token.replaceAll("-", "+").replaceAll("_", "/");
    expect(verifyLease(token, hubPublicKey).ok).toBe(true);
    expect(plain).not.toBe(token);
    expect(faultOf(plain)).toBe("malformed-lease");
  });

  const gate = { centre: { eastM: 1, northM: 2, upM: 3 }, headingDeg: 90, widthM: 3, heightM: 2 };
  const siteWith = (gates: unknown): object => ({ ...testLease().site, gates });

  test("[AU6] the site's gates come along, and may be missing", () => {
    const lease = { ...testLease(), site: siteWith([gate, gate]) };
    expect(verifyLease(tokenFor(JSON.stringify(lease)), hubPublicKey)).toEqual({
      ok: true,
      value: lease,
    });
    expect(testLease().site.gates).toBeUndefined();
  });

  test("[AU6] fields of a younger hub are passed over, and nothing is lost", () => {
    const token = tokenFor(JSON.stringify({ ...testLease(), younger: true }));
    expect(verifyLease(token, hubPublicKey)).toMatchObject({ ok: true, value: testLease() });
  });

  const { limits } = testLease();
  const box = { westM: 2, southM: 2, eastM: 3, northM: 3, topM: 1 };
  const boxes = Array.from({ length: 65 }, () => box);
  test.each<[string, object]>([
    ["without an epoch", { epoch: undefined }],
    ["with a fraction of an epoch", { epoch: 1.5 }],
    ["with a negative renewal", { renewal: -1 }],
    ["with an end in words", { expiresAtMs: "soon" }],
    ["with an id that is none", { leaseId: "Lease 1" }],
    ["without a site", { site: undefined }],
    ["with a site of no version", { site: { siteId: "hall" } }],
    ["with gates that are no list", { site: siteWith({}) }],
    ["with more gates than a hall has", { site: siteWith(Array.from({ length: 33 }, () => gate)) }],
    ["with a gate that stands nowhere", { site: siteWith([{ ...gate, centre: { eastM: 1 } }]) }],
    ["with a gate of no width", { site: siteWith([{ ...gate, widthM: null }]) }],
    ["without limits", { limits: undefined }],
    ["with an endless speed", { limits: { ...limits, speedMpsMax: 1e9 } }],
    ["with a negative speed", { limits: { ...limits, speedMpsMax: -1 } }],
    ["without a fence", { limits: { speedMpsMax: 1 } }],
    ["with half a fence", { limits: { ...limits, fence: { westM: 0, eastM: 1 } } }],
    ["with a fence of no width", { limits: { ...limits, fence: { ...limits.fence, westM: 90 } } }],
    ["with a floor over its top", { limits: { ...limits, fence: { ...limits.fence, topM: -1 } } }],
    ["with an obstacle inside out", { limits: { ...limits, obstacles: [{ ...box, eastM: 1 }] } }],
    [
      "with an obstacle back to front",
      { limits: { ...limits, obstacles: [{ ...box, northM: 1 }] } },
    ],
    ["with more obstacles than a hall has", { limits: { ...limits, obstacles: boxes } }],
    ["with an unknown view", { view: "both" }],
    ["without a fingerprint", { dtlsFingerprint: "" }],
    ["without a thumb-print", { keyThumbprint: 7 }],
  ])("[AU2] a lease %s is malformed, however well it is signed", (_, change) => {
    expect(faultOf(tokenFor(JSON.stringify({ ...testLease(), ...change })))).toBe(
      "malformed-lease",
    );
  });

  test("[AU2] every lease survives the way", () => {
    const anyLease: fc.Arbitrary<Lease> = fc
      .record({
        epoch: fc.nat(),
        renewal: fc.nat(),
        view: fc.constantFrom("telemetry" as const, "camera" as const),
        dtlsFingerprint: fc.string({ minLength: 1, unit: "grapheme" }),
      })
      .map((changes) => testLease(changes));
    fc.assert(
      fc.property(anyLease, (lease) => {
        expect(verifyLease(tokenOf(lease), hubPublicKey)).toEqual({ ok: true, value: lease });
      }),
      { numRuns: 30 },
    );
  });
});
