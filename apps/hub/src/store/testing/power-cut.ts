import { constants, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@pista/kernel";
import type { DiskEvent, FileId, InitialDisk } from "./disk-log.ts";

type EntryEvent = Extract<DiskEvent, { kind: "create" | "rename" | "remove" }>;
type ContentEvent = Extract<DiskEvent, { kind: "write" | "truncate" }>;

/** What a disk holds: which names lead to which files, and the files that are not as at first. */
export type Disk = {
  readonly directories: Map<FileId, Map<string, FileId>>;
  readonly contents: Map<FileId, Uint8Array>;
};

export type CutOptions = {
  readonly initial: InitialDisk;
  /** What was done before the power went; all of it was still wanted to be written. */
  readonly events: readonly DiskEvent[];
  readonly random: Random;
  readonly readInitial: (relative: string) => Uint8Array;
};

/** How unsynced content reaches a disk: the drive decides sector by sector when it is torn. */
const sectorBytesChoices = [512, 4096] as const;

/**
 * A disk as a power cut may leave it. What was synced is there. Of the rest, each write is
 * there, missing or torn into sectors; each change of a directory is there or not: in one half
 * of the cuts as a journalling file system leaves them (a beginning of them, in order), in the
 * other half any of them, which is all that POSIX promises.
 */
export function cutPower({ initial, events, random, readInitial }: CutOptions): Disk {
  const lastSync = new Map<FileId, number>();
  events.forEach((event, index) => {
    if (event.kind === "sync") lastSync.set(event.file, index);
  });
  const isSynced = (file: FileId, index: number): boolean => index < (lastSync.get(file) ?? -1);
  return {
    directories: cutEntries(initial, events, isSynced, random),
    contents: cutContents(initial, events, isSynced, random, readInitial),
  };
}

type IsSynced = (file: FileId, index: number) => boolean;

function cutEntries(
  initial: InitialDisk,
  events: readonly DiskEvent[],
  isSynced: IsSynced,
  random: Random,
): Disk["directories"] {
  const directories = new Map([...initial.directories].map(([id, names]) => [id, new Map(names)]));
  const isJournalled = random.chance(0.5);
  const keptShare = random.next();
  const journalEnd = Math.floor(random.next() * (events.length + 1));
  events.forEach((event, index) => {
    if (event.kind !== "create" && event.kind !== "rename" && event.kind !== "remove") return;
    const isCertain = directoriesOf(event).every((id) => isSynced(id, index));
    const isLucky = isJournalled ? index < journalEnd : random.chance(keptShare);
    if (event.kind === "create" && event.isDirectory) directories.set(event.file, new Map());
    if (isCertain || isLucky) applyEntry(directories, event);
  });
  return directories;
}

const directoriesOf = (event: EntryEvent): readonly FileId[] =>
  event.kind === "rename" ? [event.fromDirectory, event.toDirectory] : [event.directory];

function applyEntry(directories: Disk["directories"], event: EntryEvent): void {
  switch (event.kind) {
    case "create":
      directories.get(event.directory)?.set(event.name, event.file);
      return;
    case "remove":
      directories.get(event.directory)?.delete(event.name);
      return;
    case "rename": {
      const from = directories.get(event.fromDirectory);
      // The old name may lead elsewhere by now, when the change before this one was lost.
      if (from?.get(event.fromName) === event.file) from.delete(event.fromName);
      directories.get(event.toDirectory)?.set(event.toName, event.file);
    }
  }
}

function cutContents(
  initial: InitialDisk,
  events: readonly DiskEvent[],
  isSynced: IsSynced,
  random: Random,
  readInitial: CutOptions["readInitial"],
): Disk["contents"] {
  const files = new Map<FileId, GrowingBytes>();
  const keptShare = random.next();
  const open = (file: FileId): GrowingBytes => {
    let bytes = files.get(file);
    if (bytes === undefined) {
      const relative = initial.files.get(file);
      bytes = new GrowingBytes(relative === undefined ? new Uint8Array(0) : readInitial(relative));
      files.set(file, bytes);
    }
    return bytes;
  };
  events.forEach((event, index) => {
    if (event.kind === "create" && !event.isDirectory) open(event.file);
    if (event.kind !== "write" && event.kind !== "truncate") return;
    const bytes = open(event.file);
    if (isSynced(event.file, index)) applyContent(bytes, event);
    else applyByChance(bytes, event, keptShare, random);
  });
  return new Map([...files].map(([file, bytes]) => [file, bytes.toBytes()]));
}

function applyContent(bytes: GrowingBytes, event: ContentEvent): void {
  if (event.kind === "truncate") bytes.resize(event.size);
  else bytes.write(event.position, event.bytes);
}

function applyByChance(
  bytes: GrowingBytes,
  event: ContentEvent,
  keptShare: number,
  random: Random,
): void {
  const isTorn = event.kind === "write" && random.chance(0.3);
  if (!isTorn) {
    if (random.chance(keptShare)) applyContent(bytes, event);
    return;
  }
  const sectorBytes = sectorBytesChoices[random.integer(sectorBytesChoices.length)] ?? 512;
  const end = event.position + event.bytes.length;
  for (let start = event.position; start < end; ) {
    // Sectors lie where the disk has them, not where the write begins.
    const next = Math.min(end, (Math.floor(start / sectorBytes) + 1) * sectorBytes);
    if (random.chance(0.5)) {
      bytes.write(start, event.bytes.subarray(start - event.position, next - event.position));
    }
    start = next;
  }
}

/** A file's bytes: writing behind the end fills the gap with zeros, as a file system does. */
class GrowingBytes {
  #bytes: Uint8Array;
  #size: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes);
    this.#size = bytes.length;
  }

  write(position: number, part: Uint8Array): void {
    this.#reserve(position + part.length);
    this.#bytes.set(part, position);
    this.#size = Math.max(this.#size, position + part.length);
  }

  resize(size: number): void {
    this.#reserve(size);
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }

  toBytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(size, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = larger;
  }
}

/** Puts a disk into a directory; what is as at first is copied from where that still lies. */
export function writeDisk(disk: Disk, initial: InitialDisk, initialPath: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  const writeDirectory = (directory: FileId, path: string): void => {
    mkdirSync(path, { mode: 0o700 });
    for (const [name, id] of disk.directories.get(directory) ?? []) {
      const target = join(path, name);
      const relative = initial.files.get(id);
      const bytes = disk.contents.get(id);
      if (disk.directories.has(id)) writeDirectory(id, target);
      else if (bytes) writeFileSync(target, bytes, { mode: 0o600 });
      else if (relative === undefined) throw new Error(`Nobody made ${target}.`);
      else copyFileSync(join(initialPath, relative), target, constants.COPYFILE_FICLONE);
    }
  };
  writeDirectory(initial.root, to);
}

export const readFrom =
  (directory: string) =>
  (relative: string): Uint8Array =>
    readFileSync(join(directory, relative));
