import { isId, isLngLat, type LngLat } from "@pista/kernel";

/** One thing that is wrong with a document. */
export type InventoryFault = {
  /** The place in the document: "bays[3].kerb[0]". */
  readonly at: string;
  readonly what: string;
  /** What to do about it. */
  readonly remedy: string;
};

/** More than anybody mends in one go; what lies beyond them shows in the next try. */
export const faultsMax = 100;

/** Where faults are noted: a whole document is read before anybody is told. */
export class FaultList {
  readonly faults: InventoryFault[] = [];

  add(at: string, what: string, remedy: string): undefined {
    if (this.faults.length < faultsMax) this.faults.push({ at, what, remedy });
  }
}

/** Reads one value; undefined when it noted a fault. */
export type Reader<Value> = (value: unknown, at: string, list: FaultList) => Value | undefined;

type Optional<Value> = { readonly optional: Reader<Value> };
type Fields = Readonly<Record<string, Reader<unknown> | Optional<unknown>>>;
type ValueOf<Field> = Field extends Reader<infer Value> ? Value : never;
type ReadOf<Some extends Fields> = {
  readonly [Name in keyof Some as Some[Name] extends Optional<unknown> ? never : Name]: ValueOf<
    Some[Name]
  >;
} & {
  readonly [Name in keyof Some as Some[Name] extends Optional<unknown>
    ? Name
    : never]?: Some[Name] extends Optional<infer Value> ? Value : never;
};

/** A member that may be left out. */
export const optional = <Value>(reader: Reader<Value>): Optional<Value> => ({ optional: reader });

/** A closed object: a member that nobody knows is a fault, not ignored. */
export const object =
  <Some extends Fields>(fields: Some): Reader<ReadOf<Some>> =>
  (value, at, list) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return list.add(at, "it is no object", "Write { ... } here.");
    }
    const placeOf = (name: string): string => (at === "" ? name : `${at}.${name}`);
    const given = new Map<string, unknown>(Object.entries(value));
    const read: Record<string, unknown> = {};
    let isWhole = true;
    for (const [name, field] of Object.entries(fields)) {
      const member = given.get(name);
      given.delete(name);
      const isOptional = "optional" in field;
      if (isOptional && member === undefined) continue;
      const reader = isOptional ? field.optional : field;
      const found = reader(member, placeOf(name), list);
      if (found === undefined) isWhole = false;
      else read[name] = found;
    }
    for (const name of given.keys()) {
      isWhole = false;
      list.add(placeOf(name), "nobody knows this member", knownAre(Object.keys(fields)));
    }
    // Every field was read by the reader from which its type is derived.
    return isWhole ? (read as ReadOf<Some>) : undefined;
  };

const knownAre = (names: readonly string[]): string =>
  `Take it out, or correct its name: ${names.join(", ")}.`;

/** A list; an absent one is empty where `min` is 0. */
export const listOf =
  <Value>(reader: Reader<Value>, bounds: { min?: number; max: number }): Reader<readonly Value[]> =>
  (value, at, list) => {
    const { min = 0, max } = bounds;
    if (value === undefined && min === 0) return [];
    if (!Array.isArray(value)) return list.add(at, "it is no list", "Write [ ... ] here.");
    if (value.length < min || value.length > max) {
      return list.add(at, `it has ${value.length} entries`, `Give it ${min} to ${max}.`);
    }
    const read = value.map((one, index) => reader(one, `${at}[${index}]`, list));
    const found = read.filter((one): one is Awaited<Value> & Value => one !== undefined);
    return found.length === read.length ? found : undefined;
  };

export const text =
  (lengthMax: number): Reader<string> =>
  (value, at, list) => {
    const isText = typeof value === "string" && value.trim() !== "" && value.length <= lengthMax;
    // PostgreSQL stores no U+0000 in a text.
    if (isText && !value.includes("\0")) return value;
    return list.add(at, "it is no text that can be kept", `Write 1 to ${lengthMax} characters.`);
  };

/** Words of an open list, as CDS writes them: "pay_station". */
export const word: Reader<string> = (value, at, list) =>
  typeof value === "string" && /^[a-z][a-z0-9_-]{0,39}$/.test(value)
    ? value
    : list.add(at, "it is no word", "Write lower-case letters, digits and _, at most 40.");

export const id =
  <Id extends string>(make: (text: string) => Id): Reader<Id> =>
  (value, at, list) =>
    typeof value === "string" && isId(value)
      ? make(value)
      : list.add(at, "it is no id", "Write lower-case letters, digits and hyphens, at most 63.");

export const whole =
  (low: number, high: number): Reader<number> =>
  (value, at, list) =>
    typeof value === "number" && Number.isInteger(value) && value >= low && value <= high
      ? value
      : list.add(at, "it is no such number", `Write a whole number from ${low} to ${high}.`);

export const truth: Reader<boolean> = (value, at, list) =>
  typeof value === "boolean" ? value : list.add(at, "it is neither", "Write true or false.");

export const oneOf =
  <const Value extends string>(values: readonly Value[]): Reader<Value> =>
  (value, at, list) =>
    values.find((known) => known === value) ??
    list.add(at, "nobody knows this value", `Write one of: ${values.join(", ")}.`);

/** [longitude, latitude] in degrees, as GeoJSON writes it. */
export const position: Reader<LngLat> = (value, at, list) => {
  const [lngDeg, latDeg, ...rest]: unknown[] = Array.isArray(value) ? value : [];
  const isPosition =
    typeof lngDeg === "number" &&
    typeof latDeg === "number" &&
    rest.length === 0 &&
    isLngLat(lngDeg, latDeg);
  return isPosition
    ? { lngDeg, latDeg }
    : list.add(at, "it is no position", "Write [longitude, latitude] in degrees.");
};
