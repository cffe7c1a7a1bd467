import { readFileSync } from "node:fs";
import { epochMs, type MonotonicMs, monotonicMs } from "@pista/kernel";
import {
  type CommandExchange,
  type CommandOutcome,
  createDatagramReader,
  createFrameWriter,
  createSignatureVerifier,
  createSigningClock,
  degFromDegE7,
  type ExchangeEvent,
  groundStation,
  MavCmd,
  MavFrame,
  MavMissionType,
  MavParamType,
  type ParameterExchange,
  type ParameterFault,
  parseSigningKey,
  type Step,
  startCommand,
  startHeartbeat,
  startMissionUpload,
  startParameterSet,
  stepCommand,
} from "@pista/mavlink";
import { beforeEach, expect, test } from "vitest";
import { messageTable } from "./messages/table.ts";

let seen: unknown[] = [];
const transmit = (frame: Uint8Array): void => void seen.push(frame.length);
const showLatitude = (latitudeDeg: number): void => void seen.push(latitudeDeg);
const finish = (outcome: CommandOutcome): void => void seen.push(outcome.kind);
const followSetting = ({ exchange }: Step<ParameterExchange>): void =>
  void seen.push(exchange.state);
const refuse = (fault: ParameterFault): void => void seen.push(fault.kind);

beforeEach(() => {
  seen = [];
});

// The lines up to the next such comment stand in README.md as they stand here.
const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };
const reader = createDatagramReader();
const writer = createFrameWriter(self);

/** Under way, until it has an outcome. */
let arming: CommandExchange | undefined;

function follow({ exchange, send }: Step<CommandExchange>): void {
  for (const message of send) transmit(writer.write(message));
  arming = exchange.state === "ended" ? undefined : exchange;
  if (exchange.state === "ended") finish(exchange.outcome);
}

function arm(nowMs: MonotonicMs): void {
  const params = [1, 0, 0, 0, 0, 0, 0] as const;
  const command = { kind: "long", command: MavCmd.COMPONENT_ARM_DISARM, params } as const;
  follow(startCommand({ self, target, command }, nowMs));
}

function step(event: ExchangeEvent, nowMs: MonotonicMs): void {
  if (arming) follow(stepCommand(arming, event, nowMs));
}

/** Called every 50 ms: repeats the command when its time is over, and in the end gives it up. */
const onTimer = (nowMs: MonotonicMs): void => step({ kind: "tick" }, nowMs);

function onDatagram(datagram: Uint8Array, nowMs: MonotonicMs): void {
  for (const frame of reader.read(datagram)) {
    if (frame.message.name === "GLOBAL_POSITION_INT") showLatitude(degFromDegE7(frame.message.lat));
    step({ kind: "frame", frame }, nowMs);
  }
}
// The lines down to here.

const answer = createFrameWriter(target).write({
  name: "COMMAND_ACK",
  command: MavCmd.COMPONENT_ARM_DISARM,
  result: 0,
});

test("[MV30] the example of README.md does what it says, and finishes once", () => {
  const position = createFrameWriter(target).write({
    name: "GLOBAL_POSITION_INT",
    ...{ timeBootMs: 0, lat: 450_703_000, lon: 76_869_000, alt: 250_000, relativeAlt: 0 },
    ...{ vx: 0, vy: 0, vz: 0, hdg: 0 },
  });
  arm(monotonicMs(0));
  onDatagram(position, monotonicMs(10));
  onTimer(monotonicMs(600));
  onDatagram(answer, monotonicMs(620));
  onDatagram(answer, monotonicMs(630));
  onTimer(monotonicMs(10_000));
  // The repeat is a byte longer: its confirmation counter is no longer a zero that goes unsent.
  expect(seen).toEqual([44, 45.0703, 45, "accepted"]);
});

test("[MV30] the example of README.md finishes for a vehicle that is silent, too", () => {
  arm(monotonicMs(0));
  for (let nowMs = 50; nowMs < 10_000; nowMs += 50) onTimer(monotonicMs(nowMs));
  expect(seen).toEqual([44, 45, 45, 45, 45, "unanswered"]);
});

test("[MV23] [MV41] [MV50] [MV90] the requests of README.md are what the functions take", () => {
  const nowMs = monotonicMs(0);
  const keyBytes = new Uint8Array(32);
  // The lines up to the next such comment stand in README.md as they stand here.
  startHeartbeat({ own: groundStation }, nowMs);
  // Written by hand, it needs the protocol's version too.
  writer.write({ name: "HEARTBEAT", ...groundStation, mavlinkVersion: 3 });

  const speed = {
    id: "WPNAV_SPEED",
    encoding: "cast",
    type: MavParamType.REAL32,
    value: 500,
  } as const;
  const patience = { timeoutMs: 1_000, attemptsMax: 3 };
  const setting = startParameterSet({ self, target, ...speed, patience }, nowMs);
  if (setting.ok) followSetting(setting.value);
  else refuse(setting.fault);

  const home = {
    frame: MavFrame.GLOBAL,
    command: MavCmd.NAV_WAYPOINT,
    current: 0,
    autocontinue: 1,
  };
  const params = { param1: 0, param2: 0, param3: 0, param4: 0 };
  const place = { x: 450_703_000, y: 76_869_000, z: 250 };
  const list = { self, target, missionType: MavMissionType.MISSION };
  // The items in their order; each one's place is its sequence number.
  startMissionUpload(list, [{ ...home, ...params, ...place }], nowMs);

  const key = parseSigningKey(keyBytes);
  if (key === undefined) throw new Error("A key has 32 bytes.");
  const clock = createSigningClock();
  // RADIO_STATUS, which telemetry radios send unsigned.
  const isRadioStatus = (messageId: number) => messageId === 109;
  const verifier = createSignatureVerifier({ key, clock, acceptUnsigned: isRadioStatus });
  const signedReader = createDatagramReader({ signing: verifier });
  const signedWriter = createFrameWriter({ ...self, signing: { key, linkId: 0, clock } });
  const heartbeat = { name: "HEARTBEAT", ...groundStation, mavlinkVersion: 3 } as const;
  const at = epochMs(Date.UTC(2026, 0, 1));
  signedReader.read(signedWriter.write(heartbeat, at), at);
  // The lines down to here.
  expect(seen).toEqual(["setting"]);
  expect(verifier.counters.accepted).toBe(1);
});

test("[MV1] README.md shows these examples, and tells how many messages there are", () => {
  const here = readFileSync(new URL(import.meta.url), "utf8");
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example = "", , requests = ""] = here.split(/^ *\/\/ The lines .*\n/m);
  expect(readme).toContain(example.trim());
  expect(readme).toContain(requests.replaceAll(/^ {2}/gm, "").trim());
  expect(readme).toContain(`(${messageTable.length} messages of `);
});
