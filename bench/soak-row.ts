import { DeviceLoad } from "./mqtt-load.ts";
import { startHubUnderTest } from "./start-hub.ts";
import { pause, quantile, rounded } from "./statistics.ts";

const devices = 50;
const perSecond = 1_000;
/** Until caches and heap have found their size. */
const warmUpMinutes = 10;

/** A long day in short: the same load for an hour, and what memory does meanwhile. */
export async function measureSoak(minutes: number) {
  const hub = await startHubUnderTest(devices);
  try {
    let latencies: number[] = [];
    let acknowledged = 0;
    const loads = await Promise.all(
      hub.devices.map((device) =>
        DeviceLoad.open(hub.mqttPort, device, (ms) => {
          acknowledged += 1;
          latencies.push(ms);
        }),
      ),
    );
    const memory: { minute: number; mb: number }[] = [];
    const p99s: number[] = [];
    const startMs = performance.now();
    let sent = 0;
    for (let minute = 1; minute <= minutes; minute++) {
      for (; performance.now() - startMs < minute * 60_000; await pause(2)) {
        const due = ((performance.now() - startMs) / 1_000) * perSecond;
        for (; sent < due; sent++) loads[sent % loads.length]?.publish();
      }
      const { rssMb } = await hub.usage();
      memory.push({ minute, mb: rssMb });
      p99s.push(quantile(latencies, 0.99));
      latencies = [];
      console.log(`minute ${minute}: ${Math.round(rssMb)} MB, p99 ${p99s.at(-1)?.toFixed(1)} ms`);
    }
    await pause(1_000);
    for (const load of loads) load.close();
    const settled = memory.filter(({ minute }) => minute > warmUpMinutes);
    return {
      row: `${perSecond} reports/s for ${minutes} minutes, ${devices} devices`,
      "not acknowledged": sent - acknowledged,
      "p99 ms, median of minutes": rounded(quantile(p99s, 0.5)),
      "MB after warm-up": Math.round(settled[0]?.mb ?? Number.NaN),
      "MB at the end": Math.round(memory.at(-1)?.mb ?? Number.NaN),
      "MB an hour, fitted": rounded(slopePerMinute(settled) * 60),
    };
  } finally {
    await hub.stop();
  }
}

/** Least squares. */
function slopePerMinute(points: readonly { minute: number; mb: number }[]): number {
  const meanOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [meanOf(points.map(({ minute }) => minute)), meanOf(points.map(({ mb }) => mb))];
  const covariance = meanOf(points.map(({ minute, mb }) => (minute - x) * (mb - y)));
  return covariance / meanOf(points.map(({ minute }) => (minute - x) ** 2));
}
