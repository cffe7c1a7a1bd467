/** The scalar types of MAVLink (guide: Serialization, "Field types"). */
export type ScalarType =
  | "uint8"
  | "int8"
  | "uint16"
  | "int16"
  | "uint32"
  | "int32"
  | "uint64"
  | "int64"
  | "float"
  | "double"
  | "char";

export type WireType = ScalarType | `${ScalarType}[${number}]`;

/**
 * One field as the protocol declares it: its type, its name, and, where it has one, its unit or
 * the enumeration that its values come from.
 */
export type FieldDefinition =
  | readonly [type: WireType, name: string]
  | readonly [type: WireType, name: string, meaning: string];

/**
 * One message. Fields stand in the order of their declaration; the order on the wire, the offsets,
 * the lengths and CRC_EXTRA are computed from it, so that none of them can be mistyped.
 */
export type MessageDefinition = {
  readonly id: number;
  readonly name: string;
  readonly fields: readonly FieldDefinition[];
  /** Fields added after the message was released (guide: MAVLink 2, "Message extensions"). */
  readonly extensions?: readonly FieldDefinition[];
};

/**
 * The meaning of PARAM_VALUE.param_value and PARAM_SET.param_value: a float, or four bytes of some
 * other type in its place (guide: Parameter Protocol, "Parameter Encoding"). Many of those bytes are
 * a NaN to a float, and JavaScript may change a NaN's bits, so the bytes are also given as an integer.
 */
export const valueOrBits = "value or bits";
