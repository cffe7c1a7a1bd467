import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How the command line reaches a hub that runs: its address, and the right of who reads the file. */
export type OperatorFile = {
  readonly url: string;
  readonly token: string;
  /** The certificate that a TLS hub shows, so that the command line trusts just this one. */
  readonly certificate?: string;
};

const pathIn = (dataDirectory: string): string => join(dataDirectory, "hub.json");

/** 0600 from its first byte: whoever reads it may do everything. */
export async function writeOperatorFile(
  dataDirectory: string,
  content: OperatorFile,
): Promise<void> {
  const path = pathIn(dataDirectory);
  await writeFile(`${path}.new`, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
}

export const removeOperatorFile = (dataDirectory: string): Promise<void> =>
  rm(pathIn(dataDirectory), { force: true });

/** Undefined when there is none: then no hub runs on this directory, or it was killed. */
export async function readOperatorFile(dataDirectory: string): Promise<OperatorFile | undefined> {
  let text: string;
  try {
    text = await readFile(pathIn(dataDirectory), "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
  return JSON.parse(text) as OperatorFile; // Only writeOperatorFile writes this file.
}
