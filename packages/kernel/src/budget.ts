import type { Clock, MonotonicMs } from "./time.ts";

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

export type PurseLimits = { readonly bytes: BudgetLimits; readonly messages: BudgetLimits };

/** [IN5] The bytes and messages that one spender may cost. */
export interface Purse {
  spend(cost: { bytes?: number; messages?: number }): void;
  /** How long until nothing is owed of either; 0 when nothing is. */
  debtMs(): number;
}

export function createPurse(limits: PurseLimits, clock: Pick<Clock, "monotonicMs">): Purse {
  const bytes = createBudget(limits.bytes, clock.monotonicMs());
  const messages = createBudget(limits.messages, clock.monotonicMs());
  return {
    spend(cost) {
      const nowMs = clock.monotonicMs();
      if (cost.bytes) bytes.spend(cost.bytes, nowMs);
      if (cost.messages) messages.spend(cost.messages, nowMs);
    },
    debtMs() {
      const nowMs = clock.monotonicMs();
      return Math.max(bytes.debtMs(nowMs), messages.debtMs(nowMs));
    },
  };
}

/**
 * [IN5] Each spender's own purse, kept while it is away: who leaves and comes back has not earned
 * another burst. Asked only for spenders that are known, so there are no more purses than of those.
 */
export function createPurses<Spender>(
  limits: PurseLimits,
  clock: Pick<Clock, "monotonicMs">,
): (spender: Spender) => Purse {
  const purses = new Map<Spender, Purse>();
  return (spender) => {
    const purse = purses.get(spender) ?? createPurse(limits, clock);
    purses.set(spender, purse);
    return purse;
  };
}
