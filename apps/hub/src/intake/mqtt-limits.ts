import type { BudgetLimits } from "@pista/kernel";

/** [IN5] What one connection may cost, before anything it says is looked at. */
export type MqttLimits = {
  readonly connectionsMax: number;
  /** Of those, so many that have not shown their key; then the one that has waited longest gives way. */
  readonly strangersMax: number;
  /** A connection that has not said CONNECT by then is closed. */
  readonly connectWithinMs: number;
  readonly packetBytesMax: number;
  /** What a stranger may send before it has shown its key. */
  readonly connectBytesMax: number;
  /** MQTT 5's Receive Maximum; a 3.1.1 connection with as many waiting is not read. */
  readonly inFlightMax: number;
  /** A peer that leaves so much of its answers unread is not read either. */
  readonly unsentBytesMax: number;
  readonly bytes: BudgetLimits;
  readonly messages: BudgetLimits;
};

export const mqttLimits: MqttLimits = {
  connectionsMax: 20_000,
  strangersMax: 2_000,
  connectWithinMs: 10_000,
  packetBytesMax: 65_536,
  connectBytesMax: 8_192,
  inFlightMax: 100,
  unsentBytesMax: 65_536,
  // A sensor speaks a few times an hour; a concentrator for hundreds of them stays within this. What
  // it leaves to the others when one device uses all of it is measured by bench/flood-row.ts.
  bytes: { burst: 131_072, perSecond: 262_144 },
  messages: { burst: 200, perSecond: 1_000 },
};

/** For pages, watchers, gateways and the store's own files. */
const otherFilesMax = 1_024;

/** Connections must not use up what the store needs to open its files. */
export const mqttLimitsWithin = (openFilesMax: number): MqttLimits => ({
  ...mqttLimits,
  connectionsMax: Math.min(mqttLimits.connectionsMax, Math.max(64, openFilesMax - otherFilesMax)),
});
