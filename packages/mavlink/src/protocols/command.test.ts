import { monotonicMs } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { MavCmd, MavResult } from "../constants/command-constants.ts";
import { MavFrame } from "../constants/control-constants.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import { frameFrom } from "../testing.ts";
import { type CommandRequest, startCommand, stepCommand } from "./command.ts";

const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };
const ms = monotonicMs;
const tick = { kind: "tick" } as const;

const takeOff: CommandRequest = {
  self,
  target,
  command: { kind: "long", command: MavCmd.NAV_TAKEOFF, params: [0, 0, 0, 0, 0, 0, 1.5] },
  patience: { timeoutMs: 100, attemptsMax: 3 },
  progressTimeoutMs: 1_000,
};

type Ack = Partial<Extract<OutgoingMessage, { name: "COMMAND_ACK" }>>;
const ack = (fields: Ack, from = target) => ({
  kind: "frame" as const,
  frame: frameFrom(from, {
    name: "COMMAND_ACK",
    command: MavCmd.NAV_TAKEOFF,
    result: MavResult.ACCEPTED,
    targetSystem: self.systemId,
    targetComponent: self.componentId,
    ...fields,
  }),
});

const sent = () => startCommand(takeOff, ms(0)).exchange;

describe("sending", () => {
  test("[MV30] a command goes out at once, to its target, with confirmation 0", () => {
    expect(startCommand(takeOff, ms(0)).send).toEqual([
      {
        name: "COMMAND_LONG",
        targetSystem: 1,
        targetComponent: 1,
        command: MavCmd.NAV_TAKEOFF,
        confirmation: 0,
        ...{ param1: 0, param2: 0, param3: 0, param4: 0, param5: 0, param6: 0, param7: 1.5 },
      },
    ]);
  });

  test("[MV30] unanswered it is repeated with rising confirmation, then given up", () => {
    let exchange = sent();
    const confirmations: unknown[] = [];
    for (let nowMs = 0; nowMs <= 1_000; nowMs += 50) {
      const step = stepCommand(exchange, tick, ms(nowMs));
      exchange = step.exchange;
      for (const message of step.send) {
        confirmations.push(message.name === "COMMAND_LONG" ? message.confirmation : message);
      }
    }
    expect(confirmations).toEqual([1, 2]);
    expect(exchange).toMatchObject({ outcome: { kind: "unanswered", attempts: 3 } });
  });

  test("[MV30] COMMAND_INT keeps its frame and its whole-number position", () => {
    const command = {
      kind: "int",
      command: MavCmd.DO_REPOSITION,
      frame: MavFrame.GLOBAL_RELATIVE_ALT,
      params: [-1, 0, 0, Number.NaN],
      x: 450_703_000,
      y: 76_869_000,
      z: 2,
    } as const;
    expect(startCommand({ ...takeOff, command }, ms(0)).send).toMatchObject([
      {
        name: "COMMAND_INT",
        frame: MavFrame.GLOBAL_RELATIVE_ALT,
        param4: Number.NaN,
        x: 450_703_000,
      },
    ]);
  });
});

