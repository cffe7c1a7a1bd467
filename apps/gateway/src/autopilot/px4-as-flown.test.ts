import { monotonicMs } from "@pista/kernel";
import {
  type CommandLong,
  MavAutopilot,
  MavCmd,
  MavLandedState,
  MavModeFlag,
  MavResult,
  MavType,
  type OutgoingMessage,
  Px4AutoMode,
  Px4MainMode,
  px4CustomMode,
} from "@pista/mavlink";
import { frameFrom } from "@pista/mavlink/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { MavlinkAutopilot } from "./mavlink-autopilot.ts";
import { px4Complaint } from "./px4-complaint.ts";

const target = { systemId: 1, componentId: 1 };
const offboard = px4CustomMode(Px4MainMode.OFFBOARD);
const hold = px4CustomMode(Px4MainMode.AUTO, Px4AutoMode.LOITER);

/** What PX4 1.16.1 said in its software simulator when there was no position, byte by byte. */
const offboardSignal = {
  name: "EVENT",
  destinationComponent: 0,
  destinationSystem: 0,
  id: 19_865_031,
  eventTimeBootMs: 15_010,
  sequence: 11,
  logLevels: 0x33,
  arguments: [0, 0x40, 0, 0, 0x14, ...new Array<number>(35).fill(0)],
} as const;

let nowMs: number;
let answered: number;
let sent: OutgoingMessage[];
let modes: string[];
let refused: string[];
let result: (command: number) => number;
let autopilot: MavlinkAutopilot;

const say = (message: OutgoingMessage): void =>
  autopilot.receive(frameFrom(target, message), monotonicMs(nowMs));

function beat(customMode: number, armed: boolean): void {
  const baseMode = armed ? MavModeFlag.SAFETY_ARMED : 0;
  const rest = { type: MavType.QUADROTOR, systemStatus: 4, mavlinkVersion: 3 };
  say({ name: "HEARTBEAT", autopilot: MavAutopilot.PX4, baseMode, customMode, ...rest });
}

const enter = (customMode: number): void =>
  say({ name: "CURRENT_MODE", standardMode: 0, customMode, intendedCustomMode: customMode });

function at(heightM: number): void {
  const rates = { rollspeed: 0, pitchspeed: 0, yawspeed: 0 };
  say({ name: "ATTITUDE", timeBootMs: 0, roll: 0, pitch: 0, yaw: 0, ...rates });
  const position = { x: 0, y: 0, z: -heightM, vx: 0, vy: 0, vz: 0 };
  say({ name: "LOCAL_POSITION_NED", timeBootMs: 0, ...position });
}

/** Answers as PX4 does: a parameter with its value, a command with its result. */
function run(ms: number): void {
  for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 20) {
    for (; answered < sent.length; answered += 1) answer(sent[answered]);
    autopilot.tick(monotonicMs(nowMs));
  }
}

function answer(message: OutgoingMessage | undefined): void {
  if (message?.name === "COMMAND_LONG") {
    const { command } = message;
    say({ name: "COMMAND_ACK", command, result: result(command) });
  } else if (message?.name === "PARAM_SET" || message?.name === "PARAM_REQUEST_READ") {
    const set = sent.findLast(
      (one): one is OutgoingMessage & { name: "PARAM_SET" } => one.name === "PARAM_SET",
    );
    if (set) say({ ...set, name: "PARAM_VALUE", paramCount: 900, paramIndex: 7 });
  }
}

const commands = (): CommandLong[] =>
  sent.filter((one): one is CommandLong => one.name === "COMMAND_LONG");
const order = (what: "take-off" | "land"): void => autopilot.order(what, monotonicMs(nowMs));
const climb = (): number | undefined =>
  sent.findLast((one) => one.name === "SET_POSITION_TARGET_LOCAL_NED")?.vz;

let mayTakeOff: boolean;

