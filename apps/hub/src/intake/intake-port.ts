import type { AssetId } from "@pista/kernel";
import type { IntakeAnswer } from "../intake-answers.ts";
import type { CommandStore } from "./command-outbox.ts";

/** What a connection needs of the hub. */
export interface IntakePort {
  /** The device, if the key is its own. */
  authenticate(deviceName: string, key: string): AssetId | undefined;
  /** Resolves once the answer is durable; rejects when the store failed. */
  receive(message: {
    deviceId: AssetId;
    topic: "report" | "raw";
    payload: Uint8Array;
  }): Promise<IntakeAnswer>;
  readonly commands: CommandStore;
  /** [IN5] Calls back when the store has room again; undefined when it has room now. */
  waitForRoom(): Promise<void> | undefined;
  /** Counted, with the reason, each time something is refused. */
  refused(cause: string): void;
  /** The store failed under a report: nothing was acknowledged. */
  failed(cause: unknown): void;
}
