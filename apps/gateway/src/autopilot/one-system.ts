import { MavAutopilot, type MavlinkFrame } from "@pista/mavlink";
import { dialectOf } from "./heartbeat-status.ts";

/**
 * [AU1] Several vehicles may speak on one line, behind one radio or router, and a lease is for one of
 * them: the one that the address names, or else the first that can be flown. It stays that one until
 * this process ends; were the next to speak taken when it falls silent, a pilot's sticks would go
 * over to a vehicle that nobody leased.
 */
export class OneSystem {
  readonly #onOther: (systemId: number) => void;
  readonly #told = new Set<number>();
  #systemId: number | undefined;

  constructor(systemId: number | undefined, onOther: (systemId: number) => void) {
    this.#systemId = systemId;
    this.#onOther = onOther;
  }

  isOurs({ systemId, message }: MavlinkFrame): boolean {
    const isAutopilot = message.name === "HEARTBEAT" && message.autopilot !== MavAutopilot.INVALID;
    const heartbeat = isAutopilot ? message : undefined;
    if (heartbeat && dialectOf(heartbeat)) this.#systemId ??= systemId;
    const isOurs = this.#systemId === undefined || systemId === this.#systemId;
    if (heartbeat && !isOurs && !this.#told.has(systemId)) {
      this.#told.add(systemId);
      this.#onOther(systemId);
    }
    return isOurs;
  }
}
