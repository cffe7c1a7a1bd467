import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type Address,
  degE7FromDeg,
  type MavlinkMessage,
  mmFromM,
  type OutgoingMessage,
} from "@pista/mavlink";

/** Where on Earth the vehicle's local frame begins. */
export type EarthOrigin = {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** Above the sea. */
  readonly altitudeM: number;
};

const againMs = 1_000;
/** It shows its origin once a second, for as long as it has one. */
const shownMsMax = 3_000;

/**
 * [LG9] Indoors there are no satellites to tell ArduPilot where on Earth it is, and without that it
 * neither arms in GUIDED nor takes off (ardupilot.org/copter, "Non-GPS Navigation", on the EKF origin).
 * It takes an origin only while it has none, and one that came before its estimator began is forgotten
 * then, acknowledged or not; so it is told for as long as it shows none, and never in flight.
 */
export class EarthOriginTeller {
  readonly #origin: EarthOrigin;
  #shownAtMs = monotonicMs(Number.NEGATIVE_INFINITY);
  #atMs = monotonicMs(Number.NEGATIVE_INFINITY);

  constructor(origin: EarthOrigin) {
    this.#origin = origin;
  }

  hear(message: MavlinkMessage, atMs: MonotonicMs): void {
    if (message.name === "GPS_GLOBAL_ORIGIN") this.#shownAtMs = atMs;
  }

  tick(target: Address, atMs: MonotonicMs): OutgoingMessage | undefined {
    if (atMs - this.#shownAtMs < shownMsMax || atMs - this.#atMs < againMs) return undefined;
    this.#atMs = atMs;
    const { latitudeDeg, longitudeDeg, altitudeM } = this.#origin;
    return {
      name: "SET_GPS_GLOBAL_ORIGIN",
      targetSystem: target.systemId,
      latitude: degE7FromDeg(latitudeDeg),
      longitude: degE7FromDeg(longitudeDeg),
      altitude: mmFromM(altitudeM),
      timeUsec: 0n,
    };
  }
}
