import { startCluster } from "../apps/hub/src/store/testing/server-cluster.ts";
import { measureLog } from "./log-limit.ts";
import { DeviceLoad } from "./mqtt-load.ts";
import { type BenchDevice, type HubUnderTest, startHubUnderTest } from "./start-hub.ts";
import { pause, quantile, rounded } from "./statistics.ts";

/** Reports in flight over all devices: as many batches of a thousand form as the store can take. */
const inFlight = 1_000;
const warmUpS = 3;

/** Durable intake, one process: MQTT QoS 1, acknowledged only when it is on disk. */
export async function measureIntake(store: "embedded" | "server", devices: number, forS: number) {
  const log = measureLog({ batch: inFlight, forS: 3 });
  const cluster = store === "server" ? await startCluster() : undefined;
  const databaseUrl = await cluster?.databaseUrl("pista_bench");
  const hub = await startHubUnderTest(devices, { databaseUrl });
  try {
    const loaded = await load(hub.mqttPort, hub.devices, forS, () => hub.usage());
    return {
      row: `durable intake, ${store} store, ${devices} devices, ${inFlight} in flight, ${forS} s`,
      ...loaded.figures,
      "hub cores": rounded((loaded.after.cpuS - loaded.before.cpuS) / loaded.elapsedS, 2),
      "hub MB": Math.round(loaded.after.rssMb),
      "bare synced log/s": Math.round(log.perSecond),
      "one sync ms": rounded(log.syncMs, 2),
    };
  } finally {
    await hub.stop();
    await cluster?.remove();
  }
}

type Usage = Awaited<ReturnType<HubUnderTest["usage"]>>;

/** Every device keeps its share of reports in flight, each followed as soon as it is acknowledged. */
export async function load(
  mqttPort: number,
  devices: readonly BenchDevice[],
  forS: number,
  usage: () => Promise<Usage>,
) {
  let counted = false;
  let acknowledged = 0;
  const latencies: number[] = [];
  const hear = (latencyMs: number): void => {
    if (!counted) return;
    acknowledged += 1;
    if (acknowledged % 16 === 0) latencies.push(latencyMs);
  };
  const loads = await Promise.all(devices.map((device) => DeviceLoad.open(mqttPort, device, hear)));
  for (const one of loads) one.fill(Math.max(1, Math.round(inFlight / devices.length)));
  await pause(warmUpS * 1_000);
  const before = await usage();
  const startMs = performance.now();
  counted = true;
  await pause(forS * 1_000);
  counted = false;
  const elapsedS = (performance.now() - startMs) / 1_000;
  const after = await usage();
  for (const one of loads) one.close();
  const figures = {
    "reports/s": Math.round(acknowledged / elapsedS),
    "p50 ms": rounded(quantile(latencies, 0.5)),
    "p99 ms": rounded(quantile(latencies, 0.99)),
  };
  return { figures, before, after, elapsedS };
}
