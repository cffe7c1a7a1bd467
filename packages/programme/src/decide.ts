import {
  type AssetId,
  assertNever,
  type EpochMs,
  epochMs,
  isInside,
  type LngLat,
  nextOpening,
  type OrganisationId,
  openInterval,
  type PersonId,
  type SiteId,
  type TrialId,
} from "@pista/kernel";
import { type Action, isPlatformAction, type Role, rolesFor, type TrialAction } from "./action.ts";
import type { Site } from "./site.ts";
import type { Trial } from "./trial.ts";

export type Subject =
  | { readonly kind: "anyone" }
  /** Whoever holds the hub's data directory, by the command line. */
  | { readonly kind: "operator" }
  | {
      readonly kind: "person";
      readonly personId: PersonId;
      readonly organisationId: OrganisationId;
      readonly roles: readonly Role[];
    }
  | { readonly kind: "device"; readonly assetId: AssetId };

export type Question = {
  readonly subject: Subject;
  readonly action: Action;
  readonly assetId?: AssetId;
  /** Where it would happen; left out where the site binds the asset by an obligation instead. */
  readonly position?: LngLat;
  readonly atMs: EpochMs;
};

/** Why not. Codes are for programs; the console says them in the reader's language. */
export type Reason =
  | { readonly kind: "not-signed-in" }
  | { readonly kind: "role-missing"; readonly roles: readonly Role[] }
  | { readonly kind: "asset-missing" }
  | { readonly kind: "asset-not-own" }
  | { readonly kind: "no-trial-names-asset"; readonly assetId: AssetId }
  | { readonly kind: "site-unknown"; readonly trialId: TrialId }
  | { readonly kind: "trial-suspended"; readonly trialId: TrialId; readonly reason: string }
  | {
      readonly kind: "trial-not-activated";
      readonly trialId: TrialId;
      readonly state: Trial["progress"]["state"];
    }
  | {
      readonly kind: "window-closed";
      readonly trialId: TrialId;
      readonly opensAtMs: EpochMs | undefined;
    }
  | { readonly kind: "outside-site"; readonly trialId: TrialId }
  | { readonly kind: "no-grant"; readonly trialId: TrialId };

/** What whoever relies on an allowance must see to. */
export type Obligation = {
  readonly kind: "stay-within-site";
  readonly siteId: SiteId;
  readonly siteVersion: number;
};

export type Decision =
  | {
      readonly answer: "allow";
      /** The trial that permits it; undefined for what needs none. */
      readonly trialId: TrialId | undefined;
      /** Ask again from here on: the answer may change by time alone. */
      readonly validUntilMs: EpochMs;
      readonly obligations: readonly Obligation[];
    }
  | { readonly answer: "deny"; readonly reasons: readonly [Reason, ...Reason[]] };

/** The trials and sites as they stand, looked up by what a question names. */
export interface Permits {
  trialsOf(assetId: AssetId): readonly Trial[];
  site(siteId: SiteId, version: number): Site | undefined;
}

const farFuture = epochMs(8.64e15);
const deny = (...reasons: [Reason, ...Reason[]]): Decision => ({ answer: "deny", reasons });
const allow = (
  trialId?: TrialId,
  validUntilMs = farFuture,
  obligations: readonly Obligation[] = [],
): Decision => ({ answer: "allow", trialId, validUntilMs, obligations });

/**
 * [DC1] Whether a subject may act, from the trials alone. Pure: the same question and permits
 * give the same answer. [DC2] Whatever is missing or unknown denies, with its reason.
 */
export function decide(question: Question, permits: Permits): Decision {
  const { action, subject } = question;
  if (action === "public.read") return allow();
  if (isPlatformAction(action)) return decideByRole(subject, rolesFor[action]);
  return decideByTrial({ ...question, action }, permits);
}

function decideByRole(subject: Subject, roles: readonly Role[]): Decision {
  switch (subject.kind) {
    case "operator":
      return allow();
    case "person":
      return subject.roles.some((role) => roles.includes(role))
        ? allow()
        : deny({ kind: "role-missing", roles });
    case "anyone":
      return deny({ kind: "not-signed-in" });
    case "device":
      return deny({ kind: "role-missing", roles });
    default:
      return assertNever(subject, "A subject");
  }
}

type TrialQuestion = Question & { readonly action: TrialAction };

function decideByTrial(question: TrialQuestion, permits: Permits): Decision {
  const { assetId, subject } = question;
  if (subject.kind === "anyone") return deny({ kind: "not-signed-in" });
  if (assetId === undefined) return deny({ kind: "asset-missing" });
  const isOwn = subject.kind === "device" && subject.assetId === assetId;
  if (question.action === "report.publish" && !isOwn) return deny({ kind: "asset-not-own" });

  const trials = permits.trialsOf(assetId);
  if (trials.length === 0) return deny({ kind: "no-trial-names-asset", assetId });
  const reasons: Reason[] = [];
  for (const trial of trials) {
    const decision = decideUnder(trial, question, permits);
    if (decision.answer === "allow") return decision;
    reasons.push(...decision.reasons);
  }
  const [first, ...rest] = reasons;
  return first ? deny(first, ...rest) : deny({ kind: "no-trial-names-asset", assetId });
}

function decideUnder(trial: Trial, question: TrialQuestion, permits: Permits): Decision {
  const { trialId, progress } = trial;
  if (progress.state === "suspended") {
    return deny({ kind: "trial-suspended", trialId, reason: progress.reason });
  }
  if (progress.state !== "activated") {
    return deny({ kind: "trial-not-activated", trialId, state: progress.state });
  }
  const open = openInterval(trial.window, question.atMs);
  if (!open) {
    const opensAtMs = nextOpening(trial.window, question.atMs);
    return deny({ kind: "window-closed", trialId, opensAtMs });
  }
  const site = permits.site(trial.site.siteId, trial.site.version);
  if (!site) return deny({ kind: "site-unknown", trialId });
  if (question.position && !isInside(question.position, site.ring)) {
    return deny({ kind: "outside-site", trialId });
  }
  if (!isGranted(trial, question)) return deny({ kind: "no-grant", trialId });
  return allow(trialId, open.toMs, [
    { kind: "stay-within-site", siteId: site.siteId, siteVersion: site.version },
  ]);
}

function isGranted(trial: Trial, question: TrialQuestion): boolean {
  const { subject, action, assetId } = question;
  // A device's own report needs no grant to a person: the trial names the device itself.
  if (action === "report.publish") return true;
  if (subject.kind !== "person") return false;
  return trial.grants.some(
    (grant) =>
      grant.personId === subject.personId && grant.action === action && grant.assetId === assetId,
  );
}

/** Permits from the trials and sites at hand, indexed by asset. */
export function permitsOf(trials: readonly Trial[], sites: readonly Site[]): Permits {
  const byAsset = new Map<AssetId, Trial[]>();
  for (const trial of trials) {
    for (const assetId of trial.assetIds) {
      byAsset.set(assetId, [...(byAsset.get(assetId) ?? []), trial]);
    }
  }
  const bySite = new Map(sites.map((site) => [`${site.siteId}@${site.version}`, site]));
  return {
    trialsOf: (assetId) => byAsset.get(assetId) ?? [],
    site: (siteId, version) => bySite.get(`${siteId}@${version}`),
  };
}
