import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type EpochMs, formatRfc3339 } from "@pista/kernel";

/** Between arming and disarming, or not. */
export type Stage = "flight" | "ground";

const filePattern =
  /^(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z-(?:flight|ground)(?:-\d+)?)\.(mcap|tlog)$/;

/** Names start with the time, so their order is their age. Two may begin within a millisecond. */
export const recordingName = (at: EpochMs, stage: Stage, count: number): string =>
  `${formatRfc3339(at).replaceAll(/[:.]/g, "-")}-${stage}${count === 0 ? "" : `-${count}`}`;

/**
 * Removes the oldest recordings until both limits are kept, and those that a full disk left without
 * content; those still written to stay.
 */
export async function discardOldest(
  folder: string,
  limits: {
    readonly bytesMax: number;
    readonly recordingsMax: number;
    readonly emptyBytes: number;
  },
  open: ReadonlySet<string>,
): Promise<void> {
  const sizes = new Map<string, number>();
  for (const file of await readdir(folder)) {
    const name = filePattern.exec(file)?.[1];
    if (name === undefined || open.has(name)) continue;
    const size = await sizeOf(join(folder, file));
    sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  let bytes = 0;
  const newestFirst = [...sizes].sort(([one], [other]) => (one < other ? 1 : -1));
  // The one that runs is there already.
  let recordings = 1;
  for (const [name, size] of newestFirst) {
    const isEmpty = size <= limits.emptyBytes;
    if (!isEmpty) recordings += 1;
    bytes += size;
    const hasRoom = bytes <= limits.bytesMax && recordings <= limits.recordingsMax;
    if (hasRoom && !isEmpty) continue;
    for (const ending of ["mcap", "tlog"])
      await rm(join(folder, `${name}.${ending}`), { force: true });
  }
}

/** A person may tidy up at the same time: what is gone takes no room. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}
