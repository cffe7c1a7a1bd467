import type { AssetId, Clock, SiteId, TrialId } from "@pista/kernel";
import {
  type Decision,
  decide,
  type Permits,
  permitsOf,
  type Question,
  type Site,
  type Trial,
} from "@pista/programme";
import { type Changes, createChanges } from "./changes.ts";

/** [DC1] The trials as they stand, in memory: every route, stream, intake and lease asks here. */
export interface PermitBoard {
  /** [DC3] Told after every change, so that whoever relies on an answer asks again. */
  readonly changes: Changes<Trial>;
  load(facts: { trials: readonly Trial[]; sites: readonly Site[] }): void;
  put(trial: Trial): void;
  decide(question: Omit<Question, "atMs">): Decision;
  trial(trialId: TrialId): Trial | undefined;
  trials(): readonly Trial[];
  /** Those that name this asset. */
  trialsOf(assetId: AssetId): readonly Trial[];
  site(siteId: SiteId, version: number): Site | undefined;
}

export function createPermitBoard(clock: Clock): PermitBoard {
  const trials = new Map<TrialId, Trial>();
  let sites: readonly Site[] = [];
  let permits: Permits = permitsOf([], []);
  const changes = createChanges<Trial>();
  const index = (): void => {
    permits = permitsOf([...trials.values()], sites);
  };
  return {
    changes,
    load(facts) {
      trials.clear();
      for (const trial of facts.trials) trials.set(trial.trialId, trial);
      sites = facts.sites;
      index();
    },
    put(trial) {
      trials.set(trial.trialId, trial);
      index();
      changes.tell([trial]);
    },
    decide: (question) => decide({ ...question, atMs: clock.nowMs() }, permits),
    trial: (trialId) => trials.get(trialId),
    trials: () => [...trials.values()],
    trialsOf: (assetId) => permits.trialsOf(assetId),
    site: (siteId, version) => permits.site(siteId, version),
  };
}
