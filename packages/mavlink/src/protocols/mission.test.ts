import { createRandom, monotonicMs } from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MavCmd } from "../constants/command-constants.ts";
import { MavFrame } from "../constants/control-constants.ts";
import { MavMissionResult, MavMissionType } from "../constants/protocol-constants.ts";
import type { OutgoingMessage } from "../frame-writer.ts";
import { frameFrom } from "../testing.ts";
import {
  type MissionItem,
  type MissionRequest,
  type MissionUpload,
  missionItemsMax,
  startMissionClear,
  startMissionUpload,
  stepMissionUpload,
} from "./mission.ts";
import { startMissionDownload, stepMissionDownload } from "./mission-download.ts";

const self = { systemId: 255, componentId: 190 };
const target = { systemId: 1, componentId: 1 };
const ms = monotonicMs;
const tick = { kind: "tick" } as const;
const missionType = MavMissionType.FENCE;
const request: MissionRequest = {
  self,
  target,
  missionType,
  patience: { timeoutMs: 100, attemptsMax: 4 },
};
const toUs = { targetSystem: self.systemId, targetComponent: self.componentId, missionType };

const itemAt = (seq: number): MissionItem => ({
  frame: MavFrame.GLOBAL,
  command: MavCmd.NAV_FENCE_POLYGON_VERTEX_INCLUSION,
  current: 0,
  autocontinue: 1,
  ...{ param1: 5, param2: 0, param3: 0, param4: 0 },
  ...{ x: 450_000_000 + seq, y: 76_000_000, z: 0 },
});
const items = Array.from({ length: 5 }, (_, seq) => itemAt(seq));

const heard = (message: OutgoingMessage, from = target) => ({
  kind: "frame" as const,
  frame: frameFrom(from, message),
});
const asks = (seq: number, fields: object = {}) =>
  heard({ name: "MISSION_REQUEST_INT", ...toUs, seq, ...fields });
const acknowledges = (type: number) => heard({ name: "MISSION_ACK", ...toUs, type });

