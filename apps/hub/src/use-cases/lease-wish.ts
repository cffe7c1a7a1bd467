import type { GatewayId } from "@pista/flight";
import { type AssetId, assetId, fail, type OrganisationId, ok, type Result } from "@pista/kernel";
import type { Refusal } from "../http/problems.ts";
import type { Registry } from "./devices.ts";

/** A drone that somebody wants to fly, and the browser that it would be flown from. */
export type LeaseWish = {
  readonly assetId: AssetId;
  readonly gatewayId: GatewayId;
  readonly owner: OrganisationId;
  readonly dtlsFingerprint: string;
  readonly keyThumbprint: string;
};

export function leaseWish(
  registry: Registry,
  droneId: string,
  keys: Pick<LeaseWish, "dtlsFingerprint" | "keyThumbprint">,
): Result<LeaseWish, Refusal> {
  const drone = registry.asset(assetId(droneId));
  const gateway = registry.gatewayOf(assetId(droneId));
  if (drone?.kind !== "drone") {
    return fail({ kind: "not-found", detail: `There is no drone ${droneId}.` });
  }
  if (!gateway) {
    return fail({ kind: "gateway-offline", detail: "No gateway is enrolled for this drone." });
  }
  const { gatewayId } = gateway;
  return ok({ assetId: drone.assetId, gatewayId, owner: drone.organisationId, ...keys });
}