beforeEach(() => {
  [nowMs, answered, sent, modes, refused, mayTakeOff] = [0, 0, [], [], [], true];
  result = () => MavResult.ACCEPTED;
  autopilot = new MavlinkAutopilot({
    self: { systemId: 255, componentId: 190 },
    takeOffHeightM: 1.5,
    isIndoors: () => false,
    mayTakeOff: () => mayTakeOff,
    send: (message) => sent.push(message),
    events: {
      pose: () => undefined,
      status: ({ mode }) => modes.push(mode),
      refused: (_, reason) => refused.push(reason),
      found: () => undefined,
      lost: () => undefined,
      modeChanged: () => undefined,
      said: () => undefined,
      notOurs: () => undefined,
      settled: () => undefined,
    },
  });
  beat(hold, false);
  run(200);
});

describe("sequences that a real PX4 showed", () => {
  test("[AU4] a mode is news when CURRENT_MODE tells it, a second before the heartbeat", () => {
    beat(offboard, true);
    expect(modes.at(-1)).toBe("guided");
    enter(hold);
    expect(modes.at(-1)).toBe("other");
    const { length } = modes;
    enter(hold);
    expect(modes).toHaveLength(length);
  });

  test("OFFBOARD after a landing is no flight: it is told with the motors off", () => {
    beat(px4CustomMode(Px4MainMode.AUTO, Px4AutoMode.LAND), true);
    say({ name: "EXTENDED_SYS_STATE", vtolState: 0, landedState: MavLandedState.ON_GROUND });
    enter(offboard);
    expect(modes.at(-1)).toBe("landing");
    beat(offboard, false);
    expect(modes.at(-1)).toBe("guided");
  });

  test("[AU4] in the safety pilot's mode not even a landing is ordered", () => {
    beat(offboard, true);
    enter(hold);
    const { length } = commands();
    order("land");
    run(1_000);
    expect(commands()).toHaveLength(length);
    enter(offboard);
    order("land");
    run(40);
    expect(commands().at(-1)).toMatchObject({ command: MavCmd.DO_SET_MODE, param2: 4, param3: 6 });
  });

  test("[AU4] nor is one that was owed while nobody was heard", () => {
    beat(offboard, true);
    order("land");
    run(3_200);
    const { length } = commands();
    beat(hold, true);
    run(20);
    const asked = commands()
      .slice(length)
      .map(({ command }) => command);
    expect(asked).not.toContain(MavCmd.DO_SET_MODE);
  });

  test("a refused arming tells the failure that PX4 sends as an event alone", () => {
    result = (command) => {
      if (command === MavCmd.RUN_PREARM_CHECKS) say(offboardSignal);
      if (command !== MavCmd.COMPONENT_ARM_DISARM) return MavResult.ACCEPTED;
      const denied = { name: "STATUSTEXT", severity: 2, id: 4 } as const;
      say({ ...denied, text: "Arming denied: Resolve system health failures firs", chunkSeq: 0 });
      say({ ...denied, text: "t\t", chunkSeq: 1 });
      return MavResult.TEMPORARILY_REJECTED;
    };
    order("take-off");
    run(1_700);
    enter(offboard);
    run(800);
    expect(refused).toEqual([
      "could not arm: temporarily_rejected (OFFBOARD lacks a valid position or velocity estimate, " +
        "or hears no set-points; Arming denied: Resolve system health failures first)",
    ]);
  });

  test("what only warns, and what has words of its own, is no reason", () => {
    expect(px4Complaint({ ...offboardSignal, logLevels: 0x34 })).toBeUndefined();
    // "commander_arm_denied_resolve_failures", which is a text too.
    expect(px4Complaint({ ...offboardSignal, id: 16_910_493 })).toBeUndefined();
  });

  test("a climb from below the site's zero still reaches the height that the guard waits for", () => {
    at(-0.55);
    order("take-off");
    run(1_700);
    enter(offboard);
    beat(offboard, true);
    at(-0.55);
    run(40);
    expect(climb()).toBe(-0.5);
    at(1.4);
    run(40);
    expect(climb()).toBe(-0.5);
    at(1.55);
    run(40);
    expect(climb()).toBe(0);
  });

  test("a pilot lost between the arming and the heartbeat that tells it leaves no turning motors", () => {
    order("take-off");
    run(1_700);
    enter(offboard);
    mayTakeOff = false;
    run(40);
    const arming = commands().filter(({ command }) => command === MavCmd.COMPONENT_ARM_DISARM);
    expect(arming.map(({ param1 }) => param1)).toEqual([1, 0]);
  });
});
