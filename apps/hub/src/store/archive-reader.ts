import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import {
  type ArchiveEnd,
  type ArchiveLine,
  archiveVersion,
  lineBytesMax,
} from "./archive-format.ts";
import { StoreError } from "./errors.ts";

export type ArchiveSummary = {
  readonly createdAt: string;
  readonly steps: readonly string[];
  readonly rows: ArchiveEnd["rows"];
};

/** Reads an archive to its end and so knows that it is whole, before anybody relies on it. */
export async function checkArchive(file: string): Promise<ArchiveSummary> {
  let head: Extract<ArchiveLine, { kind: "pista-backup" }> | undefined;
  let rows: ArchiveEnd["rows"] = {};
  for await (const line of readArchive(file)) {
    if (line.kind === "pista-backup") head = line;
    if (line.kind === "end") rows = line.rows;
  }
  if (!head) throw damaged(file, "it does not begin as one");
  return { createdAt: head.createdAt, steps: head.steps, rows };
}

/** What it has yielded may be believed when it has come to its end without an error. */
export async function* readArchive(file: string): AsyncGenerator<ArchiveLine> {
  const hash = createHash("sha256");
  let previous: ArchiveLine["kind"] | undefined;
  for await (const bytes of linesIn(file)) {
    if (previous === "end") throw damaged(file, "something follows its end");
    const line = parseLine(file, bytes);
    if ((previous === undefined) !== (line.kind === "pista-backup")) {
      throw damaged(file, "it does not begin as one");
    }
    checkDigest(file, hash, line, bytes);
    previous = line.kind;
    yield line;
  }
  if (previous !== "end") throw damaged(file, "its end is missing");
}

function checkDigest(file: string, hash: Hash, line: ArchiveLine, bytes: Buffer): void {
  if (line.kind !== "end") hash.update(bytes).update("\n");
  else if (hash.digest("hex") !== line.sha256) throw damaged(file, "its digest is another");
}

const damaged = (file: string, reason: string, cause?: unknown): StoreError =>
  new StoreError("STORE_BACKUP_DAMAGED", { file, reason }, { cause });

/** Split at the byte, for the texts inside may hold what other readers of lines take for an end. */
async function* linesIn(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unpacked = createGunzip();
  source.on("error", (cause) => unpacked.destroy(cause));
  let parts: Buffer[] = [];
  let lengthBytes = 0;
  try {
    // A gunzip without an encoding gives buffers.
    for await (const chunk of source.pipe(unpacked) as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        yield Buffer.concat([...parts, chunk.subarray(start, end)]);
        [parts, lengthBytes, start] = [[], 0, end + 1];
      }
      parts.push(chunk.subarray(start));
      lengthBytes += chunk.length - start;
      if (lengthBytes > lineBytesMax) throw damaged(file, "one of its lines has no end");
    }
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw damaged(file, "it cannot be unpacked", cause);
  } finally {
    source.destroy();
  }
  if (lengthBytes > 0) throw damaged(file, "its last line is cut");
}

function parseLine(file: string, bytes: Buffer): ArchiveLine {
  const json = bytes.toString("utf8");
  if (json.startsWith("[")) return { kind: "rows", json };
  let line: unknown;
  try {
    line = JSON.parse(json);
  } catch (cause) {
    throw damaged(file, "one of its lines is not JSON", cause);
  }
  if (typeof line !== "object" || line === null || !("kind" in line)) {
    throw damaged(file, "one of its lines is of no kind");
  }
  if (line.kind === "pista-backup" && "version" in line && line.version !== archiveVersion) {
    throw new StoreError("STORE_NEWER", { file, backupFormat: String(line.version) });
  }
  // Its digest is checked before anything is done with it, so it is as archive-writer.ts wrote it.
  return line as ArchiveLine;
}
