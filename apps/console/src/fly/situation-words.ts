import { assertNever } from "@pista/kernel";
import type { Words } from "../messages/use-words.ts";
import type { Situation } from "./situation.ts";

export type Saying = { readonly title: string; readonly details: readonly string[] };

/** A situation in words: what it is, and what that means for whoever wants to fly. */
export function situationWords({ say, formats }: Words, situation: Situation): Saying {
  switch (situation.kind) {
    case "ready":
      return { title: say("fly.ready"), details: [say("fly.readyDetail")] };
    case "taken":
      return {
        title: say("fly.takenBy", { name: situation.pilotName }),
        details: [say("fly.takenDetail")],
      };
    case "taken-by-you":
      return { title: say("fly.ready"), details: [say("fly.takenByYou")] };
    case "gateway-offline":
      return { title: say("fly.gatewayOffline"), details: [say("fly.gatewayOfflineDetail")] };
    case "gateway-none":
      return { title: say("fly.gatewayNone"), details: [say("fly.noneDetail")] };
    case "no-trial":
      return { title: say("fly.refused"), details: [say("fly.noTrial")] };
    case "suspended":
      return {
        title: say("fly.suspended"),
        details: [say("fly.suspendedReason", { reason: situation.reason })],
      };
    case "not-activated":
      return {
        title: say("fly.refused"),
        details: [say("reason.trial-not-activated", { state: say(`trial.${situation.state}`) })],
      };
    case "window-shut":
      return {
        title: say("fly.windowShut"),
        details: [
          situation.opensAtMs === undefined
            ? say("reason.window-over")
            : say("reason.window-closed", { time: formats.dayAndTime(situation.opensAtMs) }),
        ],
      };
    case "not-granted":
      return { title: say("fly.notGranted"), details: [say("fly.notGrantedDetail")] };
    default:
      return assertNever(situation, "A situation");
  }
}
