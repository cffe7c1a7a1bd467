import { BrokenInvariant, defined } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { createDatagramReader } from "./frame-reader.ts";
import { createFrameWriter, type OutgoingMessage } from "./frame-writer.ts";
import type { GlobalPositionInt, Outgoing } from "./messages.generated.ts";

const writer = createFrameWriter({ systemId: 255, componentId: 190 });
const readBack = (message: OutgoingMessage) =>
  defined(createDatagramReader().read(writer.write(message))[0], "The frame").message;

const position: Outgoing<GlobalPositionInt> = {
  name: "GLOBAL_POSITION_INT",
  timeBootMs: 1,
  lat: 450_703_000,
  lon: 76_869_000,
  alt: 250_000,
  relativeAlt: 10_000,
  vx: 0,
  vy: 0,
  vz: 0,
  hdg: 0,
};

test("[MV17] sequence numbers go round from 255 to 0, each writer on its own", () => {
  const one = createFrameWriter({ systemId: 1, componentId: 1, firstSequence: 254 });
  const other = createFrameWriter({ systemId: 1, componentId: 2 });
  expect([0, 0, 0].map(() => one.write(position)[4])).toEqual([254, 255, 0]);
  expect(other.write(position)[4]).toBe(0);
});

test("[MV17] a refused message uses up no sequence number", () => {
  const one = createFrameWriter({ systemId: 1, componentId: 1 });
  expect(() => one.write({ ...position, lat: Number.NaN })).toThrow();
  expect(one.write(position)[4]).toBe(0);
});

test("[MV17] every frame has bytes of its own", () => {
  const first = writer.write(position);
  const copy = Uint8Array.from(first);
  writer.write({ ...position, lat: 1 });
  expect(first).toEqual(copy);
});

test.each([-1, 256, 1.5, Number.NaN])("[MV5] %d is nobody's id", (id) => {
  expect(() => createFrameWriter({ systemId: id, componentId: 1 })).toThrow("systemId");
  expect(() => createFrameWriter({ systemId: 1, componentId: id })).toThrow("componentId");
});

describe("values that do not fit", () => {
  test.each<[string, Partial<typeof position>]>([
    ["NaN where a whole number belongs", { lat: Number.NaN }],
    ["an infinite coordinate", { lon: Number.POSITIVE_INFINITY }],
    ["a fraction", { alt: 0.5 }],
    ["beyond int32", { lat: 2 ** 31 }],
    ["beyond int16", { vx: -32_769 }],
    ["beyond uint16", { hdg: 65_536 }],
    ["below zero where unsigned", { timeBootMs: -1 }],
  ])("[MV5] %s is refused, not wrapped", (_, wrong) => {
    expect(() => writer.write({ ...position, ...wrong })).toThrow(
      /^GLOBAL_POSITION_INT\.\w+ must be/,
    );
  });

  const time: OutgoingMessage = { name: "TIMESYNC", tc1: 0n, ts1: 0n };
  test("[MV5] 64-bit integers are compared with their range too", () => {
    expect(readBack({ ...time, tc1: -(2n ** 63n) })).toMatchObject({ tc1: -(2n ** 63n) });
    expect(() => writer.write({ ...time, tc1: 2n ** 63n })).toThrow("TIMESYNC.tc1");
    const clock: OutgoingMessage = { name: "SYSTEM_TIME", timeUnixUsec: -1n, timeBootMs: 0 };
    expect(() => writer.write(clock)).toThrow("SYSTEM_TIME.timeUnixUsec");
  });

  const target: OutgoingMessage = {
    name: "SET_ATTITUDE_TARGET",
    timeBootMs: 0,
    targetSystem: 1,
    targetComponent: 1,
    typeMask: 0,
    q: [1, 0, 0, 0],
    bodyRollRate: 0,
    bodyPitchRate: 0,
    bodyYawRate: 0,
    thrust: Number.NaN,
  };
  test("[MV5] arrays have the length of their field", () => {
    expect(readBack(target)).toMatchObject({ q: [1, 0, 0, 0] });
    expect(() => writer.write({ ...target, q: [1, 0, 0] })).toThrow("SET_ATTITUDE_TARGET.q");
  });

  const clock: OutgoingMessage = { name: "SYSTEM_TIME", timeUnixUsec: 0n, timeBootMs: 0 };
  test.each<[string, unknown, string, OutgoingMessage]>([
    ["timeBootMs", 5n, "5n", position],
    ["lat", null, "null", position],
    ["hdg", "5", "string", position],
    ["timeUnixUsec", 5, "5", clock],
    ["timeUnixUsec", undefined, "undefined", clock],
    ["tc1", 5, "5", time],
    ["thrust", undefined, "undefined", target],
    ["thrust", null, "null", target],
    ["thrust", "0.5", "string", target],
    ["thrust", true, "boolean", target],
    ["thrust", 1n, "1n", target],
    ["q", [1, undefined, 0, 0], "undefined", target],
    // biome-ignore lint/suspicious/noSparseArray: A hole is what this row is about.
    ["q", [1, , 0, 0], "undefined", target],
    ["q", undefined, "none", target],
  ])("[MV5] %s cannot be %o, whatever the compiler was told", (field, wrong, said, message) => {
    // JSON that nobody parsed comes under a false type too.
    const write = () => writer.write({ ...message, [field]: wrong } as OutgoingMessage);
    expect(write).toThrow(BrokenInvariant);
    expect(write).toThrow(new RegExp(`^${message.name}\\.${field} .*, not ${said}\\.$`));
  });

  test("[MV5] NaN is a float's way of saying nothing; a finite number stays finite", () => {
    expect(readBack(target)).toMatchObject({ thrust: Number.NaN, thrustBody: [0, 0, 0] });
    expect(() => writer.write({ ...target, thrust: 1e39 })).toThrow("32-bit float");
  });
});

