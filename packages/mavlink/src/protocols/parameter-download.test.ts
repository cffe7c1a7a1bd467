import { createRandom, monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MavParamType } from "../constants/protocol-constants.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import { frameFrom } from "../testing.ts";
import {
  type ParameterDownload,
  parametersMax,
  startParameterDownload,
  stepParameterDownload,
} from "./parameter-download.ts";

const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };
const ms = monotonicMs;
const tick = { kind: "tick" } as const;
const request = {
  self,
  target,
  encoding: "cast" as const,
  patience: { timeoutMs: 100, attemptsMax: 3 },
};

const value = (paramIndex: number, paramCount: number, from = target) => ({
  kind: "frame" as const,
  frame: frameFrom(from, {
    name: "PARAM_VALUE",
    paramId: `P${paramIndex}`,
    paramValue: paramIndex,
    paramType: MavParamType.REAL32,
    paramCount,
    paramIndex,
  }),
});

/** What a vehicle with `count` parameters sends when it hears this. */
function answers(message: OutgoingMessage, count: number): number[] {
  if (message.name === "PARAM_REQUEST_LIST") return Array.from({ length: count }, (_, i) => i);
  return message.name === "PARAM_REQUEST_READ" ? [message.paramIndex] : [];
}

function download(count: number, isLost: () => boolean, attemptsMax = 3) {
  const patience = { timeoutMs: 100, attemptsMax };
  let { exchange, send } = startParameterDownload({ ...request, patience }, ms(0));
  let requests = 0;
  for (let nowMs = 0; nowMs < 60_000 && exchange.state !== "ended"; nowMs += 50) {
    const inbox = send
      .filter(() => !isLost())
      .flatMap((message) => answers(message, count))
      .filter(() => !isLost());
    let next: OutgoingMessage[] = [];
    const take = (event: Parameters<typeof stepParameterDownload>[1]) => {
      const step = stepParameterDownload(exchange, event, ms(nowMs));
      exchange = step.exchange;
      next = [...next, ...step.send];
    };
    for (const index of inbox) take(value(index, count));
    take(tick);
    requests += next.length;
    send = next;
  }
  return { exchange, requests };
}

const outcomeOf = (exchange: ParameterDownload) =>
  exchange.state === "ended" ? exchange.outcome : expect.unreachable("It has not ended.");

test("[MV43] nothing lost: one request, all parameters in order", () => {
  const { exchange, requests } = download(120, () => false);
  const outcome = outcomeOf(exchange);
  if (outcome.kind !== "complete") return expect.unreachable(outcome.kind);
  expect(outcome.parameters.map(({ id }) => id)).toEqual(
    Array.from({ length: 120 }, (_, index) => `P${index}`),
  );
  expect(requests).toBe(0);
});

const [newSeed = 0] = fc.sample(fc.nat(), 1);
test.each([1, 2, 3, newSeed])("[MV43] a fifth lost, seed %i: gaps are filled", (seed) => {
  const random = createRandom(seed);
  const { exchange, requests } = download(200, () => random.chance(0.2), 20);
  expect(outcomeOf(exchange)).toMatchObject({ kind: "complete", parameters: { length: 200 } });
  expect(requests).toBeLessThan(200);
});

test("[MV43] nobody answers: asked as often as patience allows", () => {
  const { exchange, requests } = download(5, () => true);
  expect(outcomeOf(exchange)).toEqual({ kind: "unanswered", attempts: 3 });
  expect(requests).toBe(2);
});

test("[MV43] an index that never comes is named in the end", () => {
  let { exchange } = startParameterDownload(request, ms(0));
  for (const index of [0, 2]) {
    exchange = stepParameterDownload(exchange, value(index, 3), ms(1)).exchange;
  }
  const asked: unknown[] = [];
  for (let nowMs = 0; nowMs < 1_000; nowMs += 50) {
    const step = stepParameterDownload(exchange, tick, ms(nowMs));
    exchange = step.exchange;
    asked.push(...step.send.map((message) => "paramIndex" in message && message.paramIndex));
  }
  expect(asked).toEqual([1, 1]);
  expect(outcomeOf(exchange)).toMatchObject({
    kind: "incomplete",
    missingIndices: [1],
    parameters: [{ id: "P0" }, { id: "P2" }],
  });
});

describe("what must not disturb it", () => {
  const receiving = () => {
    const { exchange } = startParameterDownload(request, ms(0));
    return stepParameterDownload(exchange, value(0, 3), ms(1)).exchange;
  };

  test.each([
    ["another vehicle's value", value(1, 3, { systemId: 2, componentId: 1 })],
    ["another component's value", value(1, 3, { systemId: 1, componentId: 2 })],
    ["an answer to a read by name, index 65535", value(65_535, 3)],
  ])("[MV43] %s changes nothing", (_, event) => {
    const before = receiving();
    expect(stepParameterDownload(before, event, ms(2))).toEqual({ exchange: before, send: [] });
  });

  test("[MV43] a value that comes twice counts once", () => {
    const twice = stepParameterDownload(receiving(), value(0, 3), ms(2)).exchange;
    expect(twice).toMatchObject({ state: "receiving", received: 1, dueAtMs: 101 });
  });
});

describe("limits", () => {
  test("[MV44] more parameters than any autopilot has are refused", () => {
    const { exchange } = startParameterDownload(request, ms(0));
    const step = stepParameterDownload(exchange, value(0, parametersMax + 1), ms(1));
    expect(outcomeOf(step.exchange)).toEqual({ kind: "too-many", count: parametersMax + 1 });
  });

  test("[MV44] a list that is renumbered is read again, three times at most", () => {
    let { exchange } = startParameterDownload(request, ms(0));
    let lists = 0;
    for (let count = 3; count < 20 && exchange.state !== "ended"; count++) {
      const step = stepParameterDownload(exchange, value(0, count), ms(1));
      exchange = step.exchange;
      lists += step.send.filter(({ name }) => name === "PARAM_REQUEST_LIST").length;
    }
    expect(lists).toBe(3);
    expect(outcomeOf(exchange)).toEqual({ kind: "unstable" });
  });

  test("[MV44] at most ten gaps are asked for at once", () => {
    let { exchange } = startParameterDownload(request, ms(0));
    exchange = stepParameterDownload(exchange, value(0, 50), ms(1)).exchange;
    const gaps = stepParameterDownload(exchange, tick, ms(200));
    expect(gaps.send).toHaveLength(10);
    exchange = gaps.exchange;
    for (let index = 1; index < 10; index++) {
      const step = stepParameterDownload(exchange, value(index, 50), ms(201));
      expect(step.send).toEqual([]);
      exchange = step.exchange;
    }
    expect(stepParameterDownload(exchange, value(10, 50), ms(202)).send).toHaveLength(10);
  });
});
