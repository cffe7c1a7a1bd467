import { crc32 } from "node:zlib";
import { McapChunkBuilder, McapRecordBuilder, type McapTypes } from "@mcap/core";

/** A topic and the JSON schema of its messages. */
export type RecordingChannel = {
  readonly topic: string;
  readonly schemaName: string;
  readonly schema: object;
};

/**
 * The bytes of an MCAP file, and no I/O. The library's own writer decides by size when a chunk is
 * full and waits for its disk; here whoever records decides by time, and never waits.
 */
export class McapEncoder {
  readonly #schemas: readonly McapTypes.Schema[];
  readonly #channels: readonly McapTypes.Channel[];
  readonly #chunk = new McapChunkBuilder({ useMessageIndex: true });
  readonly #records = new McapRecordBuilder();
  readonly #chunkIndexes: McapTypes.ChunkIndex[] = [];
  readonly #counts: number[];
  #position = 0;
  #startNs: bigint | undefined;
  #endNs = 0n;

  constructor(channels: readonly RecordingChannel[]) {
    this.#schemas = channels.map(({ schemaName, schema }, index) => ({
      // Zero would mean that there is none.
      id: index + 1,
      name: schemaName,
      encoding: "jsonschema",
      data: bytesOf(schema),
    }));
    this.#channels = channels.map(({ topic }, index) => ({
      id: index,
      schemaId: index + 1,
      topic,
      messageEncoding: "json",
      metadata: new Map(),
    }));
    this.#counts = channels.map(() => 0);
  }

  /** What waits for the next chunk. */
  get waitingBytes(): number {
    return this.#chunk.byteLength;
  }

  get chunks(): number {
    return this.#chunkIndexes.length;
  }

  /** The file's first bytes. Schemas and channels are in them, so every chunk finds its own. */
  begin(): Uint8Array {
    this.#records.writeMagic();
    this.#records.writeHeader({ profile: "", library: "pista" });
    for (const schema of this.#schemas) this.#records.writeSchema(schema);
    for (const channel of this.#channels) this.#records.writeChannel(channel);
    return this.#taken();
  }

  /** @param channelId the channel's place in the list. */
  add(channelId: number, atNs: bigint, message: object): void {
    const sequence = this.#counts[channelId] ?? 0;
    this.#counts[channelId] = sequence + 1;
    this.#startNs ??= atNs;
    if (atNs < this.#startNs) this.#startNs = atNs;
    if (atNs > this.#endNs) this.#endNs = atNs;
    const data = bytesOf(message);
    this.#chunk.addMessage({ channelId, sequence, logTime: atNs, publishTime: atNs, data });
  }

  /** What waits, as a chunk and its index; nothing where nothing waits. */
  flush(): Uint8Array {
    const chunk = this.#chunk;
    if (chunk.numMessages === 0) return new Uint8Array();
    const chunkStartOffset = BigInt(this.#position);
    const { messageStartTime, messageEndTime, buffer: records } = chunk;
    const size = BigInt(records.byteLength);
    this.#records.writeChunk({
      messageStartTime,
      messageEndTime,
      uncompressedSize: size,
      uncompressedCrc: crc32(records),
      compression: "",
      records,
    });
    const chunkLength = this.#records.length;
    const messageIndexOffsets = new Map<number, bigint>();
    for (const index of chunk.indices) {
      messageIndexOffsets.set(index.channelId, BigInt(this.#position + this.#records.length));
      this.#records.writeMessageIndex(index);
    }
    this.#chunkIndexes.push({
      messageStartTime,
      messageEndTime,
      chunkStartOffset,
      chunkLength: BigInt(chunkLength),
      messageIndexOffsets,
      messageIndexLength: BigInt(this.#records.length - chunkLength),
      compression: "",
      compressedSize: size,
      uncompressedSize: size,
    });
    chunk.reset();
    return this.#taken();
  }

  /** The file's last bytes, behind the last chunk: what lets a viewer jump to any moment. */
  end(): Uint8Array {
    // The chunks have checksums of their own; a zero says that there is no other.
    this.#records.writeDataEnd({ dataSectionCrc: 0 });
    const summaryStart = BigInt(this.#position + this.#records.length);
    for (const schema of this.#schemas) this.#records.writeSchema(schema);
    for (const channel of this.#channels) this.#records.writeChannel(channel);
    this.#records.writeStatistics({
      messageCount: BigInt(this.#counts.reduce((sum, count) => sum + count, 0)),
      schemaCount: this.#schemas.length,
      channelCount: this.#channels.length,
      attachmentCount: 0,
      metadataCount: 0,
      chunkCount: this.#chunkIndexes.length,
      messageStartTime: this.#startNs ?? 0n,
      messageEndTime: this.#endNs,
      channelMessageCounts: new Map(this.#counts.map((count, id) => [id, BigInt(count)])),
    });
    for (const index of this.#chunkIndexes) this.#records.writeChunkIndex(index);
    this.#records.writeFooter({ summaryStart, summaryOffsetStart: 0n, summaryCrc: 0 });
    this.#records.writeMagic();
    return this.#taken();
  }

  #taken(): Uint8Array {
    // The builder goes on writing over its buffer.
    const bytes = this.#records.buffer.slice();
    this.#records.reset();
    this.#position += bytes.byteLength;
    return bytes;
  }
}

const encoder = new TextEncoder();
const bytesOf = (value: object): Uint8Array => encoder.encode(JSON.stringify(value));
