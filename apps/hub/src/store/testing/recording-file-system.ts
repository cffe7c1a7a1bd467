import fs from "node:fs";
import { join } from "node:path";
import {
  DurableFileSystem,
  type EmscriptenModule,
  type FileNode,
  type FileStream,
  type NodeFileOperations,
} from "../durable-file-system.ts";
import type { DiskEvent, FileId, InitialDisk } from "./disk-log.ts";

/** What a file system without fsync does: it says yes. Each can be taken away by itself. */
export type SyncsLeftOut = { readonly files: boolean; readonly directories: boolean };

/**
 * The hub's file system, writing down what it does to the disk. It is hooked in outside of the
 * real one, so the log holds what was really done: a sync is logged where it is carried out.
 */
export class RecordingFileSystem extends DurableFileSystem {
  readonly events: DiskEvent[] = [];
  readonly initial: InitialDisk;
  readonly #leftOut: SyncsLeftOut;
  readonly #directory: string;
  readonly #idByInode = new Map<number, FileId>();
  #lastId: FileId = 0;

  constructor(directory: string, leftOut: SyncsLeftOut = { files: false, directories: false }) {
    super(directory, (cause) => {
      throw cause;
    });
    this.#directory = directory;
    this.#leftOut = leftOut;
    this.initial = this.#readInitial();
  }

  /** Everything is on the disk from here; the log starts anew, as does the copy to cut from. */
  #readInitial(): InitialDisk {
    const directories = new Map<FileId, Map<string, FileId>>();
    const files = new Map<FileId, string>();
    const visit = (relative: string): FileId => {
      const path = join(this.#directory, relative);
      const stats = fs.statSync(path);
      const id = this.#newId(stats.ino);
      if (!stats.isDirectory()) {
        files.set(id, relative);
        return id;
      }
      const names = fs.readdirSync(path);
      directories.set(id, new Map(names.map((name) => [name, visit(join(relative, name))])));
      return id;
    };
    return { root: visit(""), directories, files };
  }

  /** The kernel gives the number of a removed file to the next one; ours are never used twice. */
  #newId(inode: number): FileId {
    this.#lastId += 1;
    this.#idByInode.set(inode, this.#lastId);
    return this.#lastId;
  }

  #idOf(stats: fs.Stats): FileId {
    const id = this.#idByInode.get(stats.ino);
    if (id === undefined) throw new Error("A file appeared on the disk that nobody made.");
    return id;
  }

  protected override syncFile(stream: FileStream): void {
    if (this.#leftOut.files) return;
    super.syncFile(stream);
    this.events.push({ kind: "sync", file: this.#idOf(fs.fstatSync(stream.nfd)) });
  }

  protected override syncDirectory(path: string): void {
    if (this.#leftOut.directories) return;
    super.syncDirectory(path);
    const stats = fs.statSync(path, { throwIfNoEntry: false });
    if (stats) this.events.push({ kind: "sync", file: this.#idOf(stats) });
  }

  protected override hook({ NODEFS }: EmscriptenModule): void {
    this.#recordEntries(NODEFS);
    this.#recordContents(NODEFS);
  }

  #recordEntries(nodefs: NodeFileOperations): void {
    const operations = nodefs.node_ops;
    const idAt = (node: FileNode): FileId => this.#idOf(fs.lstatSync(nodefs.realPath(node)));
    // The arguments pass through as they came, here and below.
    const { mknod, rename, unlink, rmdir } = operations;
    operations.mknod = (parent: FileNode, name: string, ...rest: never[]) => {
      const result = mknod(...([parent, name, ...rest] as never[]));
      const stats = fs.lstatSync(join(nodefs.realPath(parent), name));
      const [directory, file] = [idAt(parent), this.#newId(stats.ino)];
      const isDirectory = stats.isDirectory();
      this.events.push({ kind: "create", directory, name, file, isDirectory });
      return result;
    };
    operations.rename = (node: FileNode, target: FileNode, toName: string) => {
      const [fromName, fromDirectory, file] = [node.name, idAt(node.parent), idAt(node)];
      const result = rename(...([node, target, toName] as never[]));
      const toDirectory = idAt(target);
      this.events.push({ kind: "rename", fromDirectory, fromName, toDirectory, toName, file });
      return result;
    };
    const recordRemoval = (original: typeof unlink): typeof unlink => {
      return (parent: FileNode, name: string) => {
        const result = original(...([parent, name] as never[]));
        this.events.push({ kind: "remove", directory: idAt(parent), name });
        return result;
      };
    };
    operations.unlink = recordRemoval(unlink);
    operations.rmdir = recordRemoval(rmdir);
    operations.symlink = () => {
      throw new Error("PostgreSQL made a link, which this record does not know.");
    };
  }

  #recordContents(nodefs: NodeFileOperations): void {
    const { write } = nodefs.stream_ops;
    nodefs.stream_ops.write = (stream, buffer, offset, length, position) => {
      const written = write(stream, buffer, offset, length, position);
      const bytes = Buffer.from(
        Buffer.from(buffer.buffer, buffer.byteOffset + offset, written), // A copy of the view.
      );
      const file = this.#idOf(fs.fstatSync(stream.nfd));
      this.events.push({ kind: "write", file, position, bytes });
      return written;
    };
    const setNode = nodefs.node_ops.setattr;
    nodefs.node_ops.setattr = (node: FileNode, change: { size?: number }) => {
      const result = setNode(...([node, change] as never[]));
      if (change.size === undefined) return result;
      const file = this.#idOf(fs.lstatSync(nodefs.realPath(node)));
      this.events.push({ kind: "truncate", file, size: change.size });
      return result;
    };
    const setStream = nodefs.stream_ops.setattr;
    nodefs.stream_ops.setattr = (stream: FileStream, change: { size?: number }) => {
      const result = setStream(...([stream, change] as never[]));
      if (change.size === undefined) return result;
      const file = this.#idOf(fs.fstatSync(stream.nfd));
      this.events.push({ kind: "truncate", file, size: change.size });
      return result;
    };
  }
}
