import type { TrialView } from "@pista/contracts";
import type { Weekday, WindowRule } from "@pista/kernel";

/** The contract bounds weekdays to 1 to 7; JSON has no narrower type to say so. */
export const ruleOf = (window: TrialView["window"]): WindowRule => ({
  ...window,
  weekdays: window.weekdays as Weekday[],
});
