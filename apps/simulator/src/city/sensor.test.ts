import { createRandom } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { type PublishOutcome, Sensor } from "./sensor.ts";

/** A radio whose answers the test gives one by one. */
function sensorWithRadio() {
  const clock = createManualClock();
  const sent: { counter: number; state: string; observedAt: string; epoch: number }[] = [];
  const answers: ((outcome: PublishOutcome) => void)[] = [];
  let up = (): void => {};
  const sensor = new Sensor({
    deviceId: "demo-sensor-01",
    clock,
    random: createRandom(1),
    openRadio: (onUp) => {
      up = onUp;
      return {
        publish(topic, payload) {
          expect(topic).toBe("pista/v1/demo-sensor-01/report");
          sent.push(JSON.parse(payload));
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
    sensor.observe("occupied");
    clock.advance(1_000);
    sensor.observe("free");
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
    sensor.observe("occupied");
    await answer({ kind: "lost" });
    clock.advance(60_000);
    up();
    expect(sent[1]?.observedAt).toBe(sent[0]?.observedAt);
  });

  test("gives up what the hub can never take, and keeps what it refuses for now", async () => {
    const { sensor, sent, answer, clock } = sensorWithRadio();
    sensor.observe("occupied");
    await answer({ kind: "refused", reasonCode: 0x97 });
    expect(sensor.waitingCount).toBe(1);
    clock.advance(5_000);
    expect(sent).toHaveLength(2);
    await answer({ kind: "refused", reasonCode: 0x99 });
    expect(sensor.waitingCount).toBe(0);
  });

  test("keeps a hundred reports and lets the oldest go", () => {
    const { sensor } = sensorWithRadio();
    for (let report = 0; report < 130; report++) sensor.observe("free");
    expect(sensor.waitingCount).toBe(100);
    expect(sensor.dropped).toBe(30);
  });

  test("gives a sign of life after silence, and none before it has seen anything", async () => {
    const { sensor, sent, answer, clock } = sensorWithRadio();
    clock.advance(300_000);
    sensor.signOfLifeAfter(240_000);
    expect(sent).toHaveLength(0);
    sensor.observe("occupied");
    await answer({ kind: "stored" });
    clock.advance(239_999);
    sensor.signOfLifeAfter(240_000);
    expect(sent).toHaveLength(1);
    clock.advance(1);
    sensor.signOfLifeAfter(240_000);
    expect(sent[1]).toMatchObject({ state: "occupied", counter: 2 });
  });
});
