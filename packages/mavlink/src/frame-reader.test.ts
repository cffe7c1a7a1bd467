import { defined, fromHex } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { createDatagramReader, createStreamReader, type FrameReader } from "./frame-reader.ts";
import { createFrameWriter, type OutgoingMessage } from "./frame-writer.ts";
import { crcOfByte, crcOfBytes, crcStart } from "./wire/crc.ts";

const bytesOf = (hex: string): Uint8Array =>
  defined(fromHex(hex.replaceAll(" ", "")), "The test's hexadecimal");

const joined = (...parts: Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

const heartbeat: OutgoingMessage = {
  name: "HEARTBEAT",
  type: 2,
  autopilot: 3,
  baseMode: 81,
  customMode: 4,
  systemStatus: 4,
  mavlinkVersion: 3,
};
const heartbeatCrcExtra = 50;
const takeOff: OutgoingMessage = {
  ...{ name: "COMMAND_LONG", targetSystem: 1, targetComponent: 1, command: 22, confirmation: 0 },
  ...{ param1: 0, param2: 0, param3: 0, param4: 0, param5: 0, param6: 0, param7: 1.5 },
};
const writer = createFrameWriter({ systemId: 1, componentId: 1 });
/** Always the same bytes, so that no test depends on those before it. */
const good = (): Uint8Array => createFrameWriter({ systemId: 1, componentId: 1 }).write(heartbeat);

const namesRead = (reader: FrameReader, bytes: Uint8Array): string[] =>
  reader.read(bytes).map(({ message }) => message.name);

/** A frame of a message that no table has: id 0xabcdef, eight bytes of payload. */
const unknown = bytesOf("fd 08 00 00 00 01 01 ef cd ab 01 02 03 04 05 06 07 08 55 aa");

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}

/** A heartbeat's bytes with the checksum that they should have. */
function sealed(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame);
  const crcAt = copy.length - 2;
  const crc = crcOfByte(crcOfBytes(crcStart, copy, 1, crcAt), heartbeatCrcExtra);
  copy.set([crc & 0xff, crc >>> 8], crcAt);
  return copy;
}

describe("datagrams", () => {
  test("[MV8] one datagram may hold several frames, and none reaches into the next", () => {
    const reader = createDatagramReader();
    expect(reader.read(joined(good(), good()))).toHaveLength(2);
    const frame = good();
    expect(reader.read(frame.subarray(0, 9))).toEqual([]);
    expect(reader.waitingBytes).toBe(0);
    expect(reader.read(frame.subarray(9))).toEqual([]);
    expect(reader.counters).toMatchObject({ frames: 2, truncated: 1, junkBytes: frame.length });
  });

  test("[MV8] an empty datagram holds nothing, and a huge one every frame in it", () => {
    const reader = createDatagramReader();
    expect(reader.read(new Uint8Array(0))).toEqual([]);
    const many = Array.from({ length: 3_000 }, good);
    expect(reader.read(joined(...many))).toHaveLength(3_000);
    expect(reader.counters.junkBytes).toBe(0);
  });

  const bad = changed(good(), 12, 0xff);
  test.each([
    ["a bad checksum", bad, { badCrc: 1 }],
    ["an unknown message", unknown, { unknownMessages: 1 }],
    ["an unknown flag", changed(good(), 2, 0x04), { unsupportedFlags: 1 }],
    ["an unknown flag beside the signature's", changed(good(), 2, 0x82), { unsupportedFlags: 1 }],
  ])("[MV14] behind a frame with %s the next frame of the datagram is read", (_, first, counts) => {
    const reader = createDatagramReader();
    expect(namesRead(reader, joined(first, good()))).toEqual(["HEARTBEAT"]);
    expect(reader.counters).toMatchObject({ frames: 1, junkBytes: 0, ...counts });
  });

  test("[MV14] a start byte whose claim ends with the datagram swallows no frame of it", () => {
    const reader = createDatagramReader();
    const frames = Array.from({ length: 6 }, () => writer.write(takeOff));
    const datagram = joined(Uint8Array.of(0xfd), ...frames);
    expect(namesRead(reader, datagram)).toEqual(Array(6).fill("COMMAND_LONG"));
    expect(reader.counters).toMatchObject({ junkBytes: 1, unsupportedFlags: 0, truncated: 0 });
  });

  test("[MV8] a frame with the signature's flag and no signature is cut short", () => {
    const reader = createDatagramReader();
    expect(reader.read(changed(good(), 2, 0x01))).toEqual([]);
    expect(reader.counters).toMatchObject({ frames: 0, truncated: 1 });
  });
});

