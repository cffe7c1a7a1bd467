import { type GatewayId, gatewayId } from "@pista/flight";
import { assetId, epochMs, fail, formatRfc3339, isId, ok, type Result } from "@pista/kernel";
import { type Asker, visitor } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import {
  enrolGateway as enrolGatewayRow,
  type Gateway,
  upsertGatewayCode,
} from "../store/assets.ts";
import { actorOf, commitAudited, type HubContext, newId, newSecret } from "./context.ts";
import type { Registry } from "./devices.ts";

/** [AU8] Long enough to carry it to the site, short enough to be worth nothing when found. */
const enrolmentCodeLifetimeMs = 24 * 3_600_000;

/** [AU8] Announces a drone's gateway: whoever shows the code within a day becomes it. */
export async function announceGateway(
  context: HubContext,
  registry: Registry,
  asker: Asker,
  wish: { assetId: string },
): Promise<Result<{ id: GatewayId; code: string; expiresAt: string }, Refusal>> {
  const drone = isId(wish.assetId) ? registry.asset(assetId(wish.assetId)) : undefined;
  if (drone?.kind !== "drone") {
    return fail({ kind: "not-found", detail: `There is no drone ${wish.assetId}.` });
  }
  const code = newSecret(context);
  const expiresAtMs = epochMs(context.clock.nowMs() + enrolmentCodeLifetimeMs);
  const proposed = gatewayId(newId(context, "gateway"));
  const line = {
    action: "gateway.announce",
    subject: { kind: "asset", id: drone.assetId },
    detail: {},
  };
  const id = await commitAudited(context, actorOf(asker), line, (transaction) =>
    upsertGatewayCode(transaction, {
      gatewayId: proposed,
      assetId: drone.assetId,
      organisationId: drone.organisationId,
      codeHash: context.hasher.hash("enrolment-code", code),
      expiresAtMs,
    }),
  );
  return ok({ id, code, expiresAt: formatRfc3339(expiresAtMs) });
}

/**
 * [AU8] A code for the demonstration's own gateway, which runs on this machine beside the hub; none
 * once it is enrolled, for then it has its key.
 */
export async function gatewayCode(
  context: HubContext,
  registry: Registry,
  droneId: string,
): Promise<string | undefined> {
  if (registry.gatewayOf(assetId(droneId))?.publicKey) return undefined;
  const announced = await announceGateway(context, registry, operator, { assetId: droneId });
  return announced.ok ? announced.value.code : undefined;
}

const operator: Asker = { ...visitor, subject: { kind: "operator" } };

/** [AU8] The gateway shows its code and its key; the code is spent with that. */
export async function enrolGateway(
  context: HubContext,
  registry: Registry,
  wish: { code: string; publicKey: Uint8Array },
): Promise<Result<Gateway, Refusal>> {
  const gateway = await enrolGatewayRow(context.db, {
    codeHash: context.hasher.hash("enrolment-code", wish.code),
    publicKey: wish.publicKey,
    atMs: context.clock.nowMs(),
  });
  if (!gateway) {
    const detail = "Ask for a new code: a code works once and for a day.";
    return fail({ kind: "wrong-enrolment-code", detail });
  }
  registry.putGateway(gateway);
  return ok(gateway);
}
