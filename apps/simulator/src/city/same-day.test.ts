import { createHash } from "node:crypto";
import { createManualClock } from "@pista/kernel/testing";
import { chirpstackUplink, createCityDay } from "@pista/simulation";
import { expect, test } from "vitest";
import { LorawanSensor, type LorawanSensorOptions } from "./lorawan-sensor.ts";
import { Sensor, type SensorRadio } from "./sensor.ts";
import { rawVoice, reportVoice, type SensorVoice } from "./sensor-voice.ts";
import { type StreetSensor, startStreet } from "./street.ts";

const bays = Array.from({ length: 30 }, (_, index) => ({
  bayId: `bay-${index}`,
  deviceId: `sensor-${index}`,
  life: "night-life" as const,
}));

/** What the sensors of all doors put on the wire in two hours of the city's time. */
async function play(seed: number): Promise<{ messages: number; digest: string }> {
  const clock = createManualClock();
  const hash = createHash("sha256");
  let messages = 0;
  const take = (from: string, bytes: Uint8Array | string): void => {
    messages++;
    hash.update(from).update(bytes);
  };
  const radio: SensorRadio = {
    async publish(topic, payload) {
      take(topic, payload);
      return { kind: "stored" };
    },
    close: async () => {},
  };
  const spoken = (voice: SensorVoice): StreetSensor =>
    new Sensor({ voice, clock, openRadio: () => radio, onOutcome: () => {} });
  const sensors = new Map(
    bays.map(({ bayId, deviceId }, index): [string, StreetSensor] => {
      if (index % 3 === 0) return [bayId, spoken(reportVoice(deviceId))];
      if (index % 3 === 1) return [bayId, spoken(rawVoice(deviceId))];
      const devEui = index.toString(16).padStart(16, "0");
      const passOn: LorawanSensorOptions["passOn"] = (uplink) =>
        take("hook", JSON.stringify(chirpstackUplink(uplink)));
      return [bayId, new LorawanSensor({ deviceId, devEui, clock, passOn })];
    }),
  );
  const day = createCityDay({ seed, bays, weekday: 5 });
  const street = startStreet({ clock, day, fromMs: 68_400_000, speedFactor: 60, sensors });
  for (let second = 0; second < 120; second++) {
    clock.advance(1_000);
    // The sensors send in microtasks; one turn of the event loop lets them all run.
    await new Promise((resolve) => setImmediate(resolve));
  }
  street.stop();
  hash.update(JSON.stringify(street.summary));
  return { messages, digest: hash.digest("hex") };
}

test("the same seed and the same hour put the same bytes on the wire, another seed others", async () => {
  const first = await play(1);
  expect(first.messages).toBeGreaterThan(200);
  expect(await play(1)).toEqual(first);
  expect((await play(2)).digest).not.toBe(first.digest);
});
