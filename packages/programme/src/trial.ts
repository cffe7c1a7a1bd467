import {
  type AssetId,
  type EpochMs,
  fail,
  type OrganisationId,
  ok,
  type PersonId,
  type Result,
  type SiteId,
  type TrialId,
  type WindowRule,
} from "@pista/kernel";

/** [TR1] Where a trial stands. Only an activated trial permits anything. */
export type TrialState =
  | { readonly state: "draft" }
  | { readonly state: "submitted" }
  | { readonly state: "assessed" }
  | { readonly state: "authorised" }
  | { readonly state: "activated"; readonly sinceMs: EpochMs }
  | { readonly state: "suspended"; readonly sinceMs: EpochMs; readonly reason: string }
  | { readonly state: "closed" }
  | { readonly state: "evaluated" };

/** What a person may do with an asset under a trial. */
export type GrantedAction = "drone.fly" | "drone.watch";

/** Person x action x asset; its site and window are the trial's. */
export type Grant = {
  readonly personId: PersonId;
  readonly action: GrantedAction;
  readonly assetId: AssetId;
};

export type Trial = {
  readonly trialId: TrialId;
  readonly version: number;
  readonly organisationId: OrganisationId;
  readonly title: string;
  readonly site: { readonly siteId: SiteId; readonly version: number };
  readonly window: WindowRule;
  readonly assetIds: readonly AssetId[];
  readonly grants: readonly Grant[];
  readonly progress: TrialState;
  readonly isDemonstration: boolean;
};

export type TrialRefusal = {
  readonly kind: "trial-not-activated" | "trial-not-suspended" | "reason-missing";
};

/** [TR1] The city stops a trial: from the commit on, no asset of it may act. */
export function suspendTrial(
  trial: Trial,
  order: { reason: string; atMs: EpochMs },
): Result<Trial, TrialRefusal> {
  const reason = order.reason.trim();
  if (reason === "") return fail({ kind: "reason-missing" });
  if (trial.progress.state !== "activated") return fail({ kind: "trial-not-activated" });
  const progress = { state: "suspended", sinceMs: order.atMs, reason } as const;
  return ok({ ...trial, version: trial.version + 1, progress });
}

/** [TR1] The city lets a suspended trial go on. */
export function resumeTrial(trial: Trial, order: { atMs: EpochMs }): Result<Trial, TrialRefusal> {
  if (trial.progress.state !== "suspended") return fail({ kind: "trial-not-suspended" });
  const progress = { state: "activated", sinceMs: order.atMs } as const;
  return ok({ ...trial, version: trial.version + 1, progress });
}
