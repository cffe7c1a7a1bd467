import type { MonotonicMs } from "@pista/kernel";

/** [IN5] So much in a burst, so much in the long run. */
export type BudgetLimits = { readonly burst: number; readonly perSecond: number };

/**
 * [IN5] A token bucket that may go into debt: what has been read is spent, and whoever owes is not
 * read until the debt is paid.
 */
export interface Budget {
  spend(amount: number, atMs: MonotonicMs): void;
  /** How long to leave the socket unread; 0 when nothing is owed. */
  debtMs(atMs: MonotonicMs): number;
}

export function createBudget(limits: BudgetLimits, startMs: MonotonicMs): Budget {
  let tokens = limits.burst;
  let filledAtMs = startMs;
  const fill = (atMs: MonotonicMs): void => {
    const earned = (Math.max(0, atMs - filledAtMs) / 1_000) * limits.perSecond;
    tokens = Math.min(limits.burst, tokens + earned);
    filledAtMs = atMs;
  };
  return {
    spend(amount, atMs) {
      fill(atMs);
      tokens -= amount;
    },
    debtMs(atMs) {
      fill(atMs);
      return tokens >= 0 ? 0 : Math.ceil((-tokens / limits.perSecond) * 1_000);
    },
  };
}
