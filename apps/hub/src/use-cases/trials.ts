import type { SiteView, TrialView } from "@pista/contracts";
import {
  type AssetId,
  defined,
  type EpochMs,
  fail,
  formatRfc3339,
  isId,
  type LngLat,
  ok,
  type PersonId,
  type Result,
  trialId,
} from "@pista/kernel";
import { resumeTrial, type Site, suspendTrial, type Trial } from "@pista/programme";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { insertTrial } from "../store/programme.ts";
import { actorOf, commitAudited, type HubContext } from "./context.ts";

/** Names that a trial's page shows beside the ids. */
export interface Names {
  organisation(organisationId: string): string;
  person(personId: PersonId): string;
  asset(assetId: AssetId): { name: string; kind: "drone" | "sensor" };
}

/** [TR1] The city stops a trial; from the commit on every decision about it is a refusal. */
export const suspend = (
  context: HubContext,
  asker: Asker,
  order: { trialId: string; reason: string },
): Promise<Result<Trial, Refusal>> =>
  context.turns.take(
    () =>
      changeTrial(context, asker, {
        trialId: order.trialId,
        action: "trial.suspend",
        detail: { reason: order.reason },
        change: (trial, atMs) => suspendTrial(trial, { reason: order.reason, atMs }),
      }),
    { isUrgent: true },
  );

export const resume = (
  context: HubContext,
  asker: Asker,
  order: { trialId: string },
): Promise<Result<Trial, Refusal>> =>
  context.turns.take(() =>
    changeTrial(context, asker, {
      trialId: order.trialId,
      action: "trial.resume",
      detail: {},
      change: (trial, atMs) => resumeTrial(trial, { atMs }),
    }),
  );

type TrialChange = {
  readonly trialId: string;
  readonly action: string;
  readonly detail: Record<string, unknown>;
  readonly change: (trial: Trial, atMs: EpochMs) => ReturnType<typeof suspendTrial>;
};

async function changeTrial(
  context: HubContext,
  asker: Asker,
  order: TrialChange,
): Promise<Result<Trial, Refusal>> {
  const trial = isId(order.trialId) ? context.permits.trial(trialId(order.trialId)) : undefined;
  if (!trial) return fail({ kind: "not-found", detail: `There is no trial ${order.trialId}.` });
  const atMs = context.clock.nowMs();
  const changed = order.change(trial, atMs);
  if (!changed.ok) {
    const detail = `The trial is ${trial.progress.state}.`;
    return fail({ kind: changed.fault.kind, detail });
  }
  const next = changed.value;
  const line = {
    action: order.action,
    subject: { kind: "trial", id: trial.trialId },
    detail: { ...order.detail, version: next.version },
  };
  await commitAudited(context, actorOf(asker), line, (transaction) =>
    insertTrial(transaction, next, atMs),
  );
  // After the commit, and before the answer: whoever relies on this trial hears of it first (DC3).
  context.permits.put(next);
  return ok(next);
}

export function trialView(context: HubContext, names: Names, trial: Trial): TrialView {
  const { progress } = trial;
  const site = context.permits.site(trial.site.siteId, trial.site.version);
  const isDated = progress.state === "activated" || progress.state === "suspended";
  return {
    id: trial.trialId,
    version: trial.version,
    title: trial.title,
    organisation: { id: trial.organisationId, name: names.organisation(trial.organisationId) },
    site: siteView(defined(site, `Site ${trial.site.siteId} of trial ${trial.trialId}`)),
    window: { ...trial.window, weekdays: [...trial.window.weekdays] },
    assets: trial.assetIds.map((assetId) => ({ id: assetId, ...names.asset(assetId) })),
    grants: trial.grants.map((grant) => ({ ...grant, personName: names.person(grant.personId) })),
    state: progress.state,
    since: isDated ? formatRfc3339(progress.sinceMs) : null,
    reason: progress.state === "suspended" ? progress.reason : null,
    isDemonstration: trial.isDemonstration,
  };
}

const pair = (point: LngLat): [number, number] => [point.lngDeg, point.latDeg];

export const siteView = (site: Site): SiteView => ({
  id: site.siteId,
  version: site.version,
  name: site.name,
  ring: site.ring.map(pair),
  heightBandM: site.heightBandM,
  indoor: site.indoor
    ? {
        origin: pair(site.indoor.origin),
        sizeM: site.indoor.sizeM,
        obstacles: [...site.indoor.obstacles],
        landingSpots: [...site.indoor.landingSpots],
        gates: [...(site.indoor.gates ?? [])],
      }
    : null,
});
