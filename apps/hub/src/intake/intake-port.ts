import type { AssetId } from "@pista/kernel";
import type { IntakeAnswer } from "../intake-answers.ts";
import type { CommandStore } from "./command-outbox.ts";

/** What a connection needs of the hub. */
export interface IntakePort {
  /** The device, if the key is its own. */
  authenticate(deviceName: string, key: string): AssetId | undefined;
  /** Resolves once the answer is durable; rejects when the hub failed. */
  receive(message: {
    deviceId: AssetId;
    topic: "report" | "raw";
    payload: Uint8Array;
  }): Promise<IntakeAnswer>;
  readonly commands: CommandStore;
  /** [IN5] Resolves when there is room for this device's messages; undefined when there is now. */
  waitForRoom(deviceId: AssetId): Promise<void> | undefined;
  /** Counted, with the reason, each time something is refused. */
  refused(cause: string): void;
  /** The store failed under a report, or its codec's thread: nothing was acknowledged. */
  failed(cause: unknown): void;
}
