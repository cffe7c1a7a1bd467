import { boxOfBays } from "./bench-city.ts";
import { LiveWatcher } from "./live-watcher.ts";
import { DeviceLoad } from "./mqtt-load.ts";
import { pace } from "./pace.ts";
import { startHubUnderTest } from "./start-hub.ts";
import { quantile, rounded } from "./statistics.ts";

const bays = 1_000_000;
const side = Math.sqrt(bays);
const devices = 1_000;
const reportsPerSecond = 1_000;

/** A map that is moved about over a million bays while 1,000 reports a second come in. */
export async function measureMillionBays(forS: number) {
  const hub = await startHubUnderTest(devices, { otherBays: bays });
  try {
    const loads = await Promise.all(
      hub.devices.map((device) => DeviceLoad.open(hub.mqttPort, device, () => {})),
    );
    const watcher = await LiveWatcher.open(hub.port);
    let isOver = false;
    const pans = panAbout(watcher, () => isOver);
    await pace(loads, reportsPerSecond, forS, () => {});
    isOver = true;
    const { small, large } = await pans;
    const { rssMb } = await hub.usage();
    watcher.close();
    for (const load of loads) load.close();
    return {
      row: `map pans over ${bays} bays at ${reportsPerSecond} reports/s, ${forS} s`,
      "hub MB": Math.round(rssMb),
      "start s": rounded(hub.startedInMs / 1_000),
      pans: small.length + large.length,
      "1,000 bays p50 ms": rounded(quantile(small, 0.5)),
      "1,000 bays p99 ms": rounded(quantile(small, 0.99)),
      "10,000 bays p50 ms": rounded(quantile(large, 0.5)),
      "10,000 bays p99 ms": rounded(quantile(large, 0.99)),
    };
  } finally {
    await hub.stop();
  }
}

/** From the request to the snapshot as parsed JSON, one pan after the other. */
async function panAbout(watcher: LiveWatcher, isOver: () => boolean) {
  const small: number[] = [];
  const large: number[] = [];
  for (let pan = 0; !isOver(); pan++) {
    const [across, samples] = pan % 2 === 0 ? [32, small] : [100, large];
    // Steps that share no factor with the city's side come to all of its parts.
    const corner = { column: (pan * 377) % (side - across), row: (pan * 233) % (side - across) };
    const startMs = performance.now();
    const count = await watcher.look(boxOfBays(across, corner));
    samples.push(performance.now() - startMs);
    if (count < across * across) throw new Error(`A pan showed ${count} bays.`);
  }
  return { small, large };
}
