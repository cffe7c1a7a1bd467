import { LiveWatcher } from "./live-watcher.ts";
import { DeviceLoad } from "./mqtt-load.ts";
import { pace } from "./pace.ts";
import { startHubUnderTest } from "./start-hub.ts";
import { pause, quantile, rounded } from "./statistics.ts";

const devices = 1_000;

/** From the sensor's own time stamp to live clients, some of which hold it as parsed JSON. */
export async function measureLive(
  perSecond: number,
  forS: number,
  { watchers: watcherCount, watched } = { watchers: 1, watched: 1 },
) {
  const hub = await startHubUnderTest(devices);
  try {
    const watchers = await Promise.all(
      Array.from({ length: watcherCount }, () => LiveWatcher.open(hub.port)),
    );
    for (const watcher of watchers) await watcher.look();
    const sample = watchers.slice(0, watched);
    const loads = await Promise.all(
      hub.devices.map((device) => DeviceLoad.open(hub.mqttPort, device, () => {})),
    );
    let before = await hub.usage();
    const sent = await pace(loads, perSecond, forS, async () => {
      for (const watcher of sample) watcher.isCounting = true;
      before = await hub.usage();
    });
    const { cpuS } = await hub.usage();
    await pause(500);
    for (const end of [...watchers, ...loads]) end.close();
    const ages = sample.flatMap((watcher) => watcher.ages);
    return {
      row: `sensor to ${watcherCount} live, ${devices} bays at ${perSecond}/s, ${forS} s`,
      "sent/s": Math.round(sent / forS),
      "seen/s by each": Math.round(ages.length / watched / forS),
      "p50 ms": rounded(quantile(ages, 0.5)),
      "p99 ms": rounded(quantile(ages, 0.99)),
      "max ms": rounded(quantile(ages, 1)),
      "hub cores": rounded((cpuS - before.cpuS) / forS, 2),
    };
  } finally {
    await hub.stop();
  }
}
