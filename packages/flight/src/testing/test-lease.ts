import { p256 } from "@noble/curves/nist.js";
import { assetId, epochMs, personId, siteId, toBase64Url, toUtf8, trialId } from "@pista/kernel";
import { gatewayId, leaseId } from "../identity.ts";
import { type Lease, leasePublicKey, signLease } from "../lease.ts";
import { type PilotProof, type PilotPublicKey, proofText, thumbprintOf } from "../pilot-proof.ts";

const hubSecretKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
export const hubPublicKey = leasePublicKey(hubSecretKey);
export const tokenOf = (lease: Lease): string => signLease(lease, hubSecretKey);

/** The hub's clock when a test begins. */
export const hubStartMs = epochMs(1_790_000_000_000);

const pilotSecretKey = Uint8Array.from({ length: 32 }, (_, index) => 100 + index);
export const pilotPublicKey: PilotPublicKey = (() => {
  const point = p256.getPublicKey(pilotSecretKey, false);
  return { x: toBase64Url(point.slice(1, 33)), y: toBase64Url(point.slice(33)) };
})();

export const proofFor = (
  lease: Pick<Lease, "leaseId" | "epoch">,
  challenge: string,
): PilotProof => ({
  publicKey: pilotPublicKey,
  signature: toBase64Url(p256.sign(toUtf8(proofText(lease, challenge)), pilotSecretKey)),
});

/** A lease of a hall of 60 by 30 by 10 m, 15 s from the start of the test. */
export const testLease = (changes: Partial<Lease> = {}): Lease => ({
  leaseId: leaseId("lease-1"),
  assetId: assetId("drone-1"),
  gatewayId: gatewayId("gateway-1"),
  trialId: trialId("trial-1"),
  pilotId: personId("pilot-1"),
  epoch: 1,
  renewal: 0,
  issuedAtMs: hubStartMs,
  expiresAtMs: epochMs(hubStartMs + 15_000),
  site: { siteId: siteId("hall"), version: 1 },
  limits: {
    speedMpsMax: 2,
    fence: { westM: 0, southM: 0, eastM: 60, northM: 30, floorM: 0, topM: 10 },
    obstacles: [],
    landingSpots: [],
    clearViewM: 3,
  },
  view: "camera",
  dtlsFingerprint: "AB:CD:EF:01",
  keyThumbprint: thumbprintOf(pilotPublicKey),
  ...changes,
});
