import { connect } from "node:net";
import { constants, setPriority } from "node:os";
import { topicOf } from "@pista/contracts";
import mqtt from "mqtt-packet";
import { connectPacket } from "./mqtt-load.ts";
import type { BenchDevice, HubUnderTest } from "./start-hub.ts";

/**
 * One who floods, in a process of its own: made where the others' waiting is measured, the flood would
 * hold up the clock and not the hub. It begins when it is told to, and tells what of it was heard.
 */
export type FloodOrder =
  | { kind: "MQTT connection"; mqttPort: number; device: BenchDevice; epoch: number }
  | { kind: "hook secret"; port: number; hook: HubUnderTest["hook"] };

// Who floods has a machine of their own; here it must not take the processor from the hub and the clock.
setPriority(constants.priority.PRIORITY_LOW);

let heard = 0;
process.once("message", (order: FloodOrder) => {
  const bytes = order.kind === "MQTT connection" ? reportsOf(order.device, order.epoch) : undefined;
  process.once("message", () => {
    process.send?.(heard, () => process.exit(0));
  });
  process.send?.("ready");
  if (bytes && order.kind === "MQTT connection") pour(order, bytes);
  else if (order.kind === "hook secret") for (let line = 0; line < 16; line++) void deliver(order);
});

/** More reports than a budget lets through in one turn, so that none of them is a repeat. */
const floodReports = 40_000;

function reportsOf({ deviceId }: BenchDevice, epoch: number): Buffer {
  const observedAt = new Date().toISOString();
  const packets = Array.from({ length: floodReports }, (_, counter) =>
    mqtt.generate({
      cmd: "publish",
      topic: topicOf(deviceId, "report"),
      payload: JSON.stringify({ state: "free", observedAt, counter, epoch }),
      qos: 1,
      messageId: counter + 1,
      dup: false,
      retain: false,
    }),
  );
  return Buffer.concat(packets);
}

/** One device that writes reports as fast as its socket takes them. */
function pour(
  { mqttPort, device }: Extract<FloodOrder, { kind: "MQTT connection" }>,
  reports: Buffer,
): void {
  const socket = connect({ port: mqttPort, host: "127.0.0.1", noDelay: true });
  const parser = mqtt.parser({ protocolVersion: 4 });
  parser.on("packet", ({ cmd }) => {
    if (cmd === "puback") heard += 1;
  });
  socket.on("data", (bytes) => parser.parse(bytes));
  socket.write(connectPacket(device));
  const more = (): void => {
    socket.write(reports, more);
  };
  more();
}

/** A network server that delivers without a pause; over sixteen connections, refused or not. */
async function deliver({
  port,
  hook,
}: Extract<FloodOrder, { kind: "hook secret" }>): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/hooks/chirpstack/${hook.trialId}`, {
      method: "POST",
      headers: { authorization: `Bearer ${hook.secret}` },
      body: JSON.stringify({ deviceInfo: { devEui: "ffffffffffffffff" }, data: "AQ==" }),
    });
    await answer.arrayBuffer();
    if (answer.ok) heard += 1;
  }
}