describe("upload", () => {
  const start = () => startMissionUpload(request, items, ms(0));
  const afterAsking = (...seqs: number[]) =>
    seqs.reduce(
      (upload, seq) => stepMissionUpload(upload, asks(seq), ms(1)).exchange,
      start().exchange,
    );

  test("[MV50] it announces the count, gives each item asked for, and ends with the acceptance", () => {
    expect(start().send).toMatchObject([{ name: "MISSION_COUNT", count: 5, missionType }]);
    const first = stepMissionUpload(start().exchange, asks(0), ms(1));
    expect(first.send).toMatchObject([{ name: "MISSION_ITEM_INT", seq: 0, ...itemAt(0) }]);
    const accepted = stepMissionUpload(
      afterAsking(0, 1, 2, 3, 4),
      acknowledges(MavMissionResult.ACCEPTED),
      ms(2),
    );
    expect(accepted.exchange).toMatchObject({ state: "ended", outcome: { kind: "accepted" } });
  });

  test("[MV50] MISSION_REQUEST is answered in the same way", () => {
    const event = heard({ name: "MISSION_REQUEST", ...toUs, seq: 2 });
    expect(stepMissionUpload(start().exchange, event, ms(1)).send).toMatchObject([
      { name: "MISSION_ITEM_INT", seq: 2 },
    ]);
  });

  test("[MV51] accepted before the last item was asked for is not yet success", () => {
    const upload = afterAsking(0, 1);
    const early = stepMissionUpload(upload, acknowledges(MavMissionResult.ACCEPTED), ms(2));
    expect(early).toEqual({ exchange: upload, send: [] });
  });

  test.each([
    ["no space", MavMissionResult.NO_SPACE],
    ["cancelled", MavMissionResult.OPERATION_CANCELLED],
    ["a result not yet invented", 99],
  ])("[MV51] %s ends it at once", (_, result) => {
    const { exchange } = stepMissionUpload(afterAsking(0), acknowledges(result), ms(2));
    expect(exchange).toMatchObject({ outcome: { kind: "refused", result } });
  });

  test.each([
    ["for another list", asks(0, { missionType: MavMissionType.RALLY })],
    ["for another station", asks(0, { targetSystem: 7 })],
    ["for another component", asks(0, { targetComponent: 7 })],
    ["beyond the list", asks(5)],
    [
      "of another vehicle",
      heard({ name: "MISSION_REQUEST_INT", ...toUs, seq: 0 }, { systemId: 3, componentId: 1 }),
    ],
  ])("[MV54] a request %s changes nothing", (_, event) => {
    const { exchange } = start();
    expect(stepMissionUpload(exchange, event, ms(1))).toEqual({ exchange, send: [] });
  });

  /** What is sent while nothing is heard, with its time, and how it ends. */
  const ticked = (first: MissionUpload, untilMs: number) => {
    let exchange = first;
    const sent: unknown[] = [];
    for (let nowMs = 0; nowMs < untilMs; nowMs += 50) {
      const step = stepMissionUpload(exchange, tick, ms(nowMs));
      exchange = step.exchange;
      sent.push(...step.send.map(({ name }) => [nowMs, name]));
    }
    return { exchange, sent };
  };

  test("[MV50] the count is sent again while nothing is asked for, six times in all, as the guide has it", () => {
    const usual = { self, target, missionType };
    const { exchange, sent } = ticked(startMissionUpload(usual, items, ms(0)).exchange, 10_000);
    const timesMs = [1_500, 3_000, 4_500, 6_000, 7_500];
    expect(sent).toEqual(timesMs.map((timeMs) => [timeMs, "MISSION_COUNT"]));
    expect(exchange).toMatchObject({ outcome: { kind: "unanswered", attempts: 6 } });
  });

  test("[MV50] once items are asked for nothing is sent unasked, and the whole patience is waited", () => {
    // Patience of four times 100 ms, from the last request at 1 ms on.
    expect(ticked(afterAsking(0, 1), 400)).toMatchObject({
      exchange: { state: "sending" },
      sent: [],
    });
    const { exchange, sent } = ticked(afterAsking(0, 1), 500);
    expect(sent).toEqual([]);
    expect(exchange).toMatchObject({ outcome: { kind: "unanswered", attempts: 1 } });
  });

  test("[MV50] an item asked for again is given again", () => {
    const again = stepMissionUpload(afterAsking(0, 1, 2), asks(1), ms(2));
    expect(again.send).toMatchObject([{ name: "MISSION_ITEM_INT", seq: 1 }]);
  });

  test("[MV51] an item out of sequence is the vehicle's to ask for anew, not the end", () => {
    const invalid = acknowledges(MavMissionResult.INVALID_SEQUENCE);
    const upload = afterAsking(0);
    expect(stepMissionUpload(upload, invalid, ms(2))).toEqual({ exchange: upload, send: [] });
    // A clearing has no sequence.
    const clearing = startMissionClear(request, ms(0)).exchange;
    expect(stepMissionUpload(clearing, invalid, ms(2)).exchange).toMatchObject({
      outcome: { kind: "refused", result: MavMissionResult.INVALID_SEQUENCE },
    });
  });

  test("[MV55] a vehicle that asks without end is left", () => {
    let { exchange } = start();
    let sent = 0;
    for (let turn = 0; turn < 1_000; turn++) {
      const step = stepMissionUpload(exchange, asks(0), ms(turn));
      exchange = step.exchange;
      sent += step.send.length;
    }
    expect(sent).toBe(50);
    expect(exchange).toMatchObject({ outcome: { kind: "endless" } });
  });

  test("[MV53] clearing is one message and one acknowledgement", () => {
    const { exchange, send } = startMissionClear(request, ms(0));
    expect(send).toMatchObject([{ name: "MISSION_CLEAR_ALL", missionType }]);
    const done = stepMissionUpload(exchange, acknowledges(MavMissionResult.ACCEPTED), ms(1));
    expect(done.exchange).toMatchObject({ outcome: { kind: "accepted" } });
  });

  test("[MV53] an empty list is uploaded without any request", () => {
    const { exchange } = startMissionUpload(request, [], ms(0));
    const done = stepMissionUpload(exchange, acknowledges(MavMissionResult.ACCEPTED), ms(1));
    expect(done.exchange).toMatchObject({ outcome: { kind: "accepted" } });
  });
});

const counts = (count: number) => heard({ name: "MISSION_COUNT", ...toUs, count, opaqueId: 77 });
const gives = (seq: number, fields: object = {}) =>
  heard({ name: "MISSION_ITEM_INT", ...toUs, ...itemAt(seq), seq, ...fields });

