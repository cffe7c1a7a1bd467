import { createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ApiFault, ApiRefusal, type Problem } from "@pista/contracts";
import type { Command } from "commander";
import { HubError } from "../errors.ts";
import { type ArchiveSummary, checkArchive } from "../store/archive-reader.ts";
import { syncDirectory } from "../store/durable-files.ts";
import { type OpenStream, textOf, withOperator } from "./operator.ts";
import { print, tellRefusal } from "./output.ts";

type BackupOptions = { data?: string; json?: boolean };

export function addBackupCommand(program: Command): void {
  program
    .command("backup")
    .description("Write all that the hub keeps into a file: rows and keys. The hub may run")
    .argument("<file>", "the file to write; one that is there is replaced by a whole one")
    .option("--data <directory>", "the hub's data directory")
    .option("--json", "print the outcome as JSON")
    .action(async (file: string, options: BackupOptions) => {
      await tellRefusal(async () => {
        const summary = await withOperator(options, (_, openStream) =>
          writeBackup(resolve(file), openStream),
        );
        const { createdAt, rows } = summary;
        const outcome = { file, createdAt, rows, bytes: (await stat(file)).size };
        print(options.json, outcome, `${file}: ${wordsOf(summary)}. Keep it secret.`);
      });
    });
}

export function wordsOf({ createdAt, rows }: Pick<ArchiveSummary, "createdAt" | "rows">): string {
  const count = Object.values(rows).reduce((sum, one) => sum + one, 0);
  return `${count} rows of ${Object.keys(rows).length} tables, as of ${createdAt}`;
}

/** Under its name when it is whole, on the disk and read back; never half. */
async function writeBackup(file: string, openStream: OpenStream): Promise<ArchiveSummary> {
  const unfinished = `${file}.tmp`;
  try {
    await receive(openStream, unfinished);
    const handle = await open(unfinished, "r+");
    await handle.sync().finally(() => handle.close());
    const summary = await checkArchive(unfinished);
    await rename(unfinished, file);
    await syncDirectory(dirname(file));
    return summary;
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw cause;
  }
}

async function receive(openStream: OpenStream, path: string): Promise<void> {
  const { status, body } = await openStream("/operator/backup");
  if (status !== 200) {
    throw refusalIn(await textOf(body));
  }
  let receivedBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      receivedBytes += chunk.length;
      done(null, chunk);
    },
  });
  const telling = setInterval(() => {
    process.stderr.write(`pista: ${(receivedBytes / 1e6).toFixed(1)} MB so far\n`);
  }, progressMs);
  try {
    await pipeline(body, count, createWriteStream(path, { mode: 0o600 }));
  } catch (cause) {
    throw new HubError("HUB_BACKUP", `The backup was not finished, so ${path} is removed.`, {
      cause,
    });
  } finally {
    clearInterval(telling);
  }
}

function refusalIn(text: string): Error {
  try {
    return new ApiRefusal(JSON.parse(text) as Problem); // As every answer of a hub that refuses.
  } catch {
    return new ApiFault(`It answered ${text.slice(0, 200)}.`);
  }
}

const progressMs = 2_000;