describe("answers", () => {
  test("[MV31] the acknowledgement of this command from its target ends it", () => {
    const { exchange, send } = stepCommand(sent(), ack({ resultParam2: 7 }), ms(20));
    expect(exchange).toMatchObject({
      state: "ended",
      outcome: { kind: "accepted", resultParam2: 7 },
    });
    expect(send).toEqual([]);
  });

  test.each([
    ["of another command", ack({ command: MavCmd.NAV_LAND })],
    ["from another system", ack({}, { systemId: 2, componentId: 1 })],
    ["from another component", ack({}, { systemId: 1, componentId: 100 })],
    ["to another system", ack({ targetSystem: 254 })],
    ["to another component", ack({ targetComponent: 191 })],
  ])("[MV31] an acknowledgement %s changes nothing", (_, event) => {
    const exchange = sent();
    expect(stepCommand(exchange, event, ms(20))).toEqual({ exchange, send: [] });
  });

  test("[MV31] an autopilot that names nobody means everybody", () => {
    const step = stepCommand(sent(), ack({ targetSystem: 0, targetComponent: 0 }), ms(20));
    expect(step.exchange.state).toBe("ended");
  });

  test("[MV31] a command to all components is answered by any of them", () => {
    const request = { ...takeOff, target: { systemId: 1, componentId: 0 } };
    const { exchange } = startCommand(request, ms(0));
    const answer = ack({}, { systemId: 1, componentId: 154 });
    expect(stepCommand(exchange, answer, ms(1)).exchange.state).toBe("ended");
  });

  test.each([
    ["DENIED", MavResult.DENIED],
    ["TEMPORARILY_REJECTED", MavResult.TEMPORARILY_REJECTED],
    ["one that is not yet invented", 200],
  ])("[MV33] the result %s is a refusal", (_, result) => {
    const { exchange } = stepCommand(sent(), ack({ result }), ms(20));
    expect(exchange).toMatchObject({ outcome: { kind: "refused", result } });
  });

  test("[MV31] a second acknowledgement changes nothing", () => {
    const { exchange } = stepCommand(sent(), ack({}), ms(20));
    const again = ack({ result: MavResult.DENIED });
    expect(stepCommand(exchange, again, ms(30))).toEqual({ exchange, send: [] });
    expect(stepCommand(exchange, tick, ms(9_999))).toEqual({ exchange, send: [] });
  });
});

describe("progress", () => {
  const progress = (percent: number) => ack({ result: MavResult.IN_PROGRESS, progress: percent });

  test("[MV32] in progress is not success: it waits longer and repeats nothing", () => {
    const { exchange } = stepCommand(sent(), progress(40), ms(20));
    expect(exchange).toMatchObject({ state: "in-progress", percent: 40, dueAtMs: 1_020 });
    expect(stepCommand(exchange, tick, ms(1_019))).toEqual({ exchange, send: [] });
    const done = stepCommand(exchange, ack({}), ms(900)).exchange;
    expect(done).toMatchObject({ outcome: { kind: "accepted" } });
  });

  test("[MV32] each word of progress starts the wait anew; 255 tells no percentage", () => {
    const { exchange } = stepCommand(sent(), progress(40), ms(20));
    expect(stepCommand(exchange, progress(255), ms(1_000)).exchange).toMatchObject({
      percent: undefined,
      dueAtMs: 2_000,
    });
  });

  test("[MV32] a command that falls silent has neither succeeded nor failed", () => {
    const { exchange } = stepCommand(sent(), progress(40), ms(20));
    expect(stepCommand(exchange, tick, ms(1_020))).toMatchObject({
      exchange: { outcome: { kind: "fell-silent", percent: 40 } },
      send: [],
    });
  });

  const busy = ack({ result: MavResult.TEMPORARILY_REJECTED });
  test("[MV32] a vehicle that is at work and refuses the repeat is still at work", () => {
    const repeated = stepCommand(sent(), tick, ms(100)).exchange;
    const { exchange } = stepCommand(repeated, progress(40), ms(110));
    expect(stepCommand(exchange, busy, ms(120))).toEqual({ exchange, send: [] });
    const denied = stepCommand(exchange, ack({ result: MavResult.DENIED }), ms(130)).exchange;
    expect(denied).toMatchObject({ outcome: { kind: "refused" } });
    const done = stepCommand(exchange, ack({}), ms(900)).exchange;
    expect(done).toMatchObject({ outcome: { kind: "accepted" } });
  });

  test("[MV32] where nothing was repeated, that refusal is of the command itself", () => {
    const { exchange } = stepCommand(sent(), progress(40), ms(20));
    expect(stepCommand(exchange, busy, ms(30)).exchange).toMatchObject({
      outcome: { kind: "refused", result: MavResult.TEMPORARILY_REJECTED },
    });
  });
});
