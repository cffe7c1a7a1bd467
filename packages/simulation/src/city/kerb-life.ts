import type { Random, Weekday } from "@pista/kernel";
import { dayMs, drawArrivalMs, drawPaid, drawStayMs, type StreetLife } from "./street-life.ts";

/** What really stands in a bay; no sensor's word for it. */
export type KerbTruth =
  | {
      readonly state: "occupied";
      readonly untilMs: number;
      /** Whether anybody paid for it. Only the model knows: no sensor sees it. */
      readonly paid: boolean;
    }
  | { readonly state: "free"; readonly untilMs: number };

export type Kerb = {
  readonly random: Random;
  readonly life: StreetLife;
  readonly firstDay: Weekday;
};

/** The bay as midnight of the first day finds it. */
export function kerbAtMidnight(kerb: Kerb): KerbTruth {
  // A day ahead of it, in which an empty street fills as it usually does.
  let truth = freeFrom(kerb, -dayMs);
  while (truth.untilMs < 0) truth = nextTruth(kerb, truth);
  return truth;
}

/** What follows at `untilMs`. */
export function nextTruth(kerb: Kerb, truth: KerbTruth): KerbTruth {
  if (truth.state === "occupied") return freeFrom(kerb, truth.untilMs);
  const { random, life } = kerb;
  const untilMs = truth.untilMs + drawStayMs(random, life, truth.untilMs);
  return { state: "occupied", untilMs, paid: drawPaid(random, life) };
}

function freeFrom({ random, life, firstDay }: Kerb, fromMs: number): KerbTruth {
  return { state: "free", untilMs: drawArrivalMs(random, { life, firstDay, fromMs }) };
}
