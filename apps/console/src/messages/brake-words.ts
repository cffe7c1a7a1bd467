import type { BrakesState } from "@pista/contracts";
import { assertNever } from "@pista/kernel";
import type { Words } from "./use-words.ts";

/** [LG6] What brakings have shown of a drone's declared bounds, in one line. */
export function brakeWords(
  { say, formats }: Pick<Words, "say" | "formats">,
  brakes: BrakesState,
): string {
  switch (brakes.state) {
    case "untested":
      return say("fly.brakes.untested");
    case "kept":
      return say("fly.brakes.kept", {
        count: brakes.brakings,
        speed: formats.tenths(brakes.fastestMps),
        better: formats.percent(1 - brakes.wayShare),
      });
    case "worse":
      return say("fly.brakes.worse", {
        measured: formats.tenths(brakes.measuredMps2),
        declared: formats.tenths(brakes.declaredMps2),
      });
    default:
      return assertNever(brakes, "A state of the brakes");
  }
}
