import { fail, ok, type Result } from "@pista/kernel";
import { MavParamType } from "../constants/protocol-constants.ts";
import type { ParamValue } from "../messages.generated.ts";

/**
 * How a value that is not a float travels in the float field: ArduPilot casts it, PX4 puts its bytes
 * there (Parameter Protocol, "Parameter Encoding"). AUTOPILOT_VERSION.capabilities says which.
 */
export type ParameterEncoding = "cast" | "bytewise";

export type Parameter = {
  readonly id: string;
  /** MavParamType. */
  readonly type: number;
  /** Undefined for the 64-bit types, which four bytes cannot hold. */
  readonly value: number | undefined;
};

export type ParameterFault =
  | { readonly kind: "type-unsupported"; readonly type: number }
  | { readonly kind: "out-of-range"; readonly type: number; readonly value: number }
  /** A cast to float would round it: another value would be set than the one asked for. */
  | { readonly kind: "inexact"; readonly type: number; readonly value: number };

/** What goes into PARAM_SET and PARAM_VALUE. */
export type ParameterOnWire = { readonly paramValue: number; readonly paramValueBits: number };

const four = new DataView(new ArrayBuffer(4));

type Whole = { readonly low: number; readonly high: number };

const wholeTypes: ReadonlyMap<number, Whole> = new Map([
  [MavParamType.UINT8, { low: 0, high: 0xff }],
  [MavParamType.INT8, { low: -0x80, high: 0x7f }],
  [MavParamType.UINT16, { low: 0, high: 0xffff }],
  [MavParamType.INT16, { low: -0x8000, high: 0x7fff }],
  [MavParamType.UINT32, { low: 0, high: 0xffff_ffff }],
  [MavParamType.INT32, { low: -0x8000_0000, high: 0x7fff_ffff }],
]);

function floatOnWire(value: number): ParameterOnWire {
  four.setFloat32(0, value, true);
  return { paramValue: four.getFloat32(0, true), paramValueBits: four.getUint32(0, true) };
}

export function encodeParameter(
  { type, value }: { readonly type: number; readonly value: number },
  encoding: ParameterEncoding,
): Result<ParameterOnWire, ParameterFault> {
  if (type === MavParamType.REAL32) {
    const isTooLarge = Number.isFinite(value) && !Number.isFinite(Math.fround(value));
    return isTooLarge ? fail({ kind: "out-of-range", type, value }) : ok(floatOnWire(value));
  }
  const whole = wholeTypes.get(type);
  if (whole === undefined) return fail({ kind: "type-unsupported", type });
  if (!Number.isInteger(value) || value < whole.low || value > whole.high) {
    return fail({ kind: "out-of-range", type, value });
  }
  if (encoding === "cast") {
    if (Math.fround(value) !== value) return fail({ kind: "inexact", type, value });
    return ok(floatOnWire(value));
  }
  four.setUint32(0, value >>> 0, true);
  return ok({ paramValue: four.getFloat32(0, true), paramValueBits: four.getUint32(0, true) });
}

/** Narrow types use the low bytes; what lies above them does not count. */
function readWhole(type: number, bits: number): number | undefined {
  switch (type) {
    case MavParamType.UINT8:
      return bits & 0xff;
    case MavParamType.INT8:
      return (bits << 24) >> 24;
    case MavParamType.UINT16:
      return bits & 0xffff;
    case MavParamType.INT16:
      return (bits << 16) >> 16;
    case MavParamType.UINT32:
      return bits >>> 0;
    case MavParamType.INT32:
      return bits | 0;
    default:
      return undefined;
  }
}

export function decodeParameter(
  message: Pick<ParamValue, "paramId" | "paramType" | "paramValue" | "paramValueBits">,
  encoding: ParameterEncoding,
): Parameter {
  const { paramId: id, paramType: type, paramValue, paramValueBits } = message;
  if (type === MavParamType.REAL32) return { id, type, value: paramValue };
  if (encoding === "bytewise") return { id, type, value: readWhole(type, paramValueBits) };
  return { id, type, value: wholeTypes.has(type) ? paramValue : undefined };
}