describe("download", () => {
  const start = () => startMissionDownload(request, ms(0));
  const counted = (count: number) => stepMissionDownload(start().exchange, counts(count), ms(1));

  test("[MV52] it asks for the count, for each item in turn, and acknowledges", () => {
    expect(start().send).toMatchObject([{ name: "MISSION_REQUEST_LIST", missionType }]);
    let step = counted(2);
    expect(step.send).toMatchObject([{ name: "MISSION_REQUEST_INT", seq: 0 }]);
    step = stepMissionDownload(step.exchange, gives(0), ms(2));
    expect(step.send).toMatchObject([{ name: "MISSION_REQUEST_INT", seq: 1 }]);
    step = stepMissionDownload(step.exchange, gives(1), ms(3));
    expect(step.send).toMatchObject([{ name: "MISSION_ACK", type: MavMissionResult.ACCEPTED }]);
    expect(step.exchange).toMatchObject({
      outcome: { kind: "complete", items: [itemAt(0), itemAt(1)], opaqueId: 77 },
    });
  });

  test("[MV52] an empty list is complete at once", () => {
    expect(counted(0).exchange).toMatchObject({ outcome: { kind: "complete", items: [] } });
  });

  test.each([
    ["out of sequence", gives(1)],
    ["of another list", gives(0, { missionType: MavMissionType.MISSION })],
    ["for another station", gives(0, { targetSystem: 9 })],
    ["counted again", counts(9)],
  ])("[MV54] an item %s changes nothing", (_, event) => {
    const { exchange } = counted(2);
    expect(stepMissionDownload(exchange, event, ms(2))).toEqual({ exchange, send: [] });
  });

  test("[MV52] an item before the count changes nothing", () => {
    const { exchange } = start();
    expect(stepMissionDownload(exchange, gives(0), ms(1)).exchange).toBe(exchange);
  });

  test("[MV52] a refusal ends it", () => {
    const refusal = acknowledges(MavMissionResult.UNSUPPORTED);
    expect(stepMissionDownload(start().exchange, refusal, ms(1)).exchange).toMatchObject({
      outcome: { kind: "refused", result: MavMissionResult.UNSUPPORTED },
    });
  });

  test("[MV55] a list beyond the limit is refused, and the vehicle told", () => {
    const step = counted(missionItemsMax + 1);
    expect(step.exchange).toMatchObject({ outcome: { kind: "too-many" } });
    expect(step.send).toMatchObject([{ name: "MISSION_ACK", type: MavMissionResult.NO_SPACE }]);
  });

  test("[MV52] nobody answers: given up after four attempts", () => {
    let { exchange } = start();
    let sent = 1;
    for (let nowMs = 0; nowMs < 1_000; nowMs += 50) {
      const step = stepMissionDownload(exchange, tick, ms(nowMs));
      exchange = step.exchange;
      sent += step.send.length;
    }
    expect(sent).toBe(4);
    expect(exchange).toMatchObject({ outcome: { kind: "unanswered" } });
  });

  const usual = { self, target, missionType };

  test("[MV52] an item is asked for every 250 ms, six times, and the last time waited for longer", () => {
    const first = startMissionDownload(usual, ms(0)).exchange;
    let exchange = stepMissionDownload(first, counts(2), ms(100)).exchange;
    const timesMs: number[] = [];
    let endedAtMs = 0;
    for (let nowMs = 100; endedAtMs === 0; nowMs += 50) {
      const step = stepMissionDownload(exchange, tick, ms(nowMs));
      exchange = step.exchange;
      for (const _ of step.send) timesMs.push(nowMs);
      if (exchange.state === "ended") endedAtMs = nowMs;
    }
    expect(timesMs).toEqual([350, 600, 850, 1_100, 1_350]);
    expect(endedAtMs).toBe(2_850);
    expect(exchange).toMatchObject({ outcome: { kind: "unanswered", attempts: 6 } });
  });

  test.each([300, 1_000, 2_500])(
    "[MV52] a link that takes %i ms there and back is not too slow",
    (tripMs) => {
      const vehicle = createVehicle(items);
      let down = startMissionDownload(usual, ms(0));
      const underWay: { readonly atMs: number; readonly message: OutgoingMessage }[] = [];
      for (let nowMs = 0; nowMs < 60_000 && down.exchange.state !== "ended"; nowMs += 50) {
        const replies = down.send.flatMap(vehicle.hear);
        underWay.push(...replies.map((message) => ({ atMs: nowMs + tripMs, message })));
        const send: OutgoingMessage[] = [];
        const events = underWay
          .filter(({ atMs }) => atMs === nowMs)
          .map(({ message }) => heard(message));
        for (const event of [...events, tick]) {
          down = stepMissionDownload(down.exchange, event, ms(nowMs));
          send.push(...down.send);
        }
        down = { ...down, send };
      }
      expect(down.exchange).toMatchObject({ outcome: { kind: "complete", items } });
    },
  );
});

