import { ed25519 } from "@noble/curves/ed25519.js";
import {
  type AssetId,
  type EpochMs,
  fail,
  fromBase64Url,
  fromUtf8,
  isId,
  ok,
  type PersonId,
  type Result,
  type SiteId,
  type TrialId,
  toBase64Url,
  toUtf8,
} from "@pista/kernel";
import type { Gate } from "./circuit.ts";
import type { LandingSpot, SiteMap } from "./envelope.ts";
import type { GatewayId, LeaseId } from "./identity.ts";

/** [AU2] What the site and its version allow and what the guard must know of it. */
export type LeaseLimits = SiteMap & {
  readonly speedMpsMax: number;
  /** [LG2] Where the vehicle may be put down when nobody commands it. */
  readonly landingSpots: readonly LandingSpot[];
  /** [LG6] (b) How far ahead the pilot's picture shows that nothing is in the way. */
  readonly clearViewM: number;
};

/** [AU1] [AU2] The right to control one asset now. */
export type Lease = {
  readonly leaseId: LeaseId;
  readonly assetId: AssetId;
  readonly gatewayId: GatewayId;
  readonly trialId: TrialId;
  readonly pilotId: PersonId;
  /**
   * [AU3] The lease that this one takes over from. That one goes on until the receiver has proved
   * what a pilot needs; absent, the lease is obeyed at once.
   */
  readonly succeeds?: LeaseId;
  /** [AU1] Rises with every new lease of the asset; the gateway refuses an older one. */
  readonly epoch: number;
  /** Rises with every renewal of this lease, so that an old copy renews nothing. */
  readonly renewal: number;
  readonly issuedAtMs: EpochMs;
  /** [AU2] By the hub's clock; never after the window ends. */
  readonly expiresAtMs: EpochMs;
  readonly site: {
    readonly siteId: SiteId;
    readonly version: number;
    /** For lap timing alone; the guard takes no notice. Absent from a hub that knows no gates. */
    readonly gates?: readonly Gate[];
  };
  readonly limits: LeaseLimits;
  readonly view: "telemetry" | "camera";
  /** [AU2] SHA-256 of the pilot's DTLS certificate, as in RFC 8122: "AB:CD:...". */
  readonly dtlsFingerprint: string;
  /** [AU2] RFC 7638 thumb-print of the pilot's non-extractable P-256 key, base64url. */
  readonly keyThumbprint: string;
};

export type LeaseFault =
  | { readonly kind: "malformed-lease" }
  | { readonly kind: "wrong-lease-signature" };

/** Signed bytes start with this, so that a signature under the same key means nothing else. */
const signedPrefix = "pista-lease-v1\n";

const signedBytes = (payload: Uint8Array): Uint8Array => {
  const prefix = toUtf8(signedPrefix);
  const bytes = new Uint8Array(prefix.length + payload.length);
  bytes.set(prefix);
  bytes.set(payload, prefix.length);
  return bytes;
};

/** [AU2] A lease as it travels: base64url(JSON) "." base64url(Ed25519 signature, RFC 8032). */
export function signLease(lease: Lease, secretKey: Uint8Array): string {
  const payload = toUtf8(JSON.stringify(lease));
  const signature = ed25519.sign(signedBytes(payload), secretKey);
  return `${toBase64Url(payload)}.${toBase64Url(signature)}`;
}

/**
 * [AU6] Checks a lease offline, with the hub's pinned public key alone. Only the bytes that were
 * signed are read, so no second encoding of the same lease can slip through.
 */
export function verifyLease(token: string, publicKey: Uint8Array): Result<Lease, LeaseFault> {
  const [payloadText = "", signatureText = "", ...rest] = token.split(".");
  const payload = fromBase64Url(payloadText);
  const signature = fromBase64Url(signatureText);
  if (!payload || signature?.length !== 64 || rest.length > 0) {
    return fail({ kind: "malformed-lease" });
  }
  if (!ed25519.verify(signature, signedBytes(payload), publicKey, { zip215: false })) {
    return fail({ kind: "wrong-lease-signature" });
  }
  const lease = parseLease(fromUtf8(payload) ?? "");
  return lease ? ok(lease) : fail({ kind: "malformed-lease" });
}

export const leasePublicKey = (secretKey: Uint8Array): Uint8Array =>
  ed25519.getPublicKey(secretKey);

/** The hub wrote it, but a hub of another version may have: every field is looked at. */
function parseLease(text: string): Lease | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller says "malformed".
  }
  return isLease(value) ? value : undefined;
}

const speedMpsLimitMax = 20;
const clearViewMMax = 100;
/** A lease travels every three seconds; a larger map would be no hall. */
const obstaclesMax = 64;
const landingSpotsMax = 32;
/** Each is looked at once a pose, between two ticks of the guard. */
const gatesMax = 32;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isIdText = (value: unknown): boolean => typeof value === "string" && isId(value);
const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

function isLease(value: unknown): value is Lease {
  if (!isRecord(value) || !isRecord(value.site) || !isRecord(value.limits)) return false;
  const { limits, site } = value;
  const ids = [value.leaseId, value.assetId, value.gatewayId, value.trialId, value.pilotId];
  return (
    [...ids, site.siteId].every(isIdText) &&
    [value.epoch, value.renewal, value.issuedAtMs, value.expiresAtMs, site.version].every(
      isCount,
    ) &&
    (value.succeeds === undefined || isIdText(value.succeeds)) &&
    isText(value.dtlsFingerprint) &&
    isText(value.keyThumbprint) &&
    (value.view === "telemetry" || value.view === "camera") &&
    (site.gates === undefined || areGates(site.gates)) &&
    isBetween(limits.speedMpsMax, 0, speedMpsLimitMax) &&
    isBetween(limits.clearViewM, 0, clearViewMMax) &&
    isBox(limits.fence, "floorM") &&
    Array.isArray(limits.obstacles) &&
    limits.obstacles.length <= obstaclesMax &&
    limits.obstacles.every((obstacle) => isBox(obstacle)) &&
    isListOf(limits.landingSpots, landingSpotsMax, ["eastM", "northM"])
  );
}

const areGates = (value: unknown): boolean =>
  isListOf(value, gatesMax, ["headingDeg", "widthM", "heightM"]) &&
  // The line above found a list.
  (value as readonly Record<string, unknown>[]).every(({ centre }) =>
    areNumbers(centre, ["eastM", "northM", "upM"]),
  );

const isBetween = (value: unknown, low: number, high: number): boolean =>
  typeof value === "number" && value >= low && value <= high;

const areNumbers = (value: unknown, names: readonly string[]): boolean =>
  isRecord(value) && names.every((name) => Number.isFinite(value[name]));

/** One whose west lies east of its east would be no wall from any side. */
function isBox(value: unknown, lowest?: "floorM"): boolean {
  const names = ["westM", "southM", "eastM", "northM", "topM", ...(lowest ? [lowest] : [])];
  if (!isRecord(value) || !areNumbers(value, names)) return false;
  const isOrdered = (low: string, high: string): boolean =>
    Number(value[low]) <= Number(value[high]);
  const isHigh = lowest === undefined || isOrdered(lowest, "topM");
  return isHigh && isOrdered("westM", "eastM") && isOrdered("southM", "northM");
}

const isListOf = (value: unknown, lengthMax: number, names: readonly string[]): boolean =>
  Array.isArray(value) && value.length <= lengthMax && value.every((one) => areNumbers(one, names));
