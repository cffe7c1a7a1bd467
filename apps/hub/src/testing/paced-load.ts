import type { TestDevice } from "./device-load.ts";
import { openDevice, publishPacket, type RawMqtt } from "./raw-mqtt.ts";

/** Sensors that together publish so many reports a second, whatever the hub makes of it. */
export type PacedLoad = {
  /** How long each report waited for its acknowledgement. */
  readonly waitedMs: readonly number[];
  readonly sent: () => number;
  /** Stops publishing and resolves when everything sent was acknowledged. */
  stop(): Promise<void>;
};

const tickMs = 20;

export async function startPacedLoad(
  mqttPort: number,
  devices: readonly TestDevice[],
  reportsPerSecond: number,
): Promise<PacedLoad> {
  const waitedMs: number[] = [];
  const clients = await Promise.all(
    devices.map(async ({ deviceId, key }) => {
      const client = await openDevice(mqttPort, { id: deviceId, key });
      const sentAt = new Map<number, number>();
      const over = takeAcknowledgements(client, sentAt, waitedMs);
      return { client, deviceId, sentAt, over };
    }),
  );
  let [sent, owed] = [0, 0];
  let lastTickMs = performance.now();
  const publish = (): void => {
    const one = clients[sent % clients.length];
    sent += 1;
    if (!one) return;
    // Ids come around long after their report was acknowledged.
    const messageId = (sent % 65_000) + 1;
    one.sentAt.set(messageId, performance.now());
    const report = { state: "free", observedAt: new Date().toISOString(), counter: sent };
    one.client.send(publishPacket(one.deviceId, JSON.stringify(report), { messageId }));
  };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    owed += ((nowMs - lastTickMs) / 1_000) * reportsPerSecond;
    lastTickMs = nowMs;
    for (; owed >= 1; owed -= 1) publish();
  }, tickMs);
  return {
    waitedMs,
    sent: () => sent,
    async stop() {
      clearInterval(timer);
      while (waitedMs.length < sent) {
        const lost = clients.find(({ client }) => client.isClosed());
        if (lost) throw new Error(`The hub closed the connection of ${lost.deviceId}.`);
        await new Promise((resolve) => setTimeout(resolve, tickMs));
      }
      for (const { client } of clients) client.vanish();
      await Promise.all(clients.map(({ over }) => over));
    },
  };
}

async function takeAcknowledgements(
  client: RawMqtt,
  sentAt: Map<number, number>,
  waitedMs: number[],
): Promise<void> {
  for (;;) {
    let messageId: number;
    try {
      messageId = Number((await client.next("puback")).messageId);
    } catch (cause) {
      // A device that nobody acknowledges for ten seconds fails its test; one that has left is done.
      if (client.isClosed()) return;
      throw cause;
    }
    waitedMs.push(performance.now() - (sentAt.get(messageId) ?? Number.NaN));
  }
}
