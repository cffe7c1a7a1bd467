import type { Cancel, Clock } from "@pista/kernel";
import { encodeKerbFrame, type NetworkUplink, type Uplink } from "@pista/simulation";
import type { StreetSensor } from "./street.ts";

/** Private networks use the first 2^25 addresses (NetID 000000, LoRaWAN Backend Interfaces 1.1). */
const addressMask = 0x1ff_ffff;

export type LorawanSensorOptions = {
  readonly deviceId: string;
  readonly devEui: string;
  readonly clock: Clock;
  readonly passOn: (uplink: NetworkUplink) => void;
};

/**
 * A sensor that is heard by gateways: it tells no time, it counts its frames, and its network server
 * passes them on. What is late here was heard in time and delivered late.
 */
export class LorawanSensor implements StreetSensor {
  private readonly options: LorawanSensorOptions;
  private joinedAtS = 0;
  private frameCounter = 0;
  private readonly late = new Set<Cancel>();

  constructor(options: LorawanSensorOptions) {
    this.options = options;
    this.restart();
  }

  observe(uplink: Uplink, delayMs: number): void {
    const { deviceId, devEui, clock, passOn } = this.options;
    const frame: NetworkUplink = {
      ...{ devEui, deviceName: deviceId, devAddr: this.devAddr(), rssiDbm: uplink.rssiDbm },
      frameCounter: this.frameCounter++,
      payload: encodeKerbFrame(uplink),
      receivedAtMs: clock.nowMs(),
    };
    const deliver = (): void => {
      for (let copy = 0; copy < uplink.copies; copy++) passOn(frame);
    };
    if (delayMs <= 0) {
      deliver();
      return;
    }
    const cancel = clock.after(delayMs, () => {
      this.late.delete(cancel);
      deliver();
    });
    this.late.add(cancel);
  }

  /** [IN2] It joins anew: another address, and its frames are counted from 0. */
  restart(): void {
    const nowS = Math.floor(this.options.clock.nowMs() / 1_000);
    this.joinedAtS = Math.max(this.joinedAtS + 1, nowS);
    this.frameCounter = 0;
  }

  close(): void {
    for (const cancel of this.late) cancel();
  }

  /** Another at each join, for more than a year: by the second, with an offset of the sensor's own. */
  private devAddr(): string {
    const offset = Number.parseInt(this.options.devEui.slice(8), 16) * 8_191;
    return ((this.joinedAtS + offset) & addressMask).toString(16).padStart(8, "0");
  }
}