/** The vehicle's side of both transfers, as the guide draws it. */
function createVehicle(kept: readonly MissionItem[] = []) {
  let stored = kept;
  let incoming: { count: number; items: MissionItem[] } | undefined;
  const next = (transfer: { count: number; items: MissionItem[] }): OutgoingMessage => {
    const seq = transfer.items.length;
    if (seq < transfer.count) return { name: "MISSION_REQUEST_INT", ...toUs, seq };
    stored = transfer.items;
    return { name: "MISSION_ACK", ...toUs, type: MavMissionResult.ACCEPTED };
  };
  const hear = (message: OutgoingMessage): OutgoingMessage[] => {
    switch (message.name) {
      case "MISSION_COUNT":
        incoming = { count: message.count, items: [] };
        return [next(incoming)];
      case "MISSION_ITEM_INT": {
        if (incoming === undefined) return [];
        const { seq, x } = message;
        if (seq === incoming.items.length) incoming.items.push({ ...itemAt(seq), x });
        return [next(incoming)];
      }
      case "MISSION_REQUEST_LIST":
        return [{ name: "MISSION_COUNT", ...toUs, count: stored.length }];
      case "MISSION_REQUEST_INT":
        return [{ name: "MISSION_ITEM_INT", ...toUs, ...itemAt(message.seq), seq: message.seq }];
      default:
        return [];
    }
  };
  /** What it lacks is asked for again. */
  const askAgain = (): OutgoingMessage[] =>
    incoming === undefined || incoming.items.length === incoming.count ? [] : [next(incoming)];
  return { hear, askAgain, stored: () => stored };
}

const [newSeed = 0] = fc.sample(fc.nat(), 1);
test.each([1, 2, 3, newSeed])(
  "[MV50] [MV52] losses and doubles, seed %i: what arrives is whole",
  (seed) => {
    const random = createRandom(seed);
    const vehicle = createVehicle();
    const patience = { timeoutMs: 100, attemptsMax: 20 };
    let up = startMissionUpload({ ...request, patience }, items, ms(0));
    const arrives = <Message>(message: Message): Message[] =>
      random.chance(0.25) ? [] : random.chance(0.2) ? [message, message] : [message];
    const reply = (send: readonly OutgoingMessage[]) =>
      send.flatMap(arrives).flatMap(vehicle.hear).flatMap(arrives);
    let nowMs = 0;
    for (; nowMs < 60_000; nowMs += 20) {
      if (up.exchange.state === "ended") {
        if (up.exchange.outcome.kind === "accepted") break;
        // The acceptance itself was lost, which only another upload can tell.
        expect(up.exchange).toMatchObject({ outcome: { kind: "unanswered", attempts: 1 } });
        up = startMissionUpload({ ...request, patience }, items, ms(nowMs));
      }
      const again = nowMs % 200 === 0 ? vehicle.askAgain().flatMap(arrives) : [];
      const events = [...[...reply(up.send), ...again].map((message) => heard(message)), tick];
      const send: OutgoingMessage[] = [];
      for (const event of events) {
        up = stepMissionUpload(up.exchange, event, ms(nowMs));
        send.push(...up.send);
      }
      up = { ...up, send };
    }
    expect(up.exchange).toMatchObject({ outcome: { kind: "accepted" } });
    expect(vehicle.stored()).toEqual(items);
    let down = startMissionDownload({ ...request, patience }, ms(nowMs));
    for (; nowMs < 120_000 && down.exchange.state !== "ended"; nowMs += 20) {
      const events = [...reply(down.send).map((message) => heard(message)), tick];
      const send: OutgoingMessage[] = [];
      for (const event of events) {
        down = stepMissionDownload(down.exchange, event, ms(nowMs));
        send.push(...down.send);
      }
      down = { ...down, send };
    }
    expect(down.exchange).toMatchObject({ outcome: { kind: "complete", items } });
  },
);
