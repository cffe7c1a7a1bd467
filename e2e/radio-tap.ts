import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createDatagramReader, isArmed, MavLandedState, type MavlinkMessage } from "@pista/mavlink";

/** Where the vehicle said it was, by the clock of whoever listens. */
export type Sample = {
  readonly atMs: number;
  readonly eastM: number;
  readonly northM: number;
  readonly upM: number;
  readonly levelMps: number;
};

/** Stands on the radio between vehicle and gateway: passes everything on, and keeps what the vehicle says. */
export class RadioTap {
  readonly samples: Sample[] = [];
  readonly said: { readonly text: string; readonly atMs: number }[] = [];
  armed = false;
  landed = true;
  readonly #vehicleSide = createSocket("udp4");
  readonly #gatewaySide = createSocket("udp4");
  readonly #reader = createDatagramReader();
  #vehicle: RemoteInfo | undefined;

  /** The port that the vehicle sends to. */
  async open(gatewayPort: number): Promise<number> {
    this.#vehicleSide.on("message", (bytes, from) => {
      this.#vehicle = from;
      this.#gatewaySide.send(bytes, gatewayPort, "127.0.0.1");
      for (const { message } of this.#reader.read(bytes)) this.#hear(message);
    });
    this.#gatewaySide.on("message", (bytes) => this.#sendToVehicle(bytes));
    this.#vehicleSide.bind(0, "127.0.0.1");
    await once(this.#vehicleSide, "listening");
    return this.#vehicleSide.address().port;
  }

  get newest(): Sample | undefined {
    return this.samples.at(-1);
  }

  close(): void {
    this.#vehicleSide.close();
    this.#gatewaySide.close();
  }

  #sendToVehicle(bytes: Uint8Array): void {
    const vehicle = this.#vehicle;
    if (vehicle) this.#vehicleSide.send(bytes, vehicle.port, vehicle.address);
  }

  #hear(message: MavlinkMessage): void {
    const atMs = performance.now();
    switch (message.name) {
      case "LOCAL_POSITION_NED": {
        const { x: northM, y: eastM, z, vx, vy } = message;
        this.samples.push({ atMs, eastM, northM, upM: 0 - z, levelMps: Math.hypot(vx, vy) });
        return;
      }
      case "HEARTBEAT":
        this.armed = isArmed(message);
        return;
      case "EXTENDED_SYS_STATE":
        this.landed = message.landedState === MavLandedState.ON_GROUND;
        return;
      case "STATUSTEXT":
        this.said.push({ text: message.text, atMs });
        return;
      default:
        return;
    }
  }
}
