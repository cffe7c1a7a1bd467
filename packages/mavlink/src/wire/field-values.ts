import { BrokenInvariant } from "@pista/kernel";

/*
 * A DataView wraps what does not fit: 300 becomes 44 and NaN becomes 0, which on a set-point is a
 * position; undefined becomes NaN, which there may mean "leave this as it is". So every value is
 * compared with its type before it goes on the wire, whatever the compiler was told.
 */

function refuse(value: unknown, field: string, what: string): never {
  throw new BrokenInvariant(`${field} must be ${what}, not ${nameOf(value)}.`);
}

/** What is neither number nor bigint is named by its type: the text "5" would read as if it fitted. */
function nameOf(value: unknown): string {
  if (typeof value === "number") return `${value}`;
  if (typeof value === "bigint") return `${value}n`;
  return value === null ? "null" : typeof value;
}

export function uint8(value: number, field: string): number {
  if (typeof value !== "number" || (value & 0xff) !== value) {
    refuse(value, field, "a whole number from 0 to 255");
  }
  return value;
}

export function int8(value: number, field: string): number {
  if (typeof value !== "number" || (value << 24) >> 24 !== value) {
    refuse(value, field, "a whole number from -128 to 127");
  }
  return value;
}

export function uint16(value: number, field: string): number {
  if (typeof value !== "number" || (value & 0xffff) !== value) {
    refuse(value, field, "a whole number from 0 to 65535");
  }
  return value;
}

export function int16(value: number, field: string): number {
  if (typeof value !== "number" || (value << 16) >> 16 !== value) {
    refuse(value, field, "a whole number from -32768 to 32767");
  }
  return value;
}

export function uint32(value: number, field: string): number {
  if (typeof value !== "number" || value >>> 0 !== value) {
    refuse(value, field, "a whole number from 0 to 4294967295");
  }
  return value;
}

export function int32(value: number, field: string): number {
  if (typeof value !== "number" || (value | 0) !== value) {
    refuse(value, field, "a whole number from -2147483648 to 2147483647");
  }
  return value;
}

export function uint64(value: bigint, field: string): bigint {
  if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) {
    refuse(value, field, "a bigint from 0 to 2^64 - 1");
  }
  return value;
}

export function int64(value: bigint, field: string): bigint {
  if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) {
    refuse(value, field, "a bigint from -2^63 to 2^63 - 1");
  }
  return value;
}

/** Most values are finite and stay so, and `isFinite` already refuses what is no number. */
export function float(value: number, field: string): number {
  if (!Number.isFinite(value) || !Number.isFinite(Math.fround(value))) {
    expectNonFinite(value, field);
  }
  return value;
}

/** NaN and the infinities have meanings in MAVLink; a finite number must stay finite. */
function expectNonFinite(value: number, field: string): void {
  if (typeof value !== "number") refuse(value, field, "a number");
  if (Number.isFinite(value)) refuse(value, field, "within the range of a 32-bit float");
}

export function double(value: number, field: string): number {
  if (typeof value !== "number") refuse(value, field, "a number");
  return value;
}

/** A shorter array would leave the rest to chance, a longer one would lose values. */
export function expectLength(
  values: readonly unknown[] | undefined,
  length: number,
  field: string,
): void {
  if (values?.length !== length) {
    throw new BrokenInvariant(`${field} holds ${length} values, not ${values?.length ?? "none"}.`);
  }
}

const four = new DataView(new ArrayBuffer(4));

/**
 * The bits when they are given, otherwise the float. Given both, they must agree: a copy of a
 * decoded message with another value must not go out with the old one's bits.
 */
export function writeFloatOrBits(
  view: DataView,
  at: number,
  value: number,
  bits: number | undefined,
  field: string,
): void {
  if (bits === undefined) {
    view.setFloat32(at, float(value, field), true);
    return;
  }
  four.setUint32(0, uint32(bits, field), true);
  if (!Object.is(four.getFloat32(0, true), Math.fround(float(value, field)))) {
    refuse(value, field, `the float whose bits are ${bits}`);
  }
  view.setUint32(at, bits, true);
}