describe("text", () => {
  const text = (value: string): OutgoingMessage => ({
    name: "STATUSTEXT",
    severity: 6,
    text: value,
  });

  test.each(["", "ready", "x".repeat(50), "quota 120 m, però attenzione", "🚁".repeat(12)])(
    "[MV6] %j comes back as it was",
    (value) => {
      expect(readBack(text(value))).toMatchObject({ text: value, id: 0, chunkSeq: 0 });
    },
  );

  test("[MV5] a text that does not fit is refused, not cut", () => {
    expect(() => writer.write(text("x".repeat(51)))).toThrow("STATUSTEXT.text");
    expect(() => writer.write(text("🚁".repeat(13)))).toThrow("STATUSTEXT.text");
    expect(() => writer.write(text("a\0b"))).toThrow("STATUSTEXT.text");
  });
});

describe("a parameter's value, float or bits", () => {
  const value = (paramValue: number, paramValueBits?: number): OutgoingMessage => ({
    name: "PARAM_SET",
    targetSystem: 1,
    targetComponent: 1,
    paramId: "COM_RC_LOSS_T",
    paramValue,
    ...(paramValueBits === undefined ? {} : { paramValueBits }),
    paramType: 6,
  });

  test("[MV7] bits that a float would lose are kept", () => {
    // The bits of the int32 -5000000, which are a signalling NaN.
    const bits = -5_000_000 >>> 0;
    expect(readBack(value(Number.NaN, bits))).toMatchObject({ paramValueBits: bits });
  });

  test("[MV7] a float alone is sent as it is", () => {
    expect(readBack(value(1))).toMatchObject({ paramValue: 1, paramValueBits: 0x3f80_0000 });
  });

  test("[MV7] a value and bits that disagree are refused", () => {
    expect(() => writer.write(value(2, 0x3f80_0000))).toThrow("PARAM_SET.paramValue");
    // A value that is missing, under a false type, is not the NaN whose bits are given.
    const missing = undefined as unknown as number;
    expect(() => writer.write(value(missing, 0x7fc0_0000))).toThrow("PARAM_SET.paramValue");
  });
});
