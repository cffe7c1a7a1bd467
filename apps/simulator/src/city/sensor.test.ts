import { createManualClock } from "@pista/kernel/testing";
import type { Uplink } from "@pista/simulation";
import { describe, expect, test } from "vitest";
import { type PublishOutcome, Sensor } from "./sensor.ts";
import { reportVoice } from "./sensor-voice.ts";

const uplink = (state: Uplink["state"], more: Partial<Uplink> = {}): Uplink => ({
  kind: "uplink",
  atMs: 0,
  state,
  clockErrorMs: 0,
  delayMs: 0,
  copies: 1,
  batteryPct: 91.5,
  temperatureC: 18,
  rssiDbm: -72,
  fieldMicrotesla: 40,
  wholeness: 1,
  ...more,
});

/** A radio whose answers the test gives one by one. */
function sensorWithRadio() {
  const clock = createManualClock();
  const sent: { counter: number; state: string; observedAt: string; epoch: number }[] = [];
  const answers: ((outcome: PublishOutcome) => void)[] = [];
  let up = (): void => {};
  const sensor = new Sensor({
    voice: reportVoice("demo-sensor-0001"),
    clock,
    openRadio: (onUp) => {
      up = onUp;
      return {
        publish(topic, payload) {
          expect(topic).toBe("pista/v1/demo-sensor-0001/report");
          sent.push(JSON.parse(new TextDecoder().decode(payload)));
          return new Promise((resolve) => answers.push(resolve));
        },
        close: async () => {},
      };
    },
    onOutcome: () => {},
  });
  const answer = async (outcome: PublishOutcome): Promise<void> => {
    answers.shift()?.(outcome);
    // The sensor goes on in microtasks; one turn of the event loop lets them all run.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, sensor, sent, answer, up: () => up() };
}

describe("a bay sensor", () => {
  test("[IN2] sends a report again as it was until the hub has it, then the next", async () => {
    const { sensor, sent, answer, up, clock } = sensorWithRadio();
    sensor.observe(uplink("occupied"), 0);
    clock.advance(1_000);
    sensor.observe(uplink("free"), 0);
    await answer({ kind: "lost" });
    expect(sent).toHaveLength(1);
    up();
    expect(sent[1]).toEqual(sent[0]);
    await answer({ kind: "stored" });
    expect(sent[2]).toMatchObject({ counter: 2, state: "free" });
    await answer({ kind: "stored" });
    expect(sensor.waitingCount).toBe(0);
    expect(sent).toHaveLength(3);
  });

  test("[IN3] dates a report by what it saw, not by when it is sent", async () => {
    const { sensor, sent, answer, clock, up } = sensorWithRadio();
    sensor.observe(uplink("occupied"), 0);
    await answer({ kind: "lost" });
    clock.advance(60_000);
    up();
    expect(sent[1]?.observedAt).toBe(sent[0]?.observedAt);
  });

  test("gives up what the hub can never take, and keeps what it refuses for now", async () => {
    const { sensor, sent, answer, clock } = sensorWithRadio();
    sensor.observe(uplink("occupied"), 0);
    await answer({ kind: "refused", reasonCode: 0x97 });
    expect(sensor.waitingCount).toBe(1);
    clock.advance(5_000);
    expect(sent).toHaveLength(2);
    await answer({ kind: "refused", reasonCode: 0x99 });
    expect(sensor.waitingCount).toBe(0);
  });

  test("keeps a hundred reports and lets the oldest go", () => {
    const { sensor } = sensorWithRadio();
    for (let report = 0; report < 130; report++) sensor.observe(uplink("free"), 0);
    expect(sensor.waitingCount).toBe(100);
    expect(sensor.dropped).toBe(30);
  });

  test("[IN2] says the same again where an acknowledgement was lost on the way", async () => {
    const { sensor, sent, answer } = sensorWithRadio();
    sensor.observe(uplink("occupied", { copies: 2 }), 0);
    await answer({ kind: "stored" });
    await answer({ kind: "stored" });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  test("[IN3] a late report keeps its number and its time, and may be overtaken", async () => {
    const { sensor, sent, answer, clock } = sensorWithRadio();
    const startMs = clock.nowMs();
    sensor.observe(uplink("occupied"), 600_000);
    clock.advance(60_000);
    sensor.observe(uplink("free", { clockErrorMs: 3_600_000 }), 0);
    await answer({ kind: "stored" });
    clock.advance(540_000);
    expect(sent.map(({ counter }) => counter)).toEqual([2, 1]);
    expect(sent.map(({ observedAt }) => Date.parse(observedAt) - startMs)).toEqual([3_660_000, 0]);
  });

  test("closed, it sends nothing that was still late", async () => {
    const { sensor, sent, clock } = sensorWithRadio();
    sensor.observe(uplink("occupied"), 600_000);
    await sensor.close();
    clock.advance(600_000);
    expect(sent).toEqual([]);
  });

  test("[IN2] restarted, it counts from the beginning in a later epoch", async () => {
    const { sensor, sent, answer } = sensorWithRadio();
    sensor.observe(uplink("occupied"), 0);
    await answer({ kind: "stored" });
    sensor.restart();
    sensor.observe(uplink("free"), 0);
    expect(sent[1]).toMatchObject({ counter: 1, epoch: (sent[0]?.epoch ?? 0) + 1 });
  });
});
