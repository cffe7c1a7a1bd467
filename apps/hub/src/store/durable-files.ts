import { constants } from "node:fs";
import { chmod, copyFile, mkdir, open, readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Makes the entries of a directory (new, renamed, removed files) survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** After it returns the name refers to the whole content, whatever happens to the power. */
export async function writeFileDurably(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const unfinished = `${path}.tmp`;
  const handle = await open(unfinished, "w", mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await renameDurably(unfinished, path);
}

export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDirectory(dirname(to));
}

export type Tree = { readonly directories: readonly string[]; readonly files: readonly string[] };

/** Names relative to the root, parents before children; what is not wanted is not entered. */
export async function listTree(
  root: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<Tree> {
  const directories = [""];
  const files: string[] = [];
  for (const directory of directories) {
    for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
      const name = join(directory, entry.name);
      if (!isWanted(name)) continue;
      if (entry.isDirectory()) directories.push(name);
      else files.push(name);
    }
  }
  return { directories, files };
}

/** Node does file work in four threads; more at once only waits in memory. */
const filesAtOnce = 8;

export async function forEachFile(
  names: readonly string[],
  act: (name: string) => Promise<void>,
): Promise<void> {
  const rest = names.values();
  const work = async (): Promise<void> => {
    for (const name of rest) await act(name);
  };
  await Promise.all(Array.from({ length: filesAtOnce }, work));
}

export async function syncTree(root: string): Promise<void> {
  const tree = await listTree(root);
  await forEachFile(tree.files, (name) => syncFile(join(root, name)));
  // Children first, so that an entry never points to a directory that is not yet whole.
  for (const name of tree.directories.toReversed()) await syncDirectory(join(root, name));
}

/** Copies a directory and makes the copy durable. It takes only files and directories. */
export async function copyTreeDurably(from: string, to: string): Promise<void> {
  const tree = await listTree(from);
  for (const name of tree.directories) await mkdir(join(to, name), { mode: 0o700 });
  await forEachFile(tree.files, async (name) => {
    const target = join(to, name);
    // A file system that shares blocks between copies does so; the others copy.
    await copyFile(join(from, name), target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await chmod(target, 0o600);
    await syncFile(target);
  });
  for (const name of tree.directories.toReversed()) await syncDirectory(join(to, name));
}
