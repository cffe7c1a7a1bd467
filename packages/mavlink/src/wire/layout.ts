import { assert } from "@pista/kernel";
import type { FieldDefinition, MessageDefinition, ScalarType } from "../messages/definition.ts";
import { crcOfAscii, crcOfByte, crcStart } from "./crc.ts";

export type FieldLayout = {
  readonly name: string;
  readonly scalar: ScalarType;
  /** Undefined for a single value; `char[1]` would still be an array. */
  readonly arrayLength: number | undefined;
  readonly meaning: string | undefined;
  readonly isExtension: boolean;
  /** From the first byte of the payload. */
  readonly offset: number;
};

export type MessageLayout = {
  readonly id: number;
  readonly name: string;
  /** In the order of their declaration. */
  readonly fields: readonly FieldLayout[];
  readonly crcExtra: number;
  /** Without extensions, which is how MAVLink 1 sends it. */
  readonly baseLength: number;
  readonly lengthMax: number;
};

const bytesOf: Readonly<Record<ScalarType, number>> = {
  uint8: 1,
  int8: 1,
  char: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float: 4,
  uint64: 8,
  int64: 8,
  double: 8,
};

const payloadLengthMax = 255;

type PlainField = Omit<FieldLayout, "offset">;

const isScalar = (text: string): text is ScalarType => text in bytesOf;

function parseField([type, name, meaning]: FieldDefinition, isExtension: boolean): PlainField {
  const [scalar = "", length] = type.split(/[[\]]/);
  assert(isScalar(scalar), `${name} has a type that MAVLink lacks: ${type}.`);
  const arrayLength = length === undefined ? undefined : Number(length);
  assert(arrayLength === undefined || arrayLength > 0, `${name} is an array of nothing.`);
  return { name, scalar, arrayLength, meaning, isExtension };
}

/** Largest type first, otherwise as declared; extensions keep their order (Serialization, "Field reordering"). */
function wireOrder(base: readonly PlainField[], extensions: readonly PlainField[]): PlainField[] {
  const sorted = base.toSorted((one, other) => bytesOf[other.scalar] - bytesOf[one.scalar]);
  return [...sorted, ...extensions];
}

/** A byte that changes whenever the base fields do (Serialization, "CRC_EXTRA calculation"). */
function crcExtraOf(messageName: string, base: readonly PlainField[]): number {
  let crc = crcOfAscii(crcStart, `${messageName} `);
  for (const field of wireOrder(base, [])) {
    const type = field.scalar.includes("int") ? `${field.scalar}_t` : field.scalar;
    crc = crcOfAscii(crc, `${type} ${field.name} `);
    if (field.arrayLength !== undefined) crc = crcOfByte(crc, field.arrayLength);
  }
  return (crc & 0xff) ^ (crc >>> 8);
}

/** Everything about a message that follows from its definition. */
export function layoutOf(message: MessageDefinition): MessageLayout {
  const base = message.fields.map((field) => parseField(field, false));
  const extensions = (message.extensions ?? []).map((field) => parseField(field, true));
  const offsets = new Map<string, number>();
  let end = 0;
  let baseLength = 0;
  for (const field of wireOrder(base, extensions)) {
    assert(!offsets.has(field.name), `${message.name} has two fields named ${field.name}.`);
    offsets.set(field.name, end);
    end += bytesOf[field.scalar] * (field.arrayLength ?? 1);
    if (!field.isExtension) baseLength = end;
  }
  assert(end > 0 && end <= payloadLengthMax, `${message.name} does not fit in a frame.`);
  return {
    id: message.id,
    name: message.name,
    fields: [...base, ...extensions].map((field) => ({
      ...field,
      offset: offsets.get(field.name) ?? 0,
    })),
    crcExtra: crcExtraOf(message.name, base),
    baseLength,
    lengthMax: end,
  };
}
