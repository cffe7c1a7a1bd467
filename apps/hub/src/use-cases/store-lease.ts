import { type Lease, leaseExpiry, leaseId } from "@pista/flight";
import { fail, type OrganisationId, ok, personId, type Result } from "@pista/kernel";
import type { Decision, Site } from "@pista/programme";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { QueryError, sqlStates } from "../store/errors.ts";
import { insertLease, nextEpoch } from "../store/leases.ts";
import { type Actor, type AuditLine, commitAudited, type HubContext, newId } from "./context.ts";
import { leaseLimits } from "./lease-limits.ts";
import type { LeaseWish } from "./lease-wish.ts";

export type Allowed = Extract<Decision, { answer: "allow" }>;
export type LeaseDraft = Omit<Lease, "epoch">;

/** [AU2] What a new lease says, but for its epoch. */
export function draftLease(
  context: HubContext,
  asker: Asker,
  allowed: Allowed,
  wish: LeaseWish,
): Result<LeaseDraft, Refusal> {
  const site = siteOf(context, allowed);
  if (!asker.person || !allowed.trialId || !site) {
    return fail({ kind: "not-permitted", detail: "A lease is a person's, under a trial." });
  }
  const nowMs = context.clock.nowMs();
  return ok({
    leaseId: leaseId(newId(context, "lease")),
    assetId: wish.assetId,
    gatewayId: wish.gatewayId,
    trialId: allowed.trialId,
    pilotId: personId(asker.person.personId),
    renewal: nowMs,
    issuedAtMs: nowMs,
    expiresAtMs: leaseExpiry(nowMs, allowed.validUntilMs),
    site: { siteId: site.siteId, version: site.version, gates: site.indoor?.gates ?? [] },
    limits: leaseLimits(site),
    view: "telemetry",
    dtlsFingerprint: wish.dtlsFingerprint,
    keyThumbprint: wish.keyThumbprint,
  });
}

type Paper = {
  readonly actor: Actor;
  readonly action: string;
  readonly detail: AuditLine["detail"];
  readonly owner: OrganisationId;
};

/**
 * [AU7] The epoch is durable before the lease leaves; undefined when somebody was quicker.
 * @param seenEpoch [AU1] the gateway's highest: a hub restored from a backup knows of fewer leases
 * than the gateway, which would refuse theirs and all below once more.
 */
export async function storeLease(
  context: HubContext,
  paper: Paper,
  draft: LeaseDraft,
  seenEpoch: number,
): Promise<Lease | undefined> {
  const { trialId, leaseId } = draft;
  const line: AuditLine = {
    action: paper.action,
    subject: { kind: "drone", id: draft.assetId },
    detail: { trialId, leaseId, ...paper.detail },
  };
  try {
    return await commitAudited(context, paper.actor, line, async (transaction) => {
      const epoch = Math.max(await nextEpoch(transaction, draft.assetId), seenEpoch + 1);
      const lease: Lease = { ...draft, epoch };
      await insertLease(transaction, lease, paper.owner);
      return lease;
    });
  } catch (cause) {
    if (cause instanceof QueryError && cause.sqlState === sqlStates.uniqueViolation) {
      return undefined;
    }
    throw cause;
  }
}

function siteOf(context: HubContext, allowed: Allowed): Site | undefined {
  const bound = allowed.obligations.find(({ kind }) => kind === "stay-within-site");
  return bound && context.permits.site(bound.siteId, bound.siteVersion);
}
