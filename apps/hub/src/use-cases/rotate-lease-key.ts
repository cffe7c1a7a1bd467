import type { FromHub } from "@pista/contracts";
import { leasePublicKey } from "@pista/flight";
import { formatRfc3339, ok, type Result, toHex } from "@pista/kernel";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import type { LeaseKey } from "../keys/lease-key.ts";
import { actorOf, commitAudited, type HubContext } from "./context.ts";

/**
 * [AU8] Leases are signed with another key from here on. Whoever flies goes on: the gateways that are
 * there hear of the new key before the first lease under it, the others when they come back.
 */
export async function rotateLeaseKey(
  context: HubContext,
  leaseKey: LeaseKey,
  gateways: { tellAll(message: FromHub): void },
  asker: Asker,
): Promise<Result<{ serial: number; publicKey: string; rotatedAt: string }, Refusal>> {
  const secretKey = context.draw(32);
  const publicKey = toHex(leasePublicKey(secretKey));
  const atMs = context.clock.nowMs();
  const line = {
    action: "lease-key.rotate",
    subject: { kind: "lease-key", id: publicKey },
    detail: { from: leaseKey.publicKeyHex },
  };
  // The paper first: a line whose key is not in force tells of a rotation that failed.
  await commitAudited(context, actorOf(asker), line, async () => {});
  const { serial } = await leaseKey.rotate({ secretKey, atMs }, (statement) =>
    gateways.tellAll({ op: "lease-key", rotations: [statement] }),
  );
  return ok({ serial, publicKey, rotatedAt: formatRfc3339(atMs) });
}
