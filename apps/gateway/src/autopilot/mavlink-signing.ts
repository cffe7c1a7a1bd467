import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@pista/kernel";
import {
  createSigningClock,
  parseSigningKey,
  type SigningClock,
  type SigningKey,
  signingTimestamp,
} from "@pista/mavlink";
import { parseJson, readIfThere, writeDurably } from "../durable-file.ts";
import { GatewayError } from "../errors.ts";

/** How far ahead of its use a stamp is made durable: half a minute, in units of 10 microseconds. */
const reservedUnits = 3_000_000;

export type MavlinkSigning = {
  readonly key: SigningKey;
  readonly clock: SigningClock;
  /** Makes the stamps to come durable, when they are due; resolves when nothing is being written. */
  tick(): Promise<void>;
};

export type SigningOptions = {
  readonly keyFile: string;
  readonly directory: string;
  readonly onFailure: (error: unknown) => void;
};

/**
 * The key that gateway and autopilot share, and stamps that rise over restarts even where the clock
 * does not: what is on the disk is ahead of what has been used, and the next start begins there.
 * @throws GatewayError MAVLINK_KEY_UNREADABLE, MAVLINK_STAMP_UNREADABLE, DATA_FILE_UNREADABLE
 */
export async function openMavlinkSigning(
  { keyFile, directory, onFailure }: SigningOptions,
  now: Clock,
): Promise<MavlinkSigning> {
  const key = await readKey(keyFile);
  const path = join(directory, "mavlink-stamp.json");
  let durable = await readStamp(path);
  const clock = createSigningClock(signingTimestamp(durable));
  let writing: Promise<void> | undefined;

  const reserve = async (): Promise<void> => {
    const stamp = clock.newest() + reservedUnits;
    await writeDurably(path, `${JSON.stringify({ stamp })}\n`);
    durable = stamp;
  };
  // The first stamp that is drawn is the present moment's, unless the disk is ahead of it.
  clock.next(now.nowMs());
  await reserve();

  return {
    key,
    clock,
    tick() {
      const isDue = clock.newest() >= durable - reservedUnits / 2;
      if (isDue) {
        writing ??= reserve()
          .catch(onFailure)
          .finally(() => {
            writing = undefined;
          });
      }
      return writing ?? Promise.resolve();
    },
  };
}

async function readKey(path: string): Promise<SigningKey> {
  const refuse = (why: string, cause?: unknown): GatewayError =>
    new GatewayError("MAVLINK_KEY_UNREADABLE", `--mavlink-key-file ${path}: ${why}.`, { cause });
  let text: string;
  let mode: number;
  try {
    text = (await readFile(path, "utf8")).trim();
    ({ mode } = await stat(path));
  } catch (cause) {
    throw refuse("it cannot be read", cause);
  }
  if ((mode & 0o077) !== 0) throw refuse("others may read it; make it 0600");
  const key = /^[0-9a-fA-F]{64}$/.test(text) && parseSigningKey(Buffer.from(text, "hex"));
  if (!key) throw refuse("it must hold 32 bytes as 64 hexadecimal digits");
  return key;
}

/** 0 before the first start. Beginning there again would repeat stamps, so a person has to look. */
async function readStamp(path: string): Promise<number> {
  const text = await readIfThere(path);
  if (text === undefined) return 0;
  const value = parseJson(text);
  if (typeof value === "object" && value !== null && "stamp" in value) {
    const { stamp } = value;
    if (typeof stamp === "number" && Number.isSafeInteger(stamp) && stamp >= 0) return stamp;
  }
  throw new GatewayError(
    "MAVLINK_STAMP_UNREADABLE",
    `${path} does not say which stamp was signed last. Put back a copy, or change the key and remove it.`,
  );
}
