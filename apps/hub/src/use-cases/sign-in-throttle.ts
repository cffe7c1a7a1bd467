import type { Clock } from "@pista/kernel";

/** Guesses at one name, or from one address: so many at once, then one in so long. */
export type ThrottleLimits = { readonly burst: number; readonly perMs: number };

export const throttleLimits = {
  email: { burst: 5, perMs: 30_000 },
  address: { burst: 20, perMs: 5_000 },
} as const;

/** Names remembered at once; beyond it the oldest is forgotten. */
const namesMax = 20_000;

export interface Throttle {
  /** How long to wait before the next try; 0 when it may be now. */
  waitMs(name: string): number;
  /** Counts a try, before its outcome is known. */
  tried(name: string): void;
  /** One try of this name was right, so it is not counted after all. */
  takeBack(name: string): void;
  /** Whoever bears this name has shown that he knows the password. */
  forget(name: string): void;
}

/** Only failures stay counted, so that whoever knows the password is never slowed by his own success. */
export function createThrottle(clock: Clock, limits: ThrottleLimits): Throttle {
  const failures = new Map<string, { count: number; atMs: number }>();
  const countNow = (name: string): number => {
    const known = failures.get(name);
    if (!known) return 0;
    return Math.max(0, known.count - (clock.monotonicMs() - known.atMs) / limits.perMs);
  };
  const put = (name: string, count: number): void => {
    failures.delete(name);
    failures.set(name, { count, atMs: clock.monotonicMs() });
  };
  return {
    waitMs(name) {
      const over = countNow(name) - (limits.burst - 1);
      return over <= 0 ? 0 : Math.ceil(over * limits.perMs);
    },
    tried(name) {
      put(name, countNow(name) + 1);
      const [oldest] = failures.keys();
      if (failures.size > namesMax && oldest !== undefined) failures.delete(oldest);
    },
    takeBack: (name) => put(name, Math.max(0, countNow(name) - 1)),
    forget: (name) => failures.delete(name),
  };
}
