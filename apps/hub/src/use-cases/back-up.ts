import { pipeline, Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { fail, ok, type Result } from "@pista/kernel";
import type { Logger } from "pino";
import type { Refusal } from "../http/problems.ts";
import { writeArchive } from "../store/archive-writer.ts";
import { insertAudit } from "../store/audit.ts";
import { StoreError } from "../store/errors.ts";
import type { Snapshot } from "../store/snapshot.ts";
import type { HubContext } from "./context.ts";

export interface Backups {
  /** The bytes of an archive; whoever does not read it to its end destroys it. */
  start(): Promise<Result<Readable, Refusal>>;
}

type BackupSource = { readonly directory: string; snapshot(): Promise<Snapshot> };

/** One at a time: each costs a copy of the store's files, or a connection to its server. */
export function createBackups(context: HubContext, source: BackupSource, log: Logger): Backups {
  let isRunning = false;

  const open = async (): Promise<Readable> => {
    const createdAt = new Date(context.clock.nowMs());
    // Before the snapshot, so that the archive tells of its own making.
    await insertAudit(context.db, {
      atMs: createdAt.getTime(),
      actor: { kind: "operator", id: null, name: "operator" },
      action: "store.back-up",
      subject: { kind: "store", id: "store" },
      detail: {},
    });
    const snapshot = await source.snapshot();
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => {
      closing ??= snapshot.close();
      return closing;
    };
    const lines = writeArchive({ ...source, snapshot, createdAt });
    return pipeline(Readable.from(thenClose(lines, close)), createGzip(), async (fault) => {
      if (fault) log.error({ err: fault }, "A backup was not finished");
      try {
        await close();
      } catch (cause) {
        log.error({ err: cause }, "What a backup was read from was not closed");
      }
      isRunning = false;
    });
  };

  return {
    async start() {
      if (isRunning) return fail({ kind: "too-many-requests", detail: "A backup is being made." });
      isRunning = true;
      try {
        return ok(await open());
      } catch (cause) {
        isRunning = false;
        if (!(cause instanceof StoreError)) throw cause;
        log.error({ err: cause }, "A backup was not begun");
        return fail({ kind: "not-ready", detail: cause.message });
      }
    },
  };
}

/** Before the reader hears of the end: a hub that is stopped then leaves no copy behind. */
async function* thenClose(
  lines: AsyncIterable<string>,
  close: () => Promise<void>,
): AsyncGenerator<string> {
  yield* lines;
  await close();
}
