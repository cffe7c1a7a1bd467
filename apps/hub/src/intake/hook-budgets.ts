import type { Clock } from "@pista/kernel";
import { type Budget, createBudget } from "./budget.ts";

/** [IN5] One network server speaks for a trial's thousands of sensors, a few times an hour each. */
export const hookLimits = {
  bytes: { burst: 4_194_304, perSecond: 524_288 },
  messages: { burst: 1_000, perSecond: 200 },
} as const;

/** [IN5] What each hook's secret has spent. */
export interface HookBudgets {
  /** How long until it is out of debt; 0 when it owes nothing. */
  debtMs(trialId: string): number;
  spend(trialId: string, bytes: number): void;
}

/** Asked only behind a secret that was right, so there are no more budgets than trials. */
export function createHookBudgets(clock: Clock): HookBudgets {
  const budgets = new Map<string, { bytes: Budget; messages: Budget }>();
  const budgetOf = (trialId: string) => {
    const startMs = clock.monotonicMs();
    const budget = budgets.get(trialId) ?? {
      bytes: createBudget(hookLimits.bytes, startMs),
      messages: createBudget(hookLimits.messages, startMs),
    };
    budgets.set(trialId, budget);
    return budget;
  };
  return {
    debtMs(trialId) {
      const { bytes, messages } = budgetOf(trialId);
      const nowMs = clock.monotonicMs();
      return Math.max(bytes.debtMs(nowMs), messages.debtMs(nowMs));
    },
    spend(trialId, bytes) {
      const budget = budgetOf(trialId);
      budget.bytes.spend(bytes, clock.monotonicMs());
      budget.messages.spend(1, clock.monotonicMs());
    },
  };
}
