import type { DroneView, TrialView } from "@pista/contracts";
import { type EpochMs, nextOpening, openInterval } from "@pista/kernel";
import { ruleOf } from "../trials/trial-window.ts";

/** Whether this person could fly this drone now, as far as the page knows; the hub decides. */
export type Situation =
  | { readonly kind: "ready" }
  /** The same person holds it elsewhere. */
  | { readonly kind: "taken-by-you" }
  | { readonly kind: "taken"; readonly pilotName: string }
  | { readonly kind: "gateway-offline" }
  | { readonly kind: "gateway-none" }
  | { readonly kind: "no-trial" }
  | { readonly kind: "suspended"; readonly reason: string }
  | { readonly kind: "not-activated"; readonly state: TrialView["state"] }
  | { readonly kind: "window-shut"; readonly opensAtMs: EpochMs | undefined }
  | { readonly kind: "not-granted" };

/** Gravest first: what the city forbids comes before what is merely not there. */
export function situationOf(
  drone: DroneView,
  trial: TrialView | undefined,
  asking: { readonly personId: string; readonly nowMs: EpochMs },
): Situation {
  if (!trial) return { kind: "no-trial" };
  if (trial.state === "suspended") return { kind: "suspended", reason: trial.reason ?? "" };
  if (trial.state !== "activated") return { kind: "not-activated", state: trial.state };
  const window = ruleOf(trial.window);
  if (!openInterval(window, asking.nowMs)) {
    return { kind: "window-shut", opensAtMs: nextOpening(window, asking.nowMs) };
  }
  const isGranted = trial.grants.some(
    ({ personId, action, assetId }) =>
      personId === asking.personId && action === "drone.fly" && assetId === drone.id,
  );
  if (!isGranted) return { kind: "not-granted" };
  if (drone.gateway === "none") return { kind: "gateway-none" };
  if (drone.gateway === "offline") return { kind: "gateway-offline" };
  if (!drone.pilot) return { kind: "ready" };
  return drone.pilot.personId === asking.personId
    ? { kind: "taken-by-you" }
    : { kind: "taken", pilotName: drone.pilot.name };
}
