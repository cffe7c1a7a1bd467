import { expect, test } from "vitest";
import { lineOfPath, lineOfSyntaxFault } from "./json-places.ts";

const text = `{
  "zones": [],
  "bays": [
    { "id": "a \\" ] } [", "length": -1.5e+3, "is": true },
    {
      "id": "b", "kerb": [
        [7.5, 45],
        [7.6,
          "x"]
      ],
      "note": null
    }
  ]
}`;

test.each([
  ["", 1],
  ["zones", 2],
  ["zones[0]", 2],
  ["bays", 3],
  ["bays[0].is", 4],
  ["bays[1]", 5],
  ["bays[1].kerb", 6],
  ["bays[1].kerb[0]", 7],
  ["bays[1].kerb[1][1]", 9],
  ["bays[1].note", 11],
  ["bays[1].label", 5],
  ["bays[2]", 3],
  ["tariffs", 1],
])("%s begins on line %d", (path, line) => {
  expect(lineOfPath(text, path)).toBe(line);
});

test.each([
  [text.replace('"is"', "is"), 4],
  [text.replace("null", "nil"), undefined],
])("a fault of syntax has a line where the engine tells its position", (broken, line) => {
  const faultOf = (): unknown => {
    try {
      return JSON.parse(broken);
    } catch (fault) {
      return fault;
    }
  };
  const fault = faultOf();
  if (!(fault instanceof SyntaxError)) throw new Error("The text is no broken JSON.");
  expect(lineOfSyntaxFault(broken, fault)).toBe(line);
});
