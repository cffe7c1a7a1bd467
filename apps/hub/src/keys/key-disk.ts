import { open, rename, rm } from "node:fs/promises";

/** What replacing a key file asks of the disk, step by step, so that tests can cut it between any two. */
export interface KeyDisk {
  /** For the owner alone, and on the disk when it returns. */
  write(path: string, text: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** New names in it outlive a power cut when it returns. */
  sync(directory: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export const keyDisk: KeyDisk = {
  async write(path, text) {
    const file = await open(path, "w", 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  async sync(directory) {
    const file = await open(directory, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
  remove: (path) => rm(path, { force: true }),
};
