import { defined, monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MavParamError, MavParamType } from "../constants/protocol-constants.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import { frameFrom } from "../testing.ts";
import {
  type ParameterSetRequest,
  startParameterRead,
  startParameterSet,
  stepParameter,
} from "./parameter.ts";
import { decodeParameter, encodeParameter } from "./parameter-value.ts";

const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };
const ms = monotonicMs;
const tick = { kind: "tick" } as const;
const { INT8, INT32, UINT32, REAL32, UINT64 } = MavParamType;

const request: ParameterSetRequest = {
  self,
  target,
  id: "GUID_TIMEOUT",
  encoding: "cast",
  type: REAL32,
  value: 0.3,
  patience: { timeoutMs: 100, attemptsMax: 3 },
};

const heard = (message: OutgoingMessage, from = target) => ({
  kind: "frame" as const,
  frame: frameFrom(from, message),
});

const value = (paramValue: number, paramId = "GUID_TIMEOUT", from = target) =>
  heard(
    { name: "PARAM_VALUE", paramId, paramValue, paramType: REAL32, paramCount: 9, paramIndex: 3 },
    from,
  );

describe("encodings", () => {
  test.each([
    ["cast", INT32, 16_777_216],
    ["cast", INT8, -128],
    ["bytewise", INT32, -1],
    ["bytewise", INT32, -5_000_000],
    ["bytewise", UINT32, 0xffff_ffff],
    ["bytewise", REAL32, 1.5],
    ["cast", REAL32, Number.NaN],
  ] as const)("[MV40] %s, type %d: %d travels unchanged", (encoding, type, number) => {
    const wire = encodeParameter({ type, value: number }, encoding);
    if (!wire.ok) return expect.unreachable(wire.fault.kind);
    const targets = { targetSystem: 1, targetComponent: 1, paramId: "X", paramType: type };
    const { message } = frameFrom(self, { name: "PARAM_SET", ...targets, ...wire.value });
    if (message.name !== "PARAM_SET") return expect.unreachable();
    expect(decodeParameter(message, encoding)).toEqual({ id: "X", type, value: number });
  });

  test("[MV40] every int32 survives bytewise, and cast or is refused", () => {
    fc.assert(
      fc.property(fc.integer(), (number) => {
        for (const encoding of ["bytewise", "cast"] as const) {
          const wire = encodeParameter({ type: INT32, value: number }, encoding);
          if (!wire.ok) {
            expect(wire.fault.kind).toBe(encoding === "cast" ? "inexact" : "none");
            continue;
          }
          const message = { paramId: "X", paramType: INT32, ...wire.value };
          expect(decodeParameter(message, encoding).value).toBe(number);
        }
      }),
    );
  });

  test.each([
    [INT8, 128, "out-of-range"],
    [UINT32, -1, "out-of-range"],
    [INT32, 0.5, "out-of-range"],
    [INT32, Number.NaN, "out-of-range"],
    [REAL32, 1e39, "out-of-range"],
    [INT32, 16_777_217, "inexact"],
    [UINT64, 1, "type-unsupported"],
    [99, 1, "type-unsupported"],
  ])("[MV40] type %d cannot carry %d: %s", (type, number, kind) => {
    expect(encodeParameter({ type, value: number }, "cast")).toMatchObject({ fault: { kind } });
  });

  test("[MV40] the value of a 64-bit type is not known", () => {
    const message = { paramId: "X", paramType: UINT64, paramValue: 1, paramValueBits: 1 };
    expect(decodeParameter(message, "cast").value).toBeUndefined();
    expect(decodeParameter(message, "bytewise").value).toBeUndefined();
  });
});

