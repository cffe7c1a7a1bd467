import {
  gatewayId,
  type Lease,
  leaseId,
  leaseLifetimeMs,
  leasePublicKey,
  leaseRenewalMs,
  signLease,
} from "@pista/flight";
import { assetId, epochMs, personId, siteId, trialId } from "@pista/kernel";
import { demonstrationHall } from "@pista/programme";
import { pilotFingerprint, pilotThumbprint } from "./storm-pilot.ts";
import { isWithinAny, type StormPlan } from "./storm-plan.ts";
import type { Timeline } from "./timeline.ts";

export const stormGatewayId = gatewayId("storm-gateway");
export const stormAssetId = assetId("demo-drone");

/** The hub's clock, in the storm's own time; its readings are near 2025. */
export const hubNowMs = (trueMs: number) => epochMs(1_750_000_000_000 + Math.round(trueMs));

/** The fence leaves a metre to the hall's walls; low enough that a landing takes seconds. */
const { sizeM } = demonstrationHall;
export const stormFence = {
  westM: 1,
  southM: 1,
  eastM: sizeM.eastM - 1,
  northM: sizeM.northM - 1,
  floorM: 0,
  topM: 3.5,
};

const hubSecretKey = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);
const strangersKey = Uint8Array.from({ length: 32 }, () => 7);
export const hubPublicKey = leasePublicKey(hubSecretKey);

export type HubMessage =
  /** The pilot's page learns of the lease by another way than the gateway, which must verify. */
  | { readonly kind: "lease"; readonly token: string; readonly lease: Lease | undefined }
  | { readonly kind: "revocation"; readonly lease: Lease };

const firstGrantMs = 100;

/** The hub of a storm: grants, renews, revokes, grants again, and repeats itself. */
export function startStormHub(
  plan: StormPlan["hub"],
  timeline: Timeline,
  send: (atMs: number, message: HubMessage) => void,
): void {
  const sent: { readonly token: string; readonly lease: Lease }[] = [];
  let lease: Lease | undefined;

  const sign = (value: Lease, nowMs: number): void => {
    lease = value;
    const token = signLease(value, hubSecretKey);
    sent.push({ token, lease: value });
    if (!isWithinAny(plan.outages, nowMs)) send(nowMs, { kind: "lease", token, lease: value });
  };
  const grant = (nowMs: number): void => {
    sign(leaseAt(plan, (lease?.epoch ?? 0) + 1, nowMs), nowMs);
    timeline.at(nowMs + leaseRenewalMs, renewal(lease?.epoch));
  };
  const renewal = (epoch: number | undefined) => (nowMs: number) => {
    if (!lease || lease.epoch !== epoch || isWithinAny(plan.outages, nowMs)) return;
    const expiresAtMs = epochMs(hubNowMs(nowMs) + leaseLifetimeMs);
    sign({ ...lease, renewal: lease.renewal + 1, expiresAtMs }, nowMs);
    timeline.at(nowMs + leaseRenewalMs, renewal(epoch));
  };

  timeline.at(firstGrantMs, grant);
  // [AU6] Well formed, of a high epoch, and signed by somebody else.
  timeline.at(firstGrantMs + 50, (nowMs) => {
    const token = signLease(leaseAt(plan, 99, nowMs), strangersKey);
    send(nowMs, { kind: "lease", token, lease: undefined });
  });
  if (plan.revokesAtMs !== undefined) {
    timeline.at(plan.revokesAtMs, (nowMs) => {
      if (!lease) return;
      send(nowMs, { kind: "revocation", lease });
      // It is renewed no more; its epoch is spent.
      lease = { ...lease, epoch: lease.epoch + 1 };
    });
  }
  if (plan.regrantsAtMs !== undefined) timeline.at(plan.regrantsAtMs, grant);
  plan.replaysAtMs.forEach((atMs, index) => {
    timeline.at(atMs, (nowMs) => {
      const old = sent[index % Math.max(1, sent.length)];
      if (old) send(nowMs, { kind: "lease", ...old });
    });
  });
}

function leaseAt(plan: StormPlan["hub"], epoch: number, nowMs: number): Lease {
  return {
    leaseId: leaseId(`lease-${epoch}`),
    assetId: stormAssetId,
    gatewayId: stormGatewayId,
    trialId: trialId("storm"),
    pilotId: personId("pilot"),
    epoch,
    renewal: 0,
    issuedAtMs: hubNowMs(nowMs),
    expiresAtMs: epochMs(hubNowMs(nowMs) + leaseLifetimeMs),
    site: { siteId: siteId("hall"), version: 1 },
    limits: {
      speedMpsMax: plan.speedMpsMax,
      fence: stormFence,
      obstacles: [],
      landingSpots: [],
      clearViewM: 3,
    },
    view: plan.view,
    dtlsFingerprint: pilotFingerprint,
    keyThumbprint: pilotThumbprint,
  };
}
