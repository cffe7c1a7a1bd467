import { defined } from "@pista/kernel";
import {
  createDatagramReader,
  createFrameWriter,
  createStreamReader,
  type OutgoingMessage,
} from "@pista/mavlink";
import { camelCase } from "../packages/mavlink/src/generator/case.ts";
import type { ScalarType } from "../packages/mavlink/src/messages/definition.ts";
import { messageTable } from "../packages/mavlink/src/messages/table.ts";
import { codecs } from "../packages/mavlink/src/messages.generated.ts";
import { layoutOf } from "../packages/mavlink/src/wire/layout.ts";

/** A second of what the vehicle sends to its gateway. */
const second: readonly (readonly [count: number, message: OutgoingMessage])[] = [
  [50, { name: "LOCAL_POSITION_NED", timeBootMs: 7, x: 1, y: 2, z: -1.5, vx: 0.1, vy: 2, vz: 0.3 }],
  [
    50,
    {
      ...{ name: "ATTITUDE", timeBootMs: 7, roll: 0.1, pitch: 0.2, yaw: 3 },
      ...{ rollspeed: 0.1, pitchspeed: 0.2, yawspeed: 0.3 },
    },
  ],
  [
    5,
    {
      ...{ name: "HEARTBEAT", type: 2, autopilot: 3, baseMode: 209, customMode: 4 },
      ...{ systemStatus: 4, mavlinkVersion: 3 },
    },
  ],
  [5, { name: "EXTENDED_SYS_STATE", vtolState: 0, landedState: 2 }],
];

const headerLength = 10;
const payloadRoom = 256;

/** The numbers that these four messages are made of. */
const readers: Partial<Record<ScalarType, (view: DataView, at: number) => number>> = {
  uint8: (view, at) => view.getUint8(at),
  uint32: (view, at) => view.getUint32(at, true),
  float: (view, at) => view.getFloat32(at, true),
};

type Decoder = (view: DataView, at: number) => object;

/** The same message read by a loop over its table, as a codec without a generator does it. */
function decoderByTable(name: string): Decoder {
  const definition = messageTable.find((message) => message.name === name);
  const layout = layoutOf(defined(definition, name));
  const fields = layout.fields.map(({ name: field, scalar, offset }) => ({
    ...{ name: camelCase(field), offset },
    read: defined(readers[scalar], scalar),
  }));
  return (view, at) => {
    const message: Record<string, unknown> = { name };
    for (const field of fields) message[field.name] = field.read(view, at + field.offset);
    return message;
  };
}

/** Runs until the time is over; how many messages a second that made. */
function rate(forS: number, messagesPerTurn: number, turn: () => number): number {
  let seen = 0;
  for (let warmUp = 0; warmUp < 200; warmUp++) seen += turn();
  let turns = 0;
  const startMs = performance.now();
  while (performance.now() - startMs < forS * 1_000) {
    for (let again = 0; again < 50; again++) seen += turn();
    turns += 50;
  }
  const elapsedS = (performance.now() - startMs) / 1_000;
  // What was read is counted, so that no compiler may leave the reading out.
  if (seen !== (turns + 200) * messagesPerTurn) throw new Error("Messages were lost.");
  return Math.round((turns * messagesPerTurn) / elapsedS);
}

/** MAVLink decode beside a loop over the same table, and beside copying the bytes. */
export async function measureMavlink(forS: number) {
  const writer = createFrameWriter({ systemId: 1, componentId: 1 });
  const messages = second.flatMap(([count, message]) =>
    Array<OutgoingMessage>(count).fill(message),
  );
  const frames = messages.map((message) => writer.write(message));
  const stream = Buffer.concat(frames);
  const count = frames.length;
  const byDatagram = createDatagramReader();
  const byStream = createStreamReader();
  // A payload whose last zeros were left out is whole again before it is decoded.
  const payloads = new Uint8Array(count * payloadRoom);
  for (const [index, frame] of frames.entries()) {
    payloads.set(frame.subarray(headerLength, frame.length - 2), index * payloadRoom);
  }
  const view = new DataView(payloads.buffer);
  const codecOf = new Map(codecs.map(({ name, decode }) => [name, decode as Decoder]));
  const generated = messages.map(({ name }) => defined(codecOf.get(name), name));
  const known = new Map(second.map(([, { name }]) => [name, decoderByTable(name)]));
  const looped = messages.map(({ name }) => defined(known.get(name), name));
  const decodeAll = (decoders: readonly Decoder[]): number => {
    let names = 0;
    for (const [index, decode] of decoders.entries()) {
      if ("name" in decode(view, index * payloadRoom)) names += 1;
    }
    return names;
  };
  const copy = new Uint8Array(payloadRoom * 2);
  return {
    row: `MAVLink, ${count} messages of four kinds, ${stream.length} bytes, ${forS} s each`,
    "stream, checked and decoded/s": rate(forS, count, () => byStream.read(stream).length),
    "datagrams, checked and decoded/s": rate(forS, count, () => {
      let seen = 0;
      for (const frame of frames) seen += byDatagram.read(frame).length;
      return seen;
    }),
    "decode alone, generated/s": rate(forS, count, () => decodeAll(generated)),
    "decode alone, loop over the table/s": rate(forS, count, () => decodeAll(looped)),
    "limit: frames copied/s": rate(forS, count, () => {
      for (const frame of frames) copy.set(frame);
      return count;
    }),
  };
}