describe("reading", () => {
  test("[MV41] it asks by name and ends with the value", () => {
    const { exchange, send } = startParameterRead(request, ms(0));
    expect(send).toMatchObject([
      { name: "PARAM_REQUEST_READ", paramIndex: -1, paramId: request.id },
    ]);
    const { exchange: ended } = stepParameter(exchange, value(2), ms(10));
    expect(ended).toMatchObject({ outcome: { kind: "value", parameter: { value: 2 } } });
  });

  test.each([
    ["another parameter", value(2, "GUID_OPTIONS")],
    ["another system", value(2, request.id, { systemId: 9, componentId: 1 })],
    ["another component", value(2, request.id, { systemId: 1, componentId: 9 })],
  ])("[MV41] %s is not the answer", (_, event) => {
    const { exchange } = startParameterRead(request, ms(0));
    expect(stepParameter(exchange, event, ms(10))).toEqual({ exchange, send: [] });
  });

  test("[MV41] unanswered it asks again, and gives up", () => {
    let { exchange } = startParameterRead(request, ms(0));
    let asked = 1;
    for (let nowMs = 0; nowMs < 1_000; nowMs += 50) {
      const step = stepParameter(exchange, tick, ms(nowMs));
      exchange = step.exchange;
      asked += step.send.length;
    }
    expect(asked).toBe(3);
    expect(exchange).toMatchObject({ outcome: { kind: "unanswered", attempts: 3 } });
  });

  test("[MV41] PARAM_ERROR for us refuses; for others it does not", () => {
    const { exchange } = startParameterRead(request, ms(0));
    const error = (targetSystem: number) =>
      heard({
        name: "PARAM_ERROR",
        targetSystem,
        targetComponent: self.componentId,
        paramId: request.id,
        paramIndex: -1,
        error: MavParamError.DOES_NOT_EXIST,
      });
    expect(stepParameter(exchange, error(7), ms(1)).exchange).toBe(exchange);
    expect(stepParameter(exchange, error(self.systemId), ms(1)).exchange).toMatchObject({
      outcome: { kind: "refused", error: MavParamError.DOES_NOT_EXIST },
    });
  });
});

describe("setting", () => {
  const start = () => {
    const started = startParameterSet(request, ms(0));
    if (!started.ok) return expect.unreachable(started.fault.kind);
    return started.value;
  };

  test("[MV42] it sets, waits for the echo, reads back, and only then has succeeded", () => {
    const { exchange: setting, send } = start();
    expect(send).toMatchObject([{ name: "PARAM_SET", paramValue: Math.fround(0.3) }]);
    const echoed = stepParameter(setting, value(0.3), ms(10));
    expect(echoed.exchange.state).toBe("reading-back");
    expect(echoed.send).toMatchObject([{ name: "PARAM_REQUEST_READ" }]);
    expect(stepParameter(echoed.exchange, value(0.3), ms(20)).exchange).toMatchObject({
      state: "ended",
      outcome: { kind: "value", parameter: { value: Math.fround(0.3) } },
    });
  });

  test("[MV42] another value read back is set again, and in the end not taken", () => {
    let { exchange } = start();
    let sets = 1;
    for (let turn = 0; turn < 10; turn++) {
      const step = stepParameter(exchange, value(3), ms(turn));
      exchange = step.exchange;
      sets += step.send.filter(({ name }) => name === "PARAM_SET").length;
    }
    expect(sets).toBe(3);
    expect(exchange).toMatchObject({ outcome: { kind: "not-taken", parameter: { value: 3 } } });
  });

  test("[MV42] a lost set behind an old broadcast is made good", () => {
    const { exchange } = start();
    const afterOld = stepParameter(exchange, value(3), ms(1)).exchange;
    const again = stepParameter(afterOld, value(3), ms(2));
    expect(again.send).toMatchObject([{ name: "PARAM_SET" }]);
    const echoed = stepParameter(again.exchange, value(0.3), ms(3)).exchange;
    expect(stepParameter(echoed, value(0.3), ms(4)).exchange).toMatchObject({
      outcome: { kind: "value" },
    });
  });

  test("[MV42] a lost answer is asked for again in each phase", () => {
    const { exchange } = start();
    expect(stepParameter(exchange, tick, ms(100)).send).toMatchObject([{ name: "PARAM_SET" }]);
    const echoed = stepParameter(exchange, value(0.3), ms(10)).exchange;
    expect(stepParameter(echoed, tick, ms(110)).send).toMatchObject([
      { name: "PARAM_REQUEST_READ" },
    ]);
  });

  test("[MV42] a value that its type cannot carry is not even sent", () => {
    const wrong = startParameterSet({ ...request, type: INT8, value: 1_000 }, ms(0));
    expect(wrong).toMatchObject({ ok: false, fault: { kind: "out-of-range" } });
  });

  test("[MV42] what has ended stays so", () => {
    const started = startParameterRead(request, ms(0)).exchange;
    const { exchange } = stepParameter(started, value(2), ms(10));
    expect(stepParameter(exchange, value(5), ms(20)).exchange).toBe(exchange);
    expect(stepParameter(exchange, tick, ms(9_999)).exchange).toBe(exchange);
    expect(defined(exchange, "exchange").state).toBe("ended");
  });
});
