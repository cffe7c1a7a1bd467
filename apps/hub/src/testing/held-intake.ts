import { type AssetId, assetId } from "@pista/kernel";
import { createManualClock, type ManualClock } from "@pista/kernel/testing";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { Command } from "../intake/command-outbox.ts";
import type { IntakePort } from "../intake/intake-port.ts";
import { createMqttEndpoint, type MqttEndpoint } from "../intake/mqtt-endpoint.ts";
import { type MqttLimits, mqttLimits } from "../intake/mqtt-limits.ts";
import type { IntakeAnswer } from "../intake-answers.ts";
import { openDevice, type RawMqtt } from "./raw-mqtt.ts";

type Held = {
  deviceId: AssetId;
  text: string;
  answer(answer: IntakeAnswer): void;
  fail(cause: unknown): void;
};

/** An endpoint over a store that answers when the test says so, at a time that the test tells. */
export class HeldIntake {
  clock: ManualClock = createManualClock();
  heard: Held[] = [];
  refusals: string[] = [];
  failures: unknown[] = [];
  answersAtOnce = false;
  room: Promise<void> | undefined;
  /** The same of one device's codec. */
  roomOf: (deviceId: AssetId) => Promise<void> | undefined = () => undefined;
  /** Those that wait, for whichever device; what was answered leaves the list. */
  commands: Command[] = [];
  /** What asking for the next command fails with. */
  commandFault: Error | undefined;
  answered: (readonly [commandId: number, reasonCode: number])[] = [];
  port = 0;
  endpoint: MqttEndpoint = this.#create({});

  async open(limits: Partial<MqttLimits> = {}): Promise<void> {
    this.clock = createManualClock();
    [this.heard, this.refusals, this.failures] = [[], [], []];
    [this.commands, this.answered, this.commandFault] = [[], [], undefined];
    this.answersAtOnce = false;
    this.room = undefined;
    this.roomOf = () => undefined;
    this.endpoint = this.#create(limits);
    this.port = await this.endpoint.listen({ host: "127.0.0.1", port: 0 });
  }

  /** A device's key is "key of " and its id. */
  device(id = "s-1", more: { version?: 4 | 5; keepalive?: number } = {}): Promise<RawMqtt> {
    return openDevice(this.port, { id, key: `key of ${id}`, ...more });
  }

  heardCount(count: number): Promise<void> {
    return vi.waitFor(() => expect(this.heard).toHaveLength(count), { timeout: 10_000 });
  }

  /** When it is over, everything that was sent before it has long arrived. */
  async roundTrip(id = "s-barrier"): Promise<void> {
    const client = await this.device(id);
    client.send({ cmd: "pingreq" });
    await client.next("pingresp");
    client.vanish();
    await vi.waitFor(() => expect(this.endpoint.isConnected(assetId(id))).toBe(false));
  }

  async close(): Promise<void> {
    const closed = this.endpoint.close();
    this.clock.advance(1_000);
    await closed;
  }

  #create(limits: Partial<MqttLimits>): MqttEndpoint {
    const port: IntakePort = {
      authenticate: (name, key) => (key === `key of ${name}` ? assetId(name) : undefined),
      receive: ({ deviceId, payload }) =>
        new Promise((resolve, reject) => {
          const text = Buffer.from(payload).toString("utf8");
          this.heard.push({ deviceId, text, answer: resolve, fail: reject });
          if (this.answersAtOnce) resolve({ kind: "stored" });
        }),
      commands: {
        next: async (_deviceId, afterId) => {
          if (this.commandFault) throw this.commandFault;
          return this.commands.find(({ id }) => id > afterId);
        },
        sent: async (sentId) => {
          this.commands = this.commands.map((one) =>
            one.id === sentId ? { ...one, isRepeat: true } : one,
          );
        },
        answered: async (id, reasonCode) => {
          this.answered.push([id, reasonCode]);
          this.commands = this.commands.filter((one) => one.id !== id);
        },
      },
      waitForRoom: (deviceId) => this.room ?? this.roomOf(deviceId),
      refused: (cause) => this.refusals.push(cause),
      failed: (cause) => this.failures.push(cause),
    };
    return createMqttEndpoint(port, this.clock, { limits: { ...mqttLimits, ...limits } });
  }
}

/** A new one for every test of the file. */
export function useHeldIntake(): HeldIntake {
  const intake = new HeldIntake();
  beforeEach(() => intake.open());
  afterEach(() => intake.close());
  return intake;
}
