import { connect, type Socket } from "node:net";
import { topicOf } from "@pista/contracts";
import mqtt from "mqtt-packet";
import type { BenchDevice } from "./start-hub.ts";

const payloadBytes = 220;
const padding = " ".repeat(payloadBytes);

/** How a device says who it is. */
export const connectPacket = ({ deviceId, key }: BenchDevice): Buffer =>
  mqtt.generate({
    cmd: "connect",
    clientId: deviceId,
    protocolId: "MQTT",
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
    username: deviceId,
    password: Buffer.from(key),
  });

/** One device's connection: QoS 1, so many reports in flight, the next as each is acknowledged. */
export class DeviceLoad {
  readonly #socket: Socket;
  readonly #device: BenchDevice;
  readonly #sentAtMs = new Map<number, number>();
  readonly #acknowledged: (latencyMs: number) => void;
  #messageId = 0;
  #counter = 0;
  window = 0;

  private constructor(
    socket: Socket,
    device: BenchDevice,
    acknowledged: (latencyMs: number) => void,
  ) {
    this.#socket = socket;
    this.#device = device;
    this.#acknowledged = acknowledged;
  }

  static open(
    port: number,
    device: BenchDevice,
    acknowledged: (latencyMs: number) => void,
  ): Promise<DeviceLoad> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      const load = new DeviceLoad(socket, device, acknowledged);
      const parser = mqtt.parser({ protocolVersion: 4 });
      parser.on("packet", (packet) => {
        if (packet.cmd === "connack" && packet.returnCode === 0) resolve(load);
        else if (packet.cmd === "puback") load.#hearAcknowledgement(packet.messageId ?? 0);
        else reject(new Error(`The hub answered ${packet.cmd}.`));
      });
      socket.on("data", (chunk) => parser.parse(chunk));
      socket.on("error", reject);
      socket.write(connectPacket(device));
    });
  }

  get inFlight(): number {
    return this.#sentAtMs.size;
  }

  /** Publishes one report; its state alternates, so that each changes what the map shows. */
  publish(): void {
    this.#counter += 1;
    this.#messageId = (this.#messageId % 65_535) + 1;
    const json = JSON.stringify({
      state: this.#counter % 2 === 0 ? "free" : "occupied",
      observedAt: new Date().toISOString(),
      counter: this.#counter,
      epoch: 1,
      batteryPct: 91.5,
      rssiDbm: -87,
      temperatureC: 12.4,
    });
    // JSON may end in spaces: the report has the size that LoRaWAN gateways forward.
    const payload = (json + padding).slice(0, payloadBytes);
    this.#sentAtMs.set(this.#messageId, performance.now());
    this.#socket.write(
      mqtt.generate({
        cmd: "publish",
        topic: topicOf(this.#device.deviceId, "report"),
        payload,
        qos: 1,
        messageId: this.#messageId,
        dup: false,
        retain: false,
      }),
    );
  }

  fill(window: number): void {
    this.window = window;
    this.#socket.cork();
    while (this.inFlight < this.window) this.publish();
    this.#socket.uncork();
  }

  close(): void {
    this.#socket.destroy();
  }

  #hearAcknowledgement(messageId: number): void {
    const sentAtMs = this.#sentAtMs.get(messageId);
    if (sentAtMs === undefined) return;
    this.#sentAtMs.delete(messageId);
    this.#acknowledged(performance.now() - sentAtMs);
    if (this.inFlight < this.window) this.publish();
  }
}
