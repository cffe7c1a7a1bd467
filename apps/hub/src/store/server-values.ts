import { types } from "pg";

type Parse = (text: string) => unknown;

/** What no parser is named for arrives as PostgreSQL writes it, as it does from the other database. */
const asText: Parse = (text) => text;

function parseWhole(text: string): number | bigint {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** The session asks for hexadecimal form: "\x00ff". */
const parseBytes: Parse = (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"));

/** [pg_type.oid of the type, of its array, its parser]; the numbers are fixed in PostgreSQL. */
const known: readonly (readonly [oid: number, arrayOid: number, parse: Parse])[] = [
  [16, 1000, (text) => text === "t"], // bool
  [17, 1001, parseBytes], // bytea
  [19, 1003, asText], // name
  [20, 1016, parseWhole], // int8
  [21, 1005, (text) => Number(text)], // int2
  [23, 1007, (text) => Number(text)], // int4
  [25, 1009, asText], // text
  [26, 1028, (text) => Number(text)], // oid
  [114, 199, (text) => JSON.parse(text)], // json
  [700, 1021, (text) => Number(text)], // float4
  [701, 1022, (text) => Number(text)], // float8
  [1042, 1014, asText], // char(n)
  [1043, 1015, asText], // varchar
  [1082, 1182, (text) => new Date(text)], // date
  [1114, 1115, (text) => new Date(text)], // timestamp
  [1184, 1185, (text) => new Date(text)], // timestamptz
  [1700, 1231, asText], // numeric
  [2950, 2951, asText], // uuid
  [3802, 3807, (text) => JSON.parse(text)], // jsonb
];

const textArrayOid = 1009;

function parseArray(parse: Parse): Parse {
  // The types of the driver name no array, though it reads them.
  const oid = textArrayOid as Parameters<typeof types.getTypeParser>[0];
  const parseTexts: Parse = types.getTypeParser(oid);
  const parseElement = (element: unknown): unknown => {
    if (Array.isArray(element)) return element.map(parseElement);
    return typeof element === "string" ? parse(element) : element;
  };
  return (text) => parseElement(parseTexts(text));
}

const parsers = new Map<number, Parse>(
  known.flatMap(([oid, arrayOid, parse]) => [
    [oid, parse] as const,
    [arrayOid, parseArray(parse)] as const,
  ]),
);

/**
 * How a server's values are read: as SqlConnection promises, whatever the driver's own habits (it
 * reads int8 as text, an interval as an object, and an array of numeric as floats).
 */
export const serverValues = {
  getTypeParser: (oid: number): Parse => parsers.get(oid) ?? asText,
};
