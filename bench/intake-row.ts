import { measureLog } from "./log-limit.ts";
import { DeviceLoad } from "./mqtt-load.ts";
import { startHubUnderTest } from "./start-hub.ts";
import { pause, quantile, rounded } from "./statistics.ts";

const devices = 50;
const windowPerDevice = 20;
const warmUpS = 3;

/** Durable intake, one process, embedded store: MQTT QoS 1, acknowledged only when it is on disk. */
export async function measureIntake(forS: number) {
  const log = measureLog({ batch: windowPerDevice * devices, forS: 3 });
  const hub = await startHubUnderTest(devices);
  try {
    let counted = false;
    let acknowledged = 0;
    const latencies: number[] = [];
    const loads = await Promise.all(
      hub.devices.map((device) =>
        DeviceLoad.open(hub.mqttPort, device, (latencyMs) => {
          if (!counted) return;
          acknowledged += 1;
          if (acknowledged % 16 === 0) latencies.push(latencyMs);
        }),
      ),
    );
    for (const load of loads) load.fill(windowPerDevice);
    await pause(warmUpS * 1_000);
    const before = await hub.usage();
    const startMs = performance.now();
    counted = true;
    await pause(forS * 1_000);
    counted = false;
    const elapsedS = (performance.now() - startMs) / 1_000;
    const after = await hub.usage();
    for (const load of loads) load.close();
    return {
      row: `durable intake, ${devices} devices x ${windowPerDevice} in flight, ${forS} s`,
      "reports/s": Math.round(acknowledged / elapsedS),
      "p50 ms": rounded(quantile(latencies, 0.5)),
      "p99 ms": rounded(quantile(latencies, 0.99)),
      "hub cores": rounded((after.cpuS - before.cpuS) / elapsedS, 2),
      "hub MB": Math.round(after.rssMb),
      "bare synced log/s": Math.round(log.perSecond),
      "one sync ms": rounded(log.syncMs, 2),
    };
  } finally {
    await hub.stop();
  }
}
