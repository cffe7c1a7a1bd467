import { createManualClock } from "@pista/kernel/testing";
import { pino } from "pino";
import { expect, test } from "vitest";
import { GatewayError } from "./errors.ts";
import { lineTroubleLog } from "./trouble-log.ts";

test("a line that takes nothing, 50 times a second, is a line a minute, without a stack", () => {
  const clock = createManualClock();
  const written: string[] = [];
  const log = pino({ base: {} }, { write: (line: string) => written.push(line) });
  const trouble = lineTroubleLog("vehicle", { clock, log });
  const cause = Object.assign(new AggregateError([]), { code: "ENETUNREACH" });
  for (let count = 0; count <= 3_000; count++) {
    trouble.seen(new GatewayError("VEHICLE_SOCKET_FAILED", "It could not leave.", { cause }));
    clock.advance(20);
    // What is heard between two failures is no recovery.
    trouble.over();
  }
  clock.advance(2_000);
  trouble.over();
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { msg: "the line to the vehicle failed", cause: "It could not leave. ENETUNREACH", leftOut: 0 },
    { msg: "the line to the vehicle failed", leftOut: 2_999 },
    { msg: "the line to the vehicle is well again", leftOut: 0 },
  ]);
  expect(written.join()).not.toContain("stack");
});
