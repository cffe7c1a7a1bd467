import { expect, test } from "vitest";
import { commandMessage } from "./command-message.ts";

const seen = { sequence: 512, stopSequence: 3 };
const commandId = 7;

test.each([
  ["take-off", { op: "take-off", commandId, beaconSequence: 512 }],
  ["release-stop", { op: "release-stop", commandId, beaconSequence: 512, stopSequence: 3 }],
  // To land is right at any age.
  ["land", { op: "land", commandId }],
] as const)("[LG4] %s says as of which beacon it was wished", (op, said) => {
  expect(commandMessage(op, commandId, seen)).toEqual(said);
});

test("[LG4] before any beacon it names one that no gateway remembers", () => {
  expect(commandMessage("take-off", commandId, undefined)).toMatchObject({ beaconSequence: 0 });
});
