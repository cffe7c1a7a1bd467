import { commandBytesMax, commandsWaitingMax, type DeviceCommandView } from "@pista/contracts";
import { type AssetId, epochMs, fail, ok, type Result } from "@pista/kernel";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { type CommandRow, insertCommand, readCommands } from "../store/device-commands.ts";
import { actorOf, commitAudited, type HubContext } from "./context.ts";
import { findSensor, type Registry } from "./devices.ts";

const expiresInSDefault = 7 * 86_400;
const pageDefault = 50;

/** Keeps a command until its device has acknowledged it; `tell` is called once it is durable. */
export async function addDeviceCommand(
  context: HubContext,
  registry: Registry,
  asker: Asker,
  wish: { deviceId: string; payload: string; expiresInS?: number | undefined },
  tell: (deviceId: AssetId) => void,
): Promise<Result<DeviceCommandView, Refusal>> {
  const device = findSensor(registry, wish.deviceId);
  if (!device.ok) return device;
  const { assetId: deviceId, organisationId } = device.value;
  const payload = Buffer.from(wish.payload, "base64");
  if (payload.length > commandBytesMax) {
    const detail = `A command has at most ${commandBytesMax} bytes; this one has ${payload.length}.`;
    return fail({ kind: "malformed-request", detail });
  }
  const createdAtMs = context.clock.nowMs();
  const expiresAtMs = epochMs(createdAtMs + (wish.expiresInS ?? expiresInSDefault) * 1_000);
  const line = {
    action: "device.command",
    subject: { kind: "device", id: deviceId },
    detail: { payload: wish.payload },
  };
  const command = { deviceId, organisationId, payload, createdAtMs, expiresAtMs };
  try {
    const row = await commitAudited(context, actorOf(asker), line, async (transaction) => {
      const inserted = await insertCommand(transaction, command, commandsWaitingMax);
      if (!inserted) throw new CommandsFull();
      return inserted;
    });
    tell(deviceId);
    return ok(commandView(row, createdAtMs));
  } catch (cause) {
    if (!(cause instanceof CommandsFull)) throw cause;
    const detail = `${commandsWaitingMax} commands wait for ${deviceId}: it takes no more until it has acknowledged one or one has expired.`;
    return fail({ kind: "commands-full", detail });
  }
}

/** Thrown inside the transaction, because that is how one is rolled back. */
class CommandsFull extends Error {}

export async function listDeviceCommandPage(
  context: HubContext,
  registry: Registry,
  page: { deviceId: string; cursor?: string | undefined; limit?: number | undefined },
): Promise<Result<{ items: DeviceCommandView[]; nextCursor: string | null }, Refusal>> {
  const device = findSensor(registry, page.deviceId);
  if (!device.ok) return device;
  if (page.cursor !== undefined && !/^\d{1,15}$/.test(page.cursor)) {
    return fail({ kind: "malformed-request", detail: "The cursor is not one of ours." });
  }
  const before = page.cursor === undefined ? undefined : Number(page.cursor);
  const limit = page.limit ?? pageDefault;
  const { assetId: deviceId } = device.value;
  const rows = await readCommands(context.db, { deviceId, before, limit });
  const last = rows.at(-1);
  return ok({
    items: rows.map((row) => commandView(row, context.clock.nowMs())),
    nextCursor: last && rows.length === limit ? String(last.id) : null,
  });
}

const commandView = (row: CommandRow, nowMs: number): DeviceCommandView => ({
  id: row.id,
  state: stateOf(row, nowMs),
  payload: Buffer.from(row.payload).toString("base64"),
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  answeredAt: row.answered_at?.toISOString() ?? null,
});

/** MQTT 5.0, section 2.4: a device refuses by a reason code of 0x80 or more. */
const refusedFrom = 0x80;

function stateOf(row: CommandRow, nowMs: number): DeviceCommandView["state"] {
  if (row.answered_at) return (row.reason_code ?? 0) < refusedFrom ? "delivered" : "refused";
  if (row.expires_at.getTime() <= nowMs) return "expired";
  return row.sent_at ? "sent" : "waiting";
}
