/** Everything that was done to a disk, in order, with files named by number and not by path. */

export type FileId = number;

export type DiskEvent =
  | {
      readonly kind: "create";
      readonly directory: FileId;
      readonly name: string;
      readonly file: FileId;
      readonly isDirectory: boolean;
    }
  | {
      readonly kind: "rename";
      readonly fromDirectory: FileId;
      readonly fromName: string;
      readonly toDirectory: FileId;
      readonly toName: string;
      readonly file: FileId;
    }
  | { readonly kind: "remove"; readonly directory: FileId; readonly name: string }
  | {
      readonly kind: "write";
      readonly file: FileId;
      readonly position: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "truncate"; readonly file: FileId; readonly size: number }
  /** All that was done before to this file, or to this directory's entries, is on the disk. */
  | { readonly kind: "sync"; readonly file: FileId };

/** What lay on the disk, synced, before the first event. */
export type InitialDisk = {
  readonly root: FileId;
  readonly directories: ReadonlyMap<FileId, ReadonlyMap<string, FileId>>;
  /** Where the bytes of a file can be read. */
  readonly files: ReadonlyMap<FileId, string>;
};
