import { readFileSync } from "node:fs";
import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type CommandExchange,
  type CommandOutcome,
  createDatagramReader,
  createFrameWriter,
  degFromDegE7,
  MavCmd,
  type Step,
  startCommand,
  stepCommand,
} from "@pista/mavlink";
import { expect, test } from "vitest";

const seen: unknown[] = [];
const transmit = (frame: Uint8Array): void => void seen.push(frame.length);
const showLatitude = (latitudeDeg: number): void => void seen.push(latitudeDeg);
const finish = (outcome: CommandOutcome): void => void seen.push(outcome.kind);

// The lines up to the next such comment stand in README.md as they stand here.
const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };
const reader = createDatagramReader();
const writer = createFrameWriter(self);

const params = [1, 0, 0, 0, 0, 0, 0] as const;
const command = { kind: "long", command: MavCmd.COMPONENT_ARM_DISARM, params } as const;
let arming: CommandExchange;
const follow = ({ exchange, send }: Step<CommandExchange>): void => {
  arming = exchange;
  for (const message of send) transmit(writer.write(message));
};
follow(startCommand({ self, target, command }, monotonicMs(0)));

/** Called every 50 ms: repeats the command when its time is over. */
const onTimer = (nowMs: MonotonicMs): void => follow(stepCommand(arming, { kind: "tick" }, nowMs));

function onDatagram(datagram: Uint8Array, nowMs: MonotonicMs): void {
  for (const frame of reader.read(datagram)) {
    if (frame.message.name === "GLOBAL_POSITION_INT") showLatitude(degFromDegE7(frame.message.lat));
    follow(stepCommand(arming, { kind: "frame", frame }, nowMs));
  }
  if (arming.state === "ended") finish(arming.outcome);
}
// The lines down to here.

test("[MV30] the example of README.md does what it says", () => {
  const vehicle = createFrameWriter(target);
  const { COMPONENT_ARM_DISARM } = MavCmd;
  const answer = vehicle.write({ name: "COMMAND_ACK", command: COMPONENT_ARM_DISARM, result: 0 });
  const position = vehicle.write({
    name: "GLOBAL_POSITION_INT",
    ...{ timeBootMs: 0, lat: 450_703_000, lon: 76_869_000, alt: 250_000, relativeAlt: 0 },
    ...{ vx: 0, vy: 0, vz: 0, hdg: 0 },
  });
  onDatagram(position, monotonicMs(10));
  onTimer(monotonicMs(600));
  onDatagram(answer, monotonicMs(620));
  // The repeat is a byte longer: its confirmation counter is no longer a zero that goes unsent.
  expect(seen).toEqual([44, 45.0703, 45, "accepted"]);
});

test("[MV30] README.md shows this example", () => {
  const here = readFileSync(new URL(import.meta.url), "utf8");
  const [, example = ""] = here.split(/\/\/ The lines .*\n/);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(example.trim());
});
