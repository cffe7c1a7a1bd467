import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import type { Address, MavlinkMessage, OutgoingMessage } from "@pista/mavlink";

/** Where on Earth the vehicle's local frame begins. */
export type EarthOrigin = {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** Above the sea. */
  readonly altitudeM: number;
};

const againMs = 1_000;

/**
 * [LG9] Indoors there are no satellites to tell ArduPilot where on Earth it is, and without that it
 * neither arms in GUIDED nor takes off (ardupilot.org/copter, "Non-GPS Navigation", on the EKF origin).
 * It takes an origin only while it has none, and only once its estimator runs; so it is told until it
 * shows one, and never in flight.
 */
export class EarthOriginTeller {
  readonly #origin: EarthOrigin;
  #isKnown = false;
  #atMs = monotonicMs(Number.NEGATIVE_INFINITY);

  constructor(origin: EarthOrigin) {
    this.#origin = origin;
  }

  hear(message: MavlinkMessage): void {
    if (message.name === "GPS_GLOBAL_ORIGIN") this.#isKnown = true;
  }

  tick(target: Address, atMs: MonotonicMs): OutgoingMessage | undefined {
    if (this.#isKnown || atMs - this.#atMs < againMs) return undefined;
    this.#atMs = atMs;
    const { latitudeDeg, longitudeDeg, altitudeM } = this.#origin;
    return {
      name: "SET_GPS_GLOBAL_ORIGIN",
      targetSystem: target.systemId,
      latitude: Math.round(latitudeDeg * 1e7),
      longitude: Math.round(longitudeDeg * 1e7),
      altitude: Math.round(altitudeM * 1_000),
      timeUsec: 0n,
    };
  }
}
