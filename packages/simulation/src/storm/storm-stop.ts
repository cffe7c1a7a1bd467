import type { GatewayState } from "@pista/flight";

/** A stop as those who flew know it: the number of the newest, and whether it stands. */
export type Stop = {
  readonly highest: number;
  readonly latched: "no" | "by-pilot" | "by-forerunner" | "by-restart";
};

/** [LG4] The rule that a movement breaks, and what to say of it, while a stop stands. */
export const movedUnder: Record<Exclude<Stop["latched"], "no">, { rule: string; what: string }> = {
  "by-pilot": { rule: "LG4", what: "it moves after a stop" },
  "by-forerunner": {
    rule: "LG4",
    what: "it moves after a stop that the holder of an earlier lease pressed",
  },
  "by-restart": {
    rule: "AU7",
    what: "it moves after a restart in the air, before anybody released the stop",
  },
};

/** [LG4] [AU5] Of a take-off whose motors are to start now, or whose climb is to begin. */
export function wrongOfTakeOff({
  stop,
  authority,
}: GatewayState): { rule: string; what: string }[] {
  const wrong = [];
  if (stop.latched) wrong.push({ rule: "LG4", what: "a take-off goes on under a stop" });
  if (authority.state !== "held") {
    wrong.push({ rule: "AU5", what: "a take-off goes on without a lease" });
  }
  return wrong;
}
