import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FloodOrder } from "./flooder.ts";
import { DeviceLoad } from "./mqtt-load.ts";
import { startHubUnderTest } from "./start-hub.ts";
import { pause, quantile, rounded } from "./statistics.ts";

const devices = 50;
/** Each well-behaved device speaks twenty times a second, so that a few seconds have a p99. */
const perSecond = 1_000;
const pairs = 5;

export type Flood = FloodOrder["kind"];

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
    let heard = 0;
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
    const floodedTurn = async (epoch: number): Promise<number> => {
      const stop = await startFlood(
        flood === "hook secret"
          ? { kind: flood, port: hub.port, hook: hub.hook }
          : { kind: flood, mqttPort: hub.mqttPort, device: flooder, epoch },
      );
      const floodedMs = await turn();
      heard += await stop();
      return floodedMs;
    };
    // One of each first: a hub that has just started is still compiling what the flood asks for.
    await turn();
    await floodedTurn(0);
    heard = 0;
    for (let pair = 1; pair <= pairs; pair++) {
      turns.push({ quietMs: await turn(), floodedMs: await floodedTurn(pair) });
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

/** Starts the flood; what is returned ends it and resolves with how much of it was heard. */
async function startFlood(order: FloodOrder): Promise<() => Promise<number>> {
  const script = fileURLToPath(new URL("flooder.ts", import.meta.url));
  const child = fork(script, [], { execArgv: ["--import", "tsx"] });
  child.send(order);
  await once(child, "message");
  return async () => {
    const told = once(child, "message");
    child.send("stop");
    const [heard] = await told;
    await once(child, "exit");
    return Number(heard);
  };
}
