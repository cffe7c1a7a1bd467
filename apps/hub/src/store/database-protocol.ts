import type { SqlRefusal, StoreErrorCode } from "./errors.ts";
import type { SqlResult } from "./sql-connection.ts";

/** What the main thread and the database's thread say to one another. */

export type WorkerSettings = {
  readonly databasePath: string;
  /** The log is kept to about twice this: it is also what a start after a crash must replay. */
  readonly checkpointEveryWalBytes: number;
};

export type WorkerRequest =
  | {
      readonly kind: "query";
      readonly id: number;
      readonly sql: string;
      readonly parameters: readonly unknown[];
    }
  | { readonly kind: "stats"; readonly id: number }
  /** While its files are copied, the log since the copy's beginning must stay. */
  | { readonly kind: "hold-log"; readonly id: number; readonly isHeld: boolean }
  | { readonly kind: "close" };

export type WorkerStats = {
  readonly queries: number;
  readonly fileSyncs: number;
  readonly directorySyncs: number;
  readonly checkpoints: number;
  readonly walPosition: number;
};

export type WorkerMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly code: StoreErrorCode; readonly cause: unknown }
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly result: SqlResult;
      /** How long the database was busy with it, and with nothing else. */
      readonly tookMs: number;
    }
  | {
      readonly kind: "error";
      readonly id: number;
      readonly refusal: SqlRefusal;
      readonly tookMs: number;
    }
  | { readonly kind: "held"; readonly id: number }
  | { readonly kind: "stats"; readonly id: number; readonly stats: WorkerStats }
  | { readonly kind: "died"; readonly cause: unknown }
  | { readonly kind: "closed" };
