import type { Logger } from "pino";
import type { RadioState } from "./mqtt-radio.ts";

/**
 * Says how the sensors' links stand, once per change of the whole picture: 1,200 sensors that each
 * try every few seconds would otherwise bury what matters.
 */
export function createLinkJournal(log: Logger): {
  changed(deviceId: string, state: RadioState): void;
} {
  const wordOf = new Map<string, string>();
  let told = "";
  return {
    changed(deviceId, state) {
      wordOf.set(deviceId, describe(state));
      const counts: Record<string, number> = {};
      for (const word of wordOf.values()) counts[word] = (counts[word] ?? 0) + 1;
      const picture = Object.keys(counts).sort().join();
      if (picture === told) return;
      told = picture;
      const isWell = Object.keys(counts).every((word) => word === "up" || word === "connecting");
      if (isWell) log.info({ sensors: counts }, "the sensors' links");
      else log.warn({ sensors: counts }, "the sensors' links");
    },
  };
}

function describe(link: RadioState): string {
  switch (link.state) {
    case "connecting":
    case "up":
      return link.state;
    case "refused":
      return `refused with 0x${link.reasonCode.toString(16)}`;
    case "unreachable":
      return `unreachable: ${causeOf(link.cause)}`;
  }
}

/** A dual-stack host that refuses answers with one error around two, whose own message is empty. */
function causeOf(cause: Error | undefined): string {
  if (!cause) return "closed";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  return cause.message || cause.name;
}
