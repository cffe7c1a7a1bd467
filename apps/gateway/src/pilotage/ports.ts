import type { FromGateway } from "@pista/contracts";
import type { AutopilotOrder, BrakeLedger, Braking, RecordEntry } from "@pista/flight";
import type { EnuMps, MonotonicMs } from "@pista/kernel";

/** What pilotage needs of the world, in its own words; the adapters come to it (STYLE, habit 9). */

export type Lane = "sticks" | "commands" | "stop";
export type Payload = Uint8Array | string;

export interface PilotMedia {
  /** False while nobody is there to answer. */
  openPeer(peerId: number, sdp: string): boolean;
  send(peerId: number, lane: Lane, payload: Payload): void;
  closePeer(peerId: number, cause: string): void;
}

export interface Hub {
  /** False when the hub is out of reach: nothing is kept for it. */
  tell(message: FromGateway): boolean;
}

export type SetPoint = { readonly velocity: EnuMps; readonly yawRateDegps: number };

export interface Autopilot {
  setVelocity(setPoint: SetPoint, atMs: MonotonicMs): void;
  order(order: AutopilotOrder, atMs: MonotonicMs): void;
  /** Sends what is due: it has no timer of its own, so a loop that froze falls silent (LG10). */
  tick(atMs: MonotonicMs): void;
}

/** What the guard records, and what pilotage itself adds. */
export type Recorded =
  | RecordEntry
  | { readonly kind: "malformed-frame"; readonly lane: Lane; readonly cause: string }
  | {
      readonly kind: "media-dropped";
      readonly lane: Lane;
      readonly cause: string;
      readonly count: number;
    }
  | { readonly kind: "offer-refused"; readonly cause: string }
  | { readonly kind: "peer-opened" }
  | { readonly kind: "peer-closed"; readonly cause: string }
  | { readonly kind: "epoch-not-stored"; readonly epoch: number }
  | ({ readonly kind: "brake-measured" } & Braking);

export interface Recorder {
  record(entry: Recorded): void;
}

/** [LG6] What brakings have shown, across restarts. */
export interface BrakeStore {
  readonly ledger: BrakeLedger;
  store(ledger: BrakeLedger): Promise<void>;
}

export interface EpochStore {
  store(epoch: number): Promise<void>;
}
