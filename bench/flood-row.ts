import { connect, type Socket } from "node:net";
import { topicOf } from "@pista/contracts";
import mqtt from "mqtt-packet";
import { connectPacket, DeviceLoad } from "./mqtt-load.ts";
import { type BenchDevice, type HubUnderTest, startHubUnderTest } from "./start-hub.ts";
import { pause, quantile, rounded } from "./statistics.ts";

const devices = 50;
/** Each well-behaved device speaks twenty times a second, so that a few seconds have a p99. */
const perSecond = 1_000;
const pairs = 5;

export type Flood = "MQTT connection" | "hook secret";

/**
 * [IN5] What one flood does to the acknowledgement's p99 of fifty others: quiet and flooded turns take
 * their turns on one hub, so that what else the machine does falls on both alike.
 */
export async function measureFlood(flood: Flood, forS: number) {
  const hub = await startHubUnderTest(devices + 1);
  try {
    const flooder = hub.devices[devices];
    if (!flooder) throw new Error("There is no device to flood with.");
    const turns: { quietMs: number; floodedMs: number }[] = [];
    let latencies: number[] = [];
    const loads = await Promise.all(
      hub.devices
        .slice(0, devices)
        .map((device) => DeviceLoad.open(hub.mqttPort, device, (ms) => latencies.push(ms))),
    );
    const turn = async (): Promise<number> => {
      await pace(loads, 1);
      latencies = [];
      await pace(loads, forS);
      return quantile(latencies, 0.99);
    };
    await turn();
    let heard = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const bytes = makeFlood(flooder);
      const quietMs = await turn();
      const stop = flood === "hook secret" ? floodHook(hub) : floodConnection(hub, flooder, bytes);
      turns.push({ quietMs, floodedMs: await turn() });
      heard += await stop();
    }
    const ratios = turns.map(({ quietMs, floodedMs }) => floodedMs / quietMs);
    return {
      row: `flood by one ${flood}, ${devices} others at ${perSecond}/s, ${pairs} pairs of ${forS} s`,
      "quiet p99 ms": rounded(
        quantile(
          turns.map(({ quietMs }) => quietMs),
          0.5,
        ),
      ),
      "flooded p99 ms": rounded(
        quantile(
          turns.map(({ floodedMs }) => floodedMs),
          0.5,
        ),
      ),
      "ratio, median of pairs": rounded(quantile(ratios, 0.5), 2),
      ratios: ratios.map((ratio) => rounded(ratio, 2)).join(" "),
      "of the flood heard/s": Math.round(heard / (pairs * (forS + 1))),
    };
  } finally {
    await hub.stop();
  }
}

/** An open loop: reports leave by the clock, whatever has become of the earlier ones. */
async function pace(loads: readonly DeviceLoad[], forS: number): Promise<void> {
  const startMs = performance.now();
  for (let sent = 0; sent < forS * perSecond; await pause(2)) {
    const due = ((performance.now() - startMs) / 1_000) * perSecond;
    for (; sent < due; sent++) loads[sent % loads.length]?.publish();
  }
}

/** One device that writes reports as fast as its socket takes them; resolves with the acknowledged. */
function floodConnection(
  hub: HubUnderTest,
  device: BenchDevice,
  flood: Buffer,
): () => Promise<number> {
  const socket = connect({ port: hub.mqttPort, host: "127.0.0.1", noDelay: true });
  let acknowledged = 0;
  const parser = mqtt.parser({ protocolVersion: 4 });
  parser.on("packet", ({ cmd }) => {
    if (cmd === "puback") acknowledged += 1;
  });
  socket.on("data", (bytes) => parser.parse(bytes));
  socket.on("error", () => {}); // It ends with a reset when the turn is over.
  socket.write(connectPacket(device));
  pour(socket, flood);
  return async () => {
    socket.resetAndDestroy();
    return acknowledged;
  };
}

/** More reports than a budget lets through in one turn, so that none of them is a repeat. */
const floodReports = 12_000;
let floodEpoch = 0;

/** Made before a pair begins: making them would hold up what this same process measures. */
function makeFlood({ deviceId }: BenchDevice): Buffer {
  floodEpoch += 1;
  const observedAt = new Date().toISOString();
  const packets = Array.from({ length: floodReports }, (_, counter) =>
    mqtt.generate({
      cmd: "publish",
      topic: topicOf(deviceId, "report"),
      payload: JSON.stringify({ state: "free", observedAt, counter, epoch: floodEpoch }),
      qos: 1,
      messageId: counter + 1,
      dup: false,
      retain: false,
    }),
  );
  return Buffer.concat(packets);
}

/** Written again whenever the socket has taken the last of it. */
function pour(socket: Socket, flood: Buffer): void {
  const more = (): void => {
    if (!socket.destroyed) socket.write(flood, more);
  };
  more();
}

/** A network server that delivers over sixteen connections without a pause, refused or not. */
function floodHook(hub: HubUnderTest): () => Promise<number> {
  let isOver = false;
  let answered = 0;
  const deliver = async (): Promise<void> => {
    while (!isOver) {
      const answer = await fetch(
        `http://127.0.0.1:${hub.port}/hooks/chirpstack/${hub.hook.trialId}`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${hub.hook.secret}` },
          body: JSON.stringify({ deviceInfo: { devEui: "ffffffffffffffff" }, data: "AQ==" }),
        },
      );
      await answer.arrayBuffer();
      if (answer.ok) answered += 1;
    }
  };
  const over = Promise.all(Array.from({ length: 16 }, deliver));
  return async () => {
    isOver = true;
    await over;
    return answered;
  };
}
