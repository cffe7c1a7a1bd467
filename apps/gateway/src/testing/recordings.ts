import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { McapIndexedReader, McapStreamReader } from "@mcap/core";
import { defined } from "@pista/kernel";
import { readTlog, type TlogRecord } from "@pista/mavlink";
import { until } from "./until.ts";

export type RecordedMessage = {
  readonly topic: string;
  readonly atNs: bigint;
  readonly message: { readonly [member: string]: unknown };
};

/** Oldest first, by names without their endings. */
export const recordingNames = (directory: string): string[] => [
  ...new Set(
    readdirSync(join(directory, "flights"))
      .sort()
      .map((name) => name.replace(/\.(mcap|tlog)$/, "")),
  ),
];

export const readRecording = (directory: string, name: string): Uint8Array =>
  readFileSync(join(directory, "flights", `${name}.mcap`));

export const readFrames = (directory: string, name: string): readonly TlogRecord[] =>
  readTlog(readFileSync(join(directory, "flights", `${name}.tlog`))).records;

const parse = (data: Uint8Array): RecordedMessage["message"] =>
  JSON.parse(new TextDecoder().decode(data));

/** From the front and without an index, as a file must be read whose writer was killed. */
export const readMessages = (mcap: Uint8Array, wanted?: string): RecordedMessage[] =>
  [...recordsIn(mcap, wanted)].flatMap((message) => message ?? []);

/** The same, and whatever else this process does goes on meanwhile, such as a pilot's page. */
export async function readMessagesBeside(
  mcap: Uint8Array,
  wanted?: string,
): Promise<RecordedMessage[]> {
  const found: RecordedMessage[] = [];
  let count = 0;
  for (const message of recordsIn(mcap, wanted)) {
    if (message) found.push(message);
    if (++count % 200 === 0) await setImmediate();
  }
  return found;
}

/** Undefined for each record that is no message, or of another topic. */
function* recordsIn(mcap: Uint8Array, wanted?: string): Generator<RecordedMessage | undefined> {
  const reader = new McapStreamReader({ validateCrcs: true });
  const topics = new Map<number, string>();
  reader.append(mcap);
  for (let record = reader.nextRecord(); record; record = reader.nextRecord()) {
    if (record.type === "Channel") topics.set(record.id, record.topic);
    if (record.type !== "Message") {
      yield undefined;
      continue;
    }
    const topic = defined(topics.get(record.channelId), "A channel before its message");
    const isWanted = wanted === undefined || topic === wanted;
    yield isWanted ? { topic, atNs: record.logTime, message: parse(record.data) } : undefined;
  }
}

/** By the index at its end, as viewers jump about in a whole file. */
export async function readIndexed(mcap: Uint8Array, topic: string): Promise<RecordedMessage[]> {
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(mcap.length),
      read: async (offset, size) => mcap.slice(Number(offset), Number(offset + size)),
    },
  });
  const found: RecordedMessage[] = [];
  for await (const { logTime, data } of reader.readMessages({ topics: [topic] })) {
    found.push({ topic, atNs: logTime, message: parse(data) });
  }
  return found;
}

/** Messages are JSON and not compressed, so a recording can be searched as it stands. */
export const isRecorded = (site: { readonly directory: string }, text: string): Promise<unknown> =>
  until(text, () =>
    recordingNames(site.directory).some((name) =>
      Buffer.from(readRecording(site.directory, name)).includes(text),
    ),
  );
