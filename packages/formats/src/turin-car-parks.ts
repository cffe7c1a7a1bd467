import { type EpochMs, fail, isLngLat, ok, parseRfc3339, type Result } from "@pista/kernel";
import { type CarPark, type CarParkTendency, carParkId } from "@pista/parking";
import { XMLParser } from "fast-xml-parser";

export type TurinFeed = { readonly generatedAtMs: EpochMs; readonly carParks: readonly CarPark[] };

export type FeedFault = {
  readonly kind: "too-large" | "has-dtd" | "not-xml" | "not-5t" | "malformed-car-park";
  /** What was wrong, and where. */
  readonly detail: string;
};

/** Forty car parks make 5 kB; a thousand times that is not this feed. */
const feedCharactersMax = 4_000_000;
const carParksMax = 10_000;

/** 5T's description of the feed: -1 emptying, 0 steady, 1 filling. */
const tendencies: Record<string, CarParkTendency> = {
  "-1": "emptying",
  "0": "steady",
  "1": "filling",
};

const source = "5T / Città di Torino, IODL 2.0";

// [SE4] No DTD and no entities of the document's own: the five predefined ones are enough.
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  processEntities: false,
  isArray: (name) => name === "PK_data",
});

/**
 * Turin's live car-park feed (5T, `traffic_data` with `PK_data`, schema
 * https://simone.5t.torino.it/ns/traffic_data.xsd). [BS2] A car park with status 0 or without a
 * `Free` attribute does not say how many spaces are free, which is unknown and never zero.
 */
export function parseTurinCarParks(xml: string): Result<TurinFeed, FeedFault> {
  if (xml.length > feedCharactersMax) {
    return fail({ kind: "too-large", detail: `The feed is over ${feedCharactersMax} characters.` });
  }
  if (/<!DOCTYPE/i.test(xml)) {
    return fail({ kind: "has-dtd", detail: "A document type declaration is not accepted." });
  }
  // XML has no U+0000 (section 2.2), which the parser lets pass and no store could write.
  if (xml.includes("\0"))
    return fail({ kind: "not-xml", detail: "It holds the character U+0000." });
  const document = parseXml(xml);
  if (!document.ok) return document;
  const root = memberOf(document.value, "traffic_data");
  const generatedAtMs = parseRfc3339(textOf(root, "generation_time") ?? "");
  const rows = memberOf(root, "PK_data");
  if (generatedAtMs === undefined || !Array.isArray(rows) || rows.length > carParksMax) {
    const detail = "The root must be traffic_data with a generation_time and PK_data elements.";
    return fail({ kind: "not-5t", detail });
  }
  const observedAtMs = parseRfc3339(textOf(root, "end_time") ?? "") ?? generatedAtMs;
  const carParks: CarPark[] = [];
  for (const [index, row] of rows.entries()) {
    const carPark = parseCarPark(row, { observedAtMs, publishedAtMs: generatedAtMs });
    if (!carPark) {
      const name = textOf(row, "Name") ?? "without a name";
      const detail = `PK_data ${index + 1} (${name}) lacks an ID, a Total, or a position.`;
      return fail({ kind: "malformed-car-park", detail });
    }
    carParks.push(carPark);
  }
  return ok({ generatedAtMs, carParks });
}

function parseXml(xml: string): Result<unknown, FeedFault> {
  try {
    return ok(parser.parse(xml, true));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : "The parser gave no reason.";
    return fail({ kind: "not-xml", detail });
  }
}

function parseCarPark(
  row: unknown,
  times: Pick<CarPark, "observedAtMs" | "publishedAtMs">,
): CarPark | undefined {
  const id = textOf(row, "ID") ?? "";
  const spaces = countOf(row, "Total");
  const lngDeg = Number(textOf(row, "lng") ?? Number.NaN);
  const latDeg = Number(textOf(row, "lat") ?? Number.NaN);
  if (!/^\d{1,9}$/.test(id) || spaces === undefined || !isLngLat(lngDeg, latDeg)) return undefined;
  const saysFree = textOf(row, "status") === "1";
  const free = saysFree ? countOf(row, "Free") : undefined;
  return {
    carParkId: carParkId(`5t-${id}`),
    name: titleCase(unescaped(textOf(row, "Name") ?? `Car park ${id}`)),
    position: { lngDeg, latDeg },
    spaces,
    // A count of free spaces above the total is a fault of the counter: nobody can say.
    freeSpaces: free !== undefined && free <= spaces ? free : undefined,
    tendency: tendencies[textOf(row, "tendence") ?? ""] ?? "unknown",
    ...times,
    receivedAtMs: undefined,
    source,
  };
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;

function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === "string" ? member : undefined;
}

function countOf(value: unknown, name: string): number | undefined {
  const text = textOf(value, name);
  return text !== undefined && /^\d{1,7}$/.test(text) ? Number(text) : undefined;
}

const predefined: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** The five entities that XML 1.0 predefines (section 4.6), and no others. */
const unescaped = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (whole, name: string) => predefined[name] ?? whole);

/** "D'AZEGLIO GALILEI" -> "D'Azeglio Galilei": the feed shouts. */
const titleCase = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(
      /(^|[\s'.-])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    );
