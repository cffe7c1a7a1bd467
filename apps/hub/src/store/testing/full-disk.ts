import fs from "node:fs";

/**
 * A disk that takes no more of a directory's files while it is full: what would make a file longer
 * fails with ENOSPC, as from the kernel, and below everything of ours. What lies inside a file may
 * still be written over, as on a real disk.
 */
export type FullDisk = {
  /** What is left goes to whoever asks first for no more than that. */
  fill(leftBytes: number): void;
  empty(): void;
  /** How often it has said no. */
  readonly refusals: number;
  restore(): void;
};

export function createFullDisk(): FullDisk {
  const { writeSync, ftruncateSync } = fs;
  let leftBytes = Number.POSITIVE_INFINITY;
  let refusals = 0;
  const refuse = (syscall: string): never => {
    refusals += 1;
    const message = `ENOSPC: no space left on device, ${syscall}`;
    throw Object.assign(new Error(message), { code: "ENOSPC", errno: -28, syscall });
  };
  const fits = (descriptor: number, end: number): boolean => {
    const growthBytes = Math.max(0, end - fs.fstatSync(descriptor).size);
    if (growthBytes > leftBytes) return false;
    leftBytes -= growthBytes;
    return true;
  };
  // PGlite's file system calls Node's by these names, with these arguments.
  const write = (fd: number, bytes: Uint8Array, offset: number, length: number, at: number) =>
    fits(fd, at + length) ? writeSync(fd, bytes, offset, length, at) : refuse("write");
  const truncate = (fd: number, size = 0): void => {
    if (!fits(fd, size)) refuse("ftruncate");
    ftruncateSync(fd, size);
  };
  Object.assign(fs, { writeSync: write, ftruncateSync: truncate });
  return {
    fill(bytes) {
      leftBytes = bytes;
    },
    empty() {
      leftBytes = Number.POSITIVE_INFINITY;
    },
    get refusals() {
      return refusals;
    },
    restore() {
      Object.assign(fs, { writeSync, ftruncateSync });
    },
  };
}
