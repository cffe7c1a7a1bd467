import { join } from "node:path";
import { parseJson, readIfThere, writeDurably } from "../durable-file.ts";
import { GatewayError } from "../errors.ts";

/** [AU7] The highest epoch of a lease that this gateway has ever obeyed, across restarts. */
export interface EpochFile {
  /** Of those that are on the disk and those that are on their way to it; 0 before the first lease. */
  readonly highestEpoch: number;
  /**
   * Resolves once the epoch, or a higher one, is on the disk. A lower one is on it already.
   * @throws GatewayError DATA_FILE_UNWRITABLE
   */
  store(epoch: number): Promise<void>;
}

/**
 * @throws GatewayError EPOCH_FILE_UNREADABLE: starting from 0 instead would let an old lease act,
 * so a person has to look.
 */
export async function openEpochFile(directory: string): Promise<EpochFile> {
  const path = join(directory, "epoch.json");
  let durableEpoch = await readEpoch(path);
  let wantedEpoch = durableEpoch;
  let writing: Promise<void> | undefined;

  const writeWanted = async (): Promise<void> => {
    // While one write is under way the wanted epoch may rise; whatever came in goes out in one.
    while (durableEpoch < wantedEpoch) {
      const epoch = wantedEpoch;
      await writeDurably(path, `${JSON.stringify({ highestEpoch: epoch })}\n`);
      durableEpoch = epoch;
    }
  };

  return {
    get highestEpoch() {
      return wantedEpoch;
    },
    store(epoch) {
      wantedEpoch = Math.max(wantedEpoch, epoch);
      if (epoch <= durableEpoch) return Promise.resolve();
      writing ??= writeWanted().finally(() => {
        writing = undefined;
      });
      return writing;
    },
  };
}

async function readEpoch(path: string): Promise<number> {
  const text = await readIfThere(path);
  if (text === undefined) return 0;
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && "highestEpoch" in value) {
    const { highestEpoch } = value;
    if (typeof highestEpoch === "number" && Number.isSafeInteger(highestEpoch)) {
      if (highestEpoch >= 0) return highestEpoch;
    }
  }
  throw new GatewayError(
    "EPOCH_FILE_UNREADABLE",
    `${path} does not say which epoch was obeyed last. Put back a copy, or enrol anew in an empty directory.`,
  );
}
