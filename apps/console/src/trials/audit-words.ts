import type { MessageId } from "../messages/en.ts";
import type { Words } from "../messages/use-words.ts";

const actionMessages: Readonly<Partial<Record<string, MessageId>>> = {
  "trial.suspend": "audit.action.trial.suspend",
  "trial.resume": "audit.action.trial.resume",
  "lease.take": "audit.action.lease.take",
  "lease.ask": "audit.action.lease.ask",
  "lease.agree": "audit.action.lease.agree",
  "lease.refuse": "audit.action.lease.refuse",
  "lease.force": "audit.action.lease.force",
  "lease.withdraw": "audit.action.lease.withdraw",
  "lease.revoke": "audit.action.lease.revoke",
  "person.add": "audit.action.person.add",
  "api-key.add": "audit.action.api-key.add",
  "api-key.remove": "audit.action.api-key.remove",
  "device.add": "audit.action.device.add",
  "device.rotate-key": "audit.action.device.rotate-key",
  "device.move": "audit.action.device.move",
  "device.set-model": "audit.action.device.set-model",
  "device.end": "audit.action.device.end",
  "quarantine.replay": "audit.action.quarantine.replay",
  "device.command": "audit.action.device.command",
  "device-model.add": "audit.action.device-model.add",
  "hook-secret.make": "audit.action.hook-secret.make",
  "gateway.announce": "audit.action.gateway.announce",
  "gateway.rotate-key": "audit.action.gateway.rotate-key",
  "lease-key.rotate": "audit.action.lease-key.rotate",
  "inventory.import": "audit.action.inventory.import",
  "car-parks.import": "audit.action.car-parks.import",
  "store.back-up": "audit.action.store.back-up",
};

/** What somebody did, in words; undefined for an action of a hub that is newer than this page. */
export function auditWords({ say }: Pick<Words, "say">, action: string): string | undefined {
  const message = Object.hasOwn(actionMessages, action) ? actionMessages[action] : undefined;
  return message && say(message);
}
