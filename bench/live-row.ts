import { WebSocket } from "ws";
import { DeviceLoad } from "./mqtt-load.ts";
import { startHubUnderTest } from "./start-hub.ts";
import { pause, quantile, rounded } from "./statistics.ts";

const devices = 1_000;

type Changes = { changes?: { observedAt: string | null }[] };

/** From the sensor's own time stamp to a live client, which holds it as parsed JSON. */
export async function measureLive(perSecond: number, forS: number) {
  const hub = await startHubUnderTest(devices);
  try {
    const ages: number[] = [];
    let counted = false;
    const client = new WebSocket(`ws://127.0.0.1:${hub.port}/live`);
    await new Promise((resolve, reject) => {
      client.once("open", resolve);
      client.once("error", reject);
    });
    client.on("message", (data) => {
      const { changes } = JSON.parse(data.toString()) as Changes; // The hub's own live messages.
      const nowMs = Date.now();
      if (!counted) return;
      for (const { observedAt } of changes ?? []) {
        if (observedAt) ages.push(nowMs - Date.parse(observedAt));
      }
    });
    client.send(JSON.stringify({ op: "subscribe", id: 1, topic: "bays" }));
    const loads = await Promise.all(
      hub.devices.map((device) => DeviceLoad.open(hub.mqttPort, device, () => {})),
    );
    const sent = await pace(loads, perSecond, forS, () => {
      counted = true;
    });
    await pause(500);
    client.terminate();
    for (const load of loads) load.close();
    return {
      row: `sensor to live client, ${devices} bays at ${perSecond}/s, ${forS} s`,
      "sent/s": Math.round(sent / forS),
      "seen/s": Math.round(ages.length / forS),
      "p50 ms": rounded(quantile(ages, 0.5)),
      "p99 ms": rounded(quantile(ages, 0.99)),
      "max ms": rounded(quantile(ages, 1)),
    };
  } finally {
    await hub.stop();
  }
}

/** An open loop: reports leave by the clock, whatever has become of the earlier ones. */
async function pace(
  loads: readonly DeviceLoad[],
  perSecond: number,
  forS: number,
  begin: () => void,
): Promise<number> {
  const warmUpS = 2;
  const startMs = performance.now();
  let sent = 0;
  let sentBefore = 0;
  let begun = false;
  for (;;) {
    const elapsedS = (performance.now() - startMs) / 1_000;
    if (!begun && elapsedS > warmUpS) {
      begun = true;
      sentBefore = sent;
      begin();
    }
    if (elapsedS > warmUpS + forS) return sent - sentBefore;
    for (; sent < elapsedS * perSecond; sent++) loads[sent % loads.length]?.publish();
    await pause(2);
  }
}
