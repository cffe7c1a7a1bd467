import type { GatewayId } from "@pista/flight";
import { toHex } from "@pista/kernel";
import { replaceGatewayKey } from "../store/assets.ts";
import { commitAudited, type HubContext } from "./context.ts";
import type { Registry } from "./devices.ts";

/**
 * [AU8] Pins a gateway's other key, to which its old one has agreed. The pin and its line in the
 * audit commit together; false when the gateway was enrolled anew meanwhile.
 */
export async function rotateGatewayKey(
  context: HubContext,
  registry: Registry,
  gatewayId: GatewayId,
  key: { readonly from: Uint8Array; readonly to: Uint8Array },
): Promise<boolean> {
  const gateway = registry.gateway(gatewayId);
  if (!gateway) return false;
  const line = {
    action: "gateway.rotate-key",
    subject: { kind: "asset", id: gateway.assetId },
    detail: { gatewayId, publicKey: toHex(key.to) },
  };
  const actor = { kind: "gateway", id: gatewayId, name: gatewayId };
  try {
    await commitAudited(context, actor, line, async (transaction) => {
      if (!(await replaceGatewayKey(transaction, gatewayId, key))) throw new PinHasChanged();
    });
  } catch (cause) {
    if (cause instanceof PinHasChanged) return false;
    throw cause;
  }
  registry.putGateway({ ...gateway, publicKey: key.to });
  return true;
}

/** Thrown inside the transaction, because that is how one is rolled back. */
class PinHasChanged extends Error {}
