import { assert } from "@pista/kernel";
import { type MessageDefinition, type ScalarType, valueOrBits } from "../messages/definition.ts";
import { type FieldLayout, layoutOf, type MessageLayout } from "../wire/layout.ts";
import { camelCase, pascalCase } from "./case.ts";

/** How one scalar type is read and written; `char` is text and handled apart. */
type Access = { method: string; stride: number; type: "number" | "bigint" };

const accessOf: Readonly<Record<Exclude<ScalarType, "char">, Access>> = {
  uint8: { method: "Uint8", stride: 1, type: "number" },
  int8: { method: "Int8", stride: 1, type: "number" },
  uint16: { method: "Uint16", stride: 2, type: "number" },
  int16: { method: "Int16", stride: 2, type: "number" },
  uint32: { method: "Uint32", stride: 4, type: "number" },
  int32: { method: "Int32", stride: 4, type: "number" },
  uint64: { method: "BigUint64", stride: 8, type: "bigint" },
  int64: { method: "BigInt64", stride: 8, type: "bigint" },
  float: { method: "Float32", stride: 4, type: "number" },
  double: { method: "Float64", stride: 8, type: "number" },
};

/** The discriminant is called `name`, so a field of that name would hide it. */
const reservedNames = new Set(["name"]);

/** Ids below this are looked up in an array; nothing in the table lies above. */
const messageIdLimit = 1024;

const littleEndian = (access: Access): string => (access.stride === 1 ? "" : ", true");

const place = (base: string, offset: number): string =>
  offset === 0 ? base : `${base} + ${offset}`;

function propertyType({ scalar, arrayLength }: FieldLayout): string {
  if (scalar === "char") return "string";
  const { type } = accessOf[scalar];
  return arrayLength === undefined ? type : `readonly ${type}[]`;
}

function propertyComment({ scalar, arrayLength, meaning }: FieldLayout): string {
  const type = arrayLength === undefined ? scalar : `${scalar}[${arrayLength}]`;
  return meaning === undefined ? type : `${type}, ${meaning}`;
}

/** The bits beside a value that may be either stand in a property of their own. */
const bitsName = (field: FieldLayout): string | undefined =>
  field.meaning === valueOrBits ? `${camelCase(field.name)}Bits` : undefined;

function emitProperty(field: FieldLayout): string[] {
  const bits = bitsName(field);
  return [
    `  /** ${propertyComment(field)} */`,
    `  readonly ${camelCase(field.name)}: ${propertyType(field)};`,
    ...(bits === undefined
      ? []
      : ["  /** The same four bytes as a uint32. */", `  readonly ${bits}: number;`]),
  ];
}

function emitType(layout: MessageLayout): string {
  const properties = layout.fields.flatMap(emitProperty);
  return [
    `/** ${layout.name}, id ${layout.id}. */`,
    `export type ${pascalCase(layout.name)} = {`,
    `  readonly name: "${layout.name}";`,
    ...properties,
    "};",
  ].join("\n");
}

function emitRead({ scalar, arrayLength, offset }: FieldLayout): string {
  const at = place("at", offset);
  if (scalar === "char") return `readText(view, ${at}, ${arrayLength ?? 1})`;
  const access = accessOf[scalar];
  if (arrayLength !== undefined) return `read${access.method}s(view, ${at}, ${arrayLength})`;
  return `view.get${access.method}(${at}${littleEndian(access)})`;
}

function emitDecoder(layout: MessageLayout): string {
  const type = pascalCase(layout.name);
  return [
    `function decode${type}(view: DataView, at: number): ${type} {`,
    "  return {",
    `    name: "${layout.name}",`,
    ...layout.fields.flatMap((field) => {
      const value = `    ${camelCase(field.name)}: ${emitRead(field)},`;
      const bits = bitsName(field);
      if (bits === undefined) return [value];
      return [value, `    ${bits}: view.getUint32(${place("at", field.offset)}, true),`];
    }),
    "  };",
    "}",
  ].join("\n");
}

/** What stands for an extension that the sender leaves out: zero (Message extensions). */
function absentValue({ scalar, arrayLength }: FieldLayout): string {
  if (scalar === "char") return '""';
  const zero = accessOf[scalar].type === "bigint" ? "0n" : "0";
  return arrayLength === undefined
    ? zero
    : `new Array<${accessOf[scalar].type}>(${arrayLength}).fill(${zero})`;
}

function emitWrite(layout: MessageLayout, field: FieldLayout): string {
  const { scalar, arrayLength, offset } = field;
  const at = place("at", offset);
  const property = `message.${camelCase(field.name)}`;
  const value = field.isExtension ? `${property} ?? ${absentValue(field)}` : property;
  const path = `"${layout.name}.${camelCase(field.name)}"`;
  if (scalar === "char") return `  writeText(view, ${at}, ${arrayLength ?? 1}, ${value}, ${path});`;
  const bits = bitsName(field);
  if (bits !== undefined) {
    return `  writeFloatOrBits(view, ${at}, ${value}, message.${bits}, ${path});`;
  }
  const access = accessOf[scalar];
  if (arrayLength !== undefined) {
    return `  write${access.method}s(view, ${at}, ${arrayLength}, ${value}, ${path});`;
  }
  return `  view.set${access.method}(${at}, ${scalar}(${value}, ${path})${littleEndian(access)});`;
}

function emitEncoder(layout: MessageLayout): string {
  const type = pascalCase(layout.name);
  return [
    `function encode${type}(view: DataView, at: number, message: Outgoing<${type}>): void {`,
    ...layout.fields.map((field) => emitWrite(layout, field)),
    "}",
  ].join("\n");
}

