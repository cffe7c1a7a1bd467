import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTurinCarParks } from "./turin-car-parks.ts";

const feed = (rows: string, before = ""): string =>
  `<?xml version="1.0" encoding="utf-8" ?>${before}<traffic_data xmlns="https://simone.5t.torino.it/ns/traffic_data.xsd" generation_time="2025-05-07T14:10:10.789Z" start_time="2025-05-07T14:05:00.000Z" end_time="2025-05-07T14:10:00.000Z">${rows}</traffic_data>`;
const row = (attributes: string): string =>
  `<PK_data Name="D'AZEGLIO" ID="4" Total="223" lat="45.04" lng="7.67" ${attributes}/>`;

const carParkOf = (xml: string) => {
  const parsed = parseTurinCarParks(xml);
  return parsed.ok ? parsed.value.carParks[0] : undefined;
};

describe("Turin's car-park feed", () => {
  test("a car park that counts says how many spaces are free", () => {
    expect(carParkOf(feed(row('status="1" Free="44"')))).toMatchObject({
      carParkId: "5t-4",
      name: "D'Azeglio",
      spaces: 223,
      freeSpaces: 44,
      position: { lngDeg: 7.67, latDeg: 45.04 },
      observedAtMs: Date.parse("2025-05-07T14:10:00.000Z"),
      publishedAtMs: Date.parse("2025-05-07T14:10:10.789Z"),
    });
  });

  test.each([
    ["without Free", 'status="0"'],
    ["with status 0 though it has Free", 'status="0" Free="0"'],
    ["with more free than there are", 'status="1" Free="224"'],
    ["with a Free that is no number", 'status="1" Free="many"'],
  ])("[BS2] a car park %s is unknown, not empty", (_, attributes) => {
    expect(carParkOf(feed(row(attributes)))?.freeSpaces).toBeUndefined();
  });

  test("[BS2] a full car park is zero, not unknown", () => {
    expect(carParkOf(feed(row('status="1" Free="0"')))?.freeSpaces).toBe(0);
  });

  test("names are unescaped by the five predefined entities", () => {
    const escaped = feed(row('status="1" Free="1"')).replace(
      "D'AZEGLIO",
      "CORSO &amp; C&apos;E&#10;",
    );
    expect(carParkOf(escaped)?.name).toBe("Corso & C'E&#10;");
  });

  test.each([
    ["has-dtd", feed(row(""), '<!DOCTYPE traffic_data [<!ENTITY a "b">]>')],
    ["not-xml", "<traffic_data"],
    ["not-xml", "free: 12"],
    ["not-xml", feed(row("")).replace("D'AZEGLIO", "D\0")],
    ["not-5t", "<html></html>"],
    ["not-5t", '<traffic_data generation_time="2025-05-07T14:10:10.789Z"></traffic_data>'],
    ["malformed-car-park", feed('<PK_data Name="X" ID="1" Total="10"/>')],
    ["malformed-car-park", feed(row("").replace('ID="4"', 'ID="../4"'))],
    ["too-large", " ".repeat(4_000_001)],
  ])("[SE4] %s is refused with the reason", (kind, xml) => {
    const parsed = parseTurinCarParks(xml);
    expect(parsed.ok ? undefined : parsed.fault.kind).toBe(kind);
    expect(parsed.ok ? "" : parsed.fault.detail).not.toBe("");
  });

  test("[SE4] no input makes it throw", () => {
    const whole = feed(row('status="1" Free="44"'));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string(), (from, to, noise) => {
        const mutated = whole.slice(0, from) + noise + whole.slice(to);
        expect(parseTurinCarParks(mutated).ok).toBeTypeOf("boolean");
      }),
    );
  });

  const real = fileURLToPath(
    new URL("../../../../shared/data/turin/5t-car-parks.xml", import.meta.url),
  );
  const isThere = existsSync(real);
  const mustRun = process.env.PISTA_TEST_REQUIRE === "all";
  test.skipIf(!isThere && !mustRun)(
    "[BS2] the real snapshot has forty car parks, four of them unknown (needs ../shared/data)",
    () => {
      const parsed = parseTurinCarParks(readFileSync(real, "utf8"));
      const carParks = parsed.ok ? parsed.value.carParks : [];
      expect(carParks).toHaveLength(40);
      const unknown = carParks.filter(({ freeSpaces }) => freeSpaces === undefined);
      expect(unknown.map(({ name }) => name).sort()).toEqual([
        "Fermi",
        "Racconigi",
        "Unione Sovietica",
        "V Padiglione",
      ]);
    },
  );
});