describe("streams", () => {
  test("[MV9] a frame that comes byte by byte is handed out with its last byte", () => {
    const reader = createStreamReader();
    const frame = good();
    for (const byte of frame.subarray(0, -1)) expect(reader.read(Uint8Array.of(byte))).toEqual([]);
    expect(reader.waitingBytes).toBe(frame.length - 1);
    expect(namesRead(reader, frame.subarray(-1))).toEqual(["HEARTBEAT"]);
    expect(reader.waitingBytes).toBe(0);
  });

  test("[MV10] junk is counted and the frame behind it is read", () => {
    const reader = createStreamReader();
    const junk = bytesOf("00 11 22 33 44");
    expect(namesRead(reader, joined(junk, good(), junk, good()))).toEqual([
      "HEARTBEAT",
      "HEARTBEAT",
    ]);
    expect(reader.counters.junkBytes).toBe(10);
  });

  test("[MV10] a lost byte costs its frame and not the next one", () => {
    const reader = createStreamReader();
    const frame = good();
    const holed = joined(frame.subarray(0, 13), frame.subarray(14));
    expect(namesRead(reader, joined(holed, good(), good()))).toEqual(["HEARTBEAT", "HEARTBEAT"]);
    expect(reader.counters).toMatchObject({ badCrc: 1, junkBytes: holed.length });
  });

  test("[MV11] a frame with a bad checksum is refused once what follows is known", () => {
    const reader = createStreamReader();
    const bad = changed(good(), 12, 0xff);
    expect(reader.read(bad)).toEqual([]);
    expect(reader.counters.badCrc).toBe(0);
    expect(namesRead(reader, good())).toEqual(["HEARTBEAT"]);
    expect(reader.counters).toMatchObject({ badCrc: 1, junkBytes: 0 });
  });

  test("[MV12] an unknown message is passed over whole, and counted by its id", () => {
    const reader = createStreamReader();
    // Were the payload not passed over, the frame inside it would be read.
    const carrier = joined(unknown.subarray(0, 10), good(), bytesOf("12 34"));
    carrier[1] = good().length;
    expect(namesRead(reader, joined(carrier, unknown, good()))).toEqual(["HEARTBEAT"]);
    expect(reader.counters).toMatchObject({ unknownMessages: 2, junkBytes: 0 });
    expect([...reader.counters.unknownById]).toEqual([[0xabcdef, 2]]);
  });

  test("[MV12] at most 64 unknown ids are told apart", () => {
    const reader = createStreamReader();
    for (let id = 0; id < 100; id++) reader.read(changed(unknown, 7, id));
    reader.read(good());
    expect(reader.counters.unknownMessages).toBe(100);
    expect(reader.counters.unknownById.size).toBe(64);
  });

  test("[MV14] a start byte in junk does not swallow the frames behind it", () => {
    const reader = createStreamReader();
    const falseStart = bytesOf("fd 40 00 00 00 00");
    const frames = Array.from({ length: 6 }, good);
    expect(reader.read(joined(falseStart, ...frames))).toHaveLength(6);
    expect(reader.counters.junkBytes).toBe(falseStart.length);
  });

  const version1 = bytesOf("fe 09 4e 01 01 00 00 00 00 00 02 03 51 04 03 1c 7f");
  test.each([
    ["one stray start byte", "fd", good],
    ["a head with an unsupported flag", "fd ff 80", good],
    ["a start byte, and MAVLink 1", "fd", () => version1],
  ])("[MV14] %s does not keep the frames behind it waiting", (_, stray, nextFrame) => {
    const reader = createStreamReader();
    const junk = bytesOf(stray);
    reader.read(junk);
    for (let second = 0; second < 15; second++) {
      expect(namesRead(reader, nextFrame())).toEqual(["HEARTBEAT"]);
    }
    expect(reader.counters).toMatchObject({ junkBytes: junk.length, unsupportedFlags: 0 });
  });

  test.each([
    ["with a bad checksum", changed(good(), 12, 0xff)],
    ["of an unknown message", unknown],
    ["with a flag of that kind too", sealed(changed(good(), 2, 0x02))],
    ["of MAVLink 1 and another length", sealed(joined(changed(version1, 1, 10), Uint8Array.of(0)))],
  ])("[MV14] a frame %s says nothing of the unsupported head before it", (_, inner) => {
    const reader = createStreamReader();
    const carrier = joined(bytesOf("fd 00 02 00 00 01 01 00 00 00"), inner, bytesOf("12 34"));
    carrier[1] = inner.length;
    expect(reader.read(carrier)).toEqual([]);
    expect(reader.waitingBytes).toBe(carrier.length);
    expect(namesRead(reader, good())).toEqual(["HEARTBEAT"]);
    expect(reader.counters).toMatchObject({ unsupportedFlags: 1, junkBytes: 0 });
  });

  test.each([
    ["", good()],
    ["MAVLink 1 ", version1],
  ])("[MV9] a %sframe that ends behind the unsupported head's claim is not inside", (_, any) => {
    // Its checksum begins with a start byte, where the claim ends: so the head is passed over whole.
    const alike = Array.from({ length: 256 }, (_, mode) =>
      sealed(changed(any, any.length - 10, mode)),
    );
    const frame = defined(
      alike.find((each) => each.at(-2) === 0xfe),
      "A checksum like that",
    );
    const head = bytesOf("fd 00 02");
    head[1] = head.length + frame.length - 2 - 12;
    const whole = createStreamReader();
    const cut = createStreamReader();
    const stream = joined(head, frame);
    expect(whole.read(stream)).toEqual([]);
    for (const byte of stream) expect(cut.read(Uint8Array.of(byte))).toEqual([]);
    expect(cut.counters).toEqual(whole.counters);
    expect(whole.counters.unsupportedFlags).toBe(1);
  });

  test("[MV16] what waits is never more than one frame", () => {
    const reader = createStreamReader();
    reader.read(new Uint8Array(1_000_000).fill(0xfd));
    expect(reader.waitingBytes).toBeLessThanOrEqual(280);
  });
});