/** Functions for arrays of each scalar type that the table has arrays of. */
function emitArrayAccess(layouts: readonly MessageLayout[]): string[] {
  const used = new Set<ScalarType>();
  for (const { fields } of layouts) {
    for (const { scalar, arrayLength } of fields) if (arrayLength !== undefined) used.add(scalar);
  }
  return [...used].sort().flatMap((scalar) => {
    if (scalar === "char") return [];
    const access = accessOf[scalar];
    const at = access.stride === 1 ? "start + index" : `start + ${access.stride} * index`;
    return [
      `function read${access.method}s(view: DataView, start: number, length: number): ${access.type}[] {
  const values: ${access.type}[] = [];
  for (let index = 0; index < length; index++) values.push(view.get${access.method}(${at}${littleEndian(access)}));
  return values;
}`,
      `function write${access.method}s(
  view: DataView,
  start: number,
  length: number,
  values: readonly ${access.type}[],
  field: string,
): void {
  expectLength(values, length, field);
  for (let index = 0; index < length; index++) {
    const value = values[index] as ${access.type}; // Within its length; a hole is refused like any other value.
    view.set${access.method}(${at}, ${scalar}(value, field)${littleEndian(access)});
  }
}`,
    ];
  });
}

function emitExtensionNames(layouts: readonly MessageLayout[]): string {
  const rows = layouts.flatMap(({ name, fields }) => {
    const names = fields.flatMap((field) => {
      const bits = bitsName(field);
      return [
        ...(field.isExtension ? [camelCase(field.name)] : []),
        ...(bits === undefined ? [] : [bits]),
      ];
    });
    return names.length === 0
      ? []
      : [`  ${name}: ${names.map((each) => `"${each}"`).join(" | ")};`];
  });
  return [
    "/** What a sender may leave out of each message. */\nexport type OptionalFields = {",
    ...rows,
    "};",
  ].join("\n");
}

const outgoingType = `/** A message to send: extension fields may be left out and are then sent as zero. */
export type Outgoing<Message extends MavlinkMessage> = Message extends MavlinkMessage
  ? Message["name"] extends keyof OptionalFields
    ? Omit<Message, OptionalFields[Message["name"]]> &
        Partial<Pick<Message, OptionalFields[Message["name"]] & keyof Message>>
    : Message
  : never;`;

function emitCodecs(layouts: readonly MessageLayout[]): string[] {
  const codecs = layouts.map(
    ({ id, name, crcExtra, baseLength, lengthMax }) =>
      `const ${camelCase(name)}Codec: Codec = { id: ${id}, name: "${name}", crcExtra: ${crcExtra}, baseLength: ${baseLength}, lengthMax: ${lengthMax}, decode: decode${pascalCase(name)} };`,
  );
  const cases = layouts.map(
    ({ name }) =>
      `    case "${name}":\n      encode${pascalCase(name)}(view, at, message);\n      return ${camelCase(name)}Codec;`,
  );
  return [
    codecs.join("\n"),
    `export const codecs: readonly Codec[] = [\n${layouts.map(({ name }) => `  ${camelCase(name)}Codec,`).join("\n")}\n];`,
    `/** Writes the whole payload, extensions included, and says which message it was. */
export function encodePayload(view: DataView, at: number, message: Outgoing<MavlinkMessage>): Codec {
  switch (message.name) {
${cases.join("\n")}
    default:
      return assertNever(message, "The message to send");
  }
}`,
  ];
}

function emitImports(layouts: readonly MessageLayout[]): string {
  const scalars = new Set(layouts.flatMap(({ fields }) => fields.map(({ scalar }) => scalar)));
  scalars.delete("char");
  return `import { assertNever } from "@pista/kernel";
import type { Codec } from "./wire/codec.ts";
import { expectLength, writeFloatOrBits, ${[...scalars].sort().join(", ")} } from "./wire/field-values.ts";
import { readText, writeText } from "./wire/text.ts";`;
}

function expectUsable(layouts: readonly MessageLayout[]): void {
  const ids = new Set<number>();
  for (const { id, name, fields } of layouts) {
    assert(!ids.has(id), `Two messages have the id ${id}.`);
    assert(id >= 0 && id < messageIdLimit, `${name} needs a larger table of ids.`);
    ids.add(id);
    const names = fields.flatMap((field) => [camelCase(field.name), bitsName(field) ?? []].flat());
    assert(new Set(names).size === names.length, `Two fields of ${name} get the same name.`);
    for (const each of names) assert(!reservedNames.has(each), `${name}.${each} is reserved.`);
  }
}

/** The source text of `messages.generated.ts`. The same table gives the same text. */
export function emitMessages(table: readonly MessageDefinition[]): string {
  const layouts = table.map(layoutOf);
  expectUsable(layouts);
  const union = layouts.map(({ name }) => `  | ${pascalCase(name)}`).join("\n");
  return `${[
    "// Generated from src/messages by `npm run generate -w @pista/mavlink`. Change the table instead.",
    emitImports(layouts),
    ...layouts.map(emitType),
    `export type MavlinkMessage =\n${union};`,
    'export type MessageName = MavlinkMessage["name"];',
    emitExtensionNames(layouts),
    outgoingType,
    ...emitArrayAccess(layouts),
    ...layouts.flatMap((layout) => [emitDecoder(layout), emitEncoder(layout)]),
    ...emitCodecs(layouts),
  ].join("\n\n")}\n`;
}
