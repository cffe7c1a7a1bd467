import fs from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { StoreError } from "./errors.ts";

/** A node and a stream of Emscripten's NODEFS, as far as they are used here. */
export type FileNode = { readonly name: string; readonly parent: FileNode };
export type FileStream = { readonly nfd: number; readonly node: FileNode };

type Operation = (...args: never[]) => unknown;

/**
 * Emscripten's NODEFS, as PGlite 0.5.16 carries it. These are internals, so they are looked at
 * before use and proved by the engine's check of a real commit; the version is pinned for it.
 */
export type NodeFileOperations = {
  readonly realPath: (node: FileNode) => string;
  readonly node_ops: Record<
    "mknod" | "rename" | "unlink" | "rmdir" | "symlink" | "setattr",
    Operation
  >;
  readonly stream_ops: {
    write: (
      stream: FileStream,
      buffer: Uint8Array,
      offset: number,
      length: number,
      position: number,
    ) => number;
    setattr: Operation;
    fsync?: (stream: FileStream) => number;
  };
};

export type EmscriptenModule = {
  readonly NODEFS: NodeFileOperations;
  readonly FS: { readonly ErrnoError: new (errno: number) => Error };
};

type InitParameters = Parameters<NodeFS["init"]>;

/** EIO in Emscripten's numbering, which is that of WASI. */
const emscriptenEio = 29;
const walSegmentBytes = 16 * 1024 * 1024;

/**
 * PGlite's file system for Node, made durable. As shipped it has no fsync: PostgreSQL's call
 * succeeds and nothing reaches the disk (PGlite also starts PostgreSQL with -F, see engine.ts).
 *
 * PostgreSQL's own fsync of directories does arrive here as an open directory. It covers
 * renames of its log and its control files, not the new files of tables, which every usual
 * journalling file system keeps but POSIX does not promise. So each change of a directory is
 * noted, and every fsync first writes those directories: before a commit is acknowledged all
 * entries made until then are on the disk too, at the price of one fsync per changed directory.
 */
export class DurableFileSystem extends NodeFS {
  readonly #onFault: (cause: unknown) => void;
  readonly #changedDirectories = new Set<FileNode>();
  #fileSyncs = 0;
  #directorySyncs = 0;
  #walPosition = 0;
  #fault: unknown;

  /** A fault is a sync or a write of the log that failed: what is on the disk is then unknown. */
  constructor(directory: string, onFault: (cause: unknown) => void) {
    super(directory);
    this.#onFault = onFault;
  }

  /** What PostgreSQL asked to be synced, and synced: a commit is at least one. */
  get fileSyncs(): number {
    return this.#fileSyncs;
  }

  get directorySyncs(): number {
    return this.#directorySyncs;
  }

  /** How far the write-ahead log has been written, in bytes since the cluster was made. */
  get walPosition(): number {
    return this.#walPosition;
  }

  /** The first fault. Once there is one, no answer of the database may be believed. */
  get fault(): unknown {
    return this.#fault;
  }

  /** PostgreSQL's own end (PANIC) and wasm's traps are faults as well; the engine reports them. */
  reportFault(cause: unknown): void {
    this.#fault ??= cause;
    this.#onFault(cause);
  }

  override async init(
    pg: InitParameters[0],
    options: InitParameters[1],
  ): ReturnType<NodeFS["init"]> {
    const prepared = await super.init(pg, options);
    prepared.emscriptenOpts.preRun?.push((module: unknown) => {
      const checked = checkModule(module);
      this.#noteDirectoryChanges(checked.NODEFS);
      this.#followLog(checked.NODEFS);
      this.#addSync(checked);
      this.hook(checked);
    });
    return prepared;
  }

  /** For a test that watches every operation; it comes last, so it sees what really happens. */
  protected hook(_module: EmscriptenModule): void {}

  /** fdatasync suffices for files: it includes the size, and times are not relied upon. */
  protected syncFile(stream: FileStream): void {
    fs.fdatasyncSync(stream.nfd);
  }

  protected syncDirectory(path: string): void {
    let descriptor: number;
    try {
      descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
    } catch (cause) {
      // A directory that was removed since has nothing left to keep; its parent is noted as well.
      if (isMissing(cause)) return;
      throw cause;
    }
    try {
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  }

  #addSync({ NODEFS, FS }: EmscriptenModule): void {
    NODEFS.stream_ops.fsync = (stream) => {
      try {
        for (const directory of this.#changedDirectories) {
          this.syncDirectory(NODEFS.realPath(directory));
          this.#directorySyncs += 1;
        }
        this.#changedDirectories.clear();
        this.syncFile(stream);
        this.#fileSyncs += 1;
        return 0;
      } catch (cause) {
        // After a failed fsync the kernel may have dropped the pages and the next one may
        // succeed, so nobody may try again. The owner of the database is told at once.
        this.reportFault(cause);
        throw new FS.ErrnoError(emscriptenEio);
      }
    };
  }

  #noteDirectoryChanges(nodefs: NodeFileOperations): void {
    const changed = this.#changedDirectories;
    const operations = nodefs.node_ops;
    for (const name of ["mknod", "unlink", "rmdir", "symlink"] as const) {
      const original = operations[name];
      operations[name] = (parent: FileNode, ...rest: never[]) => {
        // Their first argument is the directory; the rest passes through as it came.
        const result = original(...([parent, ...rest] as never[]));
        changed.add(parent);
        return result;
      };
    }
    const { rename } = operations;
    operations.rename = (node: FileNode, directory: FileNode, name: never) => {
      const left = node.parent;
      const result = rename(...([node, directory, name] as never[])); // As it came.
      changed.add(left).add(directory);
      return result;
    };
  }

  #followLog(nodefs: NodeFileOperations): void {
    const { write } = nodefs.stream_ops;
    nodefs.stream_ops.write = (stream, buffer, offset, length, position) => {
      const segment = walSegmentOf(stream.node);
      if (segment === undefined) return write(stream, buffer, offset, length, position);
      try {
        const written = write(stream, buffer, offset, length, position);
        const end = segment * walSegmentBytes + position + written;
        if (end > this.#walPosition) this.#walPosition = end;
        return written;
      } catch (cause) {
        // PostgreSQL gives up (PANIC) when its log cannot be written; PGlite would hide that.
        this.reportFault(cause);
        throw cause;
      }
    };
  }
}

/** "000000010000000A000000FF" is segment 0xAFF: 8 digits of time line, then two words. */
function walSegmentOf(node: FileNode): number | undefined {
  if (node.parent.name !== "pg_wal" || !/^[0-9A-F]{24}$/.test(node.name)) return undefined;
  const high = Number.parseInt(node.name.slice(8, 16), 16);
  return high * 256 + Number.parseInt(node.name.slice(16), 16);
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

function checkModule(module: unknown): EmscriptenModule {
  // Only looked at here: each part is checked in the next lines before anything trusts it.
  const candidate = module as Partial<EmscriptenModule>;
  const nodefs = candidate.NODEFS;
  const present =
    typeof nodefs?.realPath === "function" &&
    (["mknod", "rename", "unlink", "rmdir", "symlink", "setattr"] as const).every(
      (name) => typeof nodefs.node_ops?.[name] === "function",
    ) &&
    (["write", "setattr"] as const).every(
      (name) => typeof nodefs.stream_ops?.[name] === "function",
    ) &&
    typeof candidate.FS?.ErrnoError === "function";
  if (!present) {
    throw new StoreError("STORE_NOT_DURABLE", {
      reason: "this version of PGlite has another file system inside",
    });
  }
  return candidate as EmscriptenModule; // Checked above.
}
