import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FieldDefinition, MessageDefinition } from "../messages/definition.ts";
import { messageTable } from "../messages/table.ts";
import { layoutOf } from "../wire/layout.ts";
import { camelCase, pascalCase } from "./case.ts";
import { emitMessages } from "./emit-messages.ts";

const message = (
  fields: readonly FieldDefinition[],
  extensions: readonly FieldDefinition[] = [],
): MessageDefinition => ({ id: 1, name: "TEST", fields, extensions });

test("[MV1] messages.generated.ts is what the table gives; else run: npm run generate -w @pista/mavlink", () => {
  const committed = readFileSync(new URL("../messages.generated.ts", import.meta.url), "utf8");
  expect(committed === emitMessages(messageTable)).toBe(true);
});

test("[MV1] names are MAVLink's, in the case of this language", () => {
  expect(camelCase("time_boot_ms")).toBe("timeBootMs");
  expect(camelCase("param1")).toBe("param1");
  expect(camelCase("VEHICLE_2D_FIX")).toBe("vehicle2dFix");
  expect(pascalCase("SET_POSITION_TARGET_LOCAL_NED")).toBe("SetPositionTargetLocalNed");
});

describe("layout", () => {
  test("[MV1] larger types go first, equal ones as declared, extensions last and unsorted", () => {
    const layout = layoutOf(
      message(
        [
          ["uint8", "a"],
          ["float", "b"],
          ["uint16[3]", "c"],
          ["uint32", "d"],
          ["char[4]", "e"],
        ],
        [
          ["uint8", "f"],
          ["uint64", "g"],
        ],
      ),
    );
    const offsets = Object.fromEntries(layout.fields.map(({ name, offset }) => [name, offset]));
    expect(offsets).toEqual({ b: 0, d: 4, c: 8, a: 14, e: 15, f: 19, g: 20 });
    expect(layout).toMatchObject({ baseLength: 19, lengthMax: 28 });
  });

  test("[MV1] extensions leave CRC_EXTRA as it was", () => {
    const base: FieldDefinition[] = [["uint8", "a"]];
    const extended = layoutOf(message(base, [["uint8", "b"]]));
    expect(extended.crcExtra).toBe(layoutOf(message(base)).crcExtra);
  });
});

describe("a mistyped table", () => {
  test.each<[string, readonly MessageDefinition[]]>([
    ["two messages of one id", [message([["uint8", "a"]]), message([["uint8", "a"]])]],
    ["a field named like the discriminant", [message([["uint8", "name"]])]],
    ["two fields of one name", [message([["uint8", "a"]], [["uint8", "a"]])]],
    [
      "two names alike in this language",
      [
        message([
          ["uint8", "a_b"],
          ["uint8", "a__b"],
        ]),
      ],
    ],
    ["a payload beyond 255 bytes", [message([["uint8[256]", "a"]])]],
    ["an empty array", [message([["uint8[0]", "a"]])]],
    ["an id beyond the lookup", [{ id: 70_000, name: "TEST", fields: [["uint8", "a"]] }]],
  ])("[MV1] %s: nothing is generated", (_, table) => {
    expect(() => emitMessages(table)).toThrow();
  });
});
