import type { Logger } from "pino";
import { composeHub, type Hub } from "../compose.ts";
import { type OpenHub, openHub } from "../open-hub.ts";
import type { HubSettings } from "../settings.ts";

/** A hub that does not listen yet; when it cannot be joined, its store is not left open. */
export async function openComposedHub(
  settings: HubSettings,
  log: Logger,
): Promise<Hub & { readonly open: OpenHub }> {
  const open = await openHub(settings, log);
  try {
    return { ...(await composeHub(settings, open, log)), open };
  } catch (cause) {
    await open.database.close();
    throw cause;
  }
}