describe("payloads", () => {
  test("[MV3] zeros that were not sent are put back", () => {
    const quiet: OutgoingMessage = { name: "SYSTEM_TIME", timeUnixUsec: 0n, timeBootMs: 0 };
    const frame = writer.write(quiet);
    expect(frame[1]).toBe(1);
    expect(createDatagramReader().read(frame)[0]?.message).toEqual(quiet);
  });

  test("[MV3] nothing of an earlier payload shines through a shorter one", () => {
    const reader = createDatagramReader();
    const full: OutgoingMessage = {
      name: "PING",
      timeUsec: 2n ** 64n - 1n,
      seq: 1,
      targetSystem: 9,
      targetComponent: 8,
    };
    const short: OutgoingMessage = { ...full, seq: 0, targetSystem: 0, targetComponent: 0 };
    expect(reader.read(writer.write({ ...full, targetComponent: 0 }))[0]?.message).toMatchObject({
      targetSystem: 9,
    });
    expect(reader.read(writer.write(short))[0]?.message).toEqual(short);
  });
});

describe("extensions", () => {
  test("[MV4] those younger than the table are passed over", () => {
    const frame = bytesOf(
      "fd 0c 00 00 00 01 01 00 00 00 04 00 00 00 02 03 51 04 03 aa bb cc 00 00",
    );
    expect(createDatagramReader().read(sealed(frame))[0]?.message).toEqual(heartbeat);
  });

  test("[MV4] those left out by the sender are zero, empty text or zeros", () => {
    const sent: OutgoingMessage = {
      name: "MISSION_REQUEST_LIST",
      targetSystem: 1,
      targetComponent: 2,
    };
    expect(createDatagramReader().read(writer.write(sent))[0]?.message).toEqual({
      ...sent,
      missionType: 0,
    });
  });
});

describe("MAVLink 1", () => {
  // Sent by ArduPilot; printed in public write-ups of the protocol.
  const realHeartbeat = bytesOf("fe 09 4e 01 01 00 00 00 00 00 02 03 51 04 03 1c 7f");
  const realStatus = bytesOf(
    "fe 1f 14 01 01 01 0f fc ff ff 0f 00 00 00 0f fc ff ff 00 00 60 27 ff ff 00 00 00 00 00 00 00 00 00 00 00 00 ff 92 5a",
  );

  test.each([
    ["datagram", createDatagramReader],
    ["stream", createStreamReader],
  ])("[MV15] real frames are read from a %s, extensions as zero", (_, createReader) => {
    const frames = createReader().read(joined(realHeartbeat, realStatus));
    expect(frames).toMatchObject([
      {
        version: 1,
        signed: false,
        systemId: 1,
        componentId: 1,
        sequence: 0x4e,
        message: { name: "HEARTBEAT", type: 2, autopilot: 3, baseMode: 0x51, systemStatus: 4 },
      },
      {
        sequence: 0x14,
        message: {
          name: "SYS_STATUS",
          voltageBattery: 10_080,
          batteryRemaining: -1,
          onboardControlSensorsHealthExtended: 0,
        },
      },
    ]);
  });

  test("[MV15] a length that is not the message's is refused", () => {
    const reader = createStreamReader();
    expect(namesRead(reader, joined(changed(realHeartbeat, 1, 8), realHeartbeat))).toEqual([
      "HEARTBEAT",
    ]);
    expect(reader.counters.badLength).toBe(1);
  });

  test("[MV11] a bad checksum is refused, and so is an unknown message", () => {
    const reader = createDatagramReader();
    const strange = bytesOf("fe 01 00 01 01 fa 07 00 00");
    expect(namesRead(reader, joined(changed(realHeartbeat, 6, 9), strange, realHeartbeat))).toEqual(
      ["HEARTBEAT"],
    );
    expect(reader.counters).toMatchObject({ badCrc: 1, unknownMessages: 1, junkBytes: 0 });
  });
});

test("[MV13] unknown compatibility flags change nothing", () => {
  const frame = bytesOf("fd 09 00 7f 00 01 01 00 00 00 04 00 00 00 02 03 51 04 03 00 00");
  expect(namesRead(createDatagramReader(), sealed(frame))).toEqual(["HEARTBEAT"]);
});
