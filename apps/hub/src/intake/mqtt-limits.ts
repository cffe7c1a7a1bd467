import type { BudgetLimits } from "./budget.ts";

/** [IN5] What one connection may cost, before anything it says is looked at. */
export type MqttLimits = {
  readonly connectionsMax: number;
  /** A connection that has not said CONNECT by then is closed. */
  readonly connectWithinMs: number;
  readonly packetBytesMax: number;
  /** What a stranger may send before it has shown its key. */
  readonly connectBytesMax: number;
  /** MQTT 5's Receive Maximum; a 3.1.1 connection with as many waiting is not read. */
  readonly inFlightMax: number;
  readonly bytes: BudgetLimits;
  readonly messages: BudgetLimits;
};

export const mqttLimits: MqttLimits = {
  connectionsMax: 20_000,
  connectWithinMs: 10_000,
  packetBytesMax: 65_536,
  connectBytesMax: 8_192,
  inFlightMax: 100,
  // A sensor speaks a few times an hour; a concentrator for hundreds of them stays within this.
  bytes: { burst: 1_048_576, perSecond: 524_288 },
  messages: { burst: 4_000, perSecond: 2_000 },
};
