import { MavCmd, MavFrame, MavMissionResult, type OutgoingMessage } from "@pista/mavlink";
import { frameFrom } from "@pista/mavlink/testing";
import { describe, expect, test } from "vitest";
import { PlanStore } from "./plan-store.ts";

const station = { systemId: 255, componentId: 190 };
const other = { systemId: 254, componentId: 190 };
const to = { targetSystem: 1, targetComponent: 1 };

/** A store, what it sent, and what changed. */
class Desk {
  readonly sent: OutgoingMessage[] = [];
  readonly changed: number[] = [];
  readonly store = new PlanStore({
    send: (message) => this.sent.push(message),
    changed: (type) => this.changed.push(type),
  });

  receive(message: OutgoingMessage, from = station, nowMs = 0): void {
    const { message: heard } = frameFrom(from, message);
    this.store.receive(heard, from, nowMs, (type, seq) => this.store.items(type)[seq]);
  }

  count(count: number, from = station, missionType = 0): void {
    this.receive({ name: "MISSION_COUNT", ...to, count, missionType }, from);
  }

  item(seq: number, from = station, command: number = MavCmd.NAV_WAYPOINT): void {
    this.receive(
      {
        name: "MISSION_ITEM_INT",
        ...to,
        seq,
        command,
        frame: MavFrame.GLOBAL_INT,
        ...{ current: 0, autocontinue: 1, param1: 0, param2: 0, param3: 0, param4: 0 },
        ...{ x: 450_300_000, y: 76_600_000, z: 250, missionType: 0 },
      },
      from,
    );
  }

  get last(): OutgoingMessage | undefined {
    return this.sent.at(-1);
  }
}

const ack = (type: number, missionType = 0) => ({ name: "MISSION_ACK", type, missionType });
const { ACCEPTED, DENIED, ERROR, INVALID_SEQUENCE, NO_SPACE, UNSUPPORTED } = MavMissionResult;

describe("a plan's upload", () => {
  test("asks for each item in order and accepts the whole", () => {
    const desk = new Desk();
    desk.count(2);
    expect(desk.last).toMatchObject({ name: "MISSION_REQUEST", seq: 0, targetSystem: 255 });
    desk.item(0);
    expect(desk.last).toMatchObject({ name: "MISSION_REQUEST", seq: 1 });
    expect(desk.changed).toEqual([]);
    desk.item(1);
    expect(desk.last).toMatchObject(ack(ACCEPTED));
    expect(desk.changed).toEqual([0]);
    expect(desk.store.items(0)).toHaveLength(2);
  });

  test("answers a repeated item by what was lost, and a skipped one by an error", () => {
    const desk = new Desk();
    desk.count(3);
    desk.item(0);
    desk.item(0);
    expect(desk.last).toMatchObject({ name: "MISSION_REQUEST", seq: 1 });
    desk.item(2);
    expect(desk.last).toMatchObject(ack(INVALID_SEQUENCE));
    desk.item(1);
    desk.item(2);
    desk.item(2);
    expect(desk.last).toMatchObject(ack(ACCEPTED));
    desk.item(2, other);
    expect(desk.last).toMatchObject(ack(ERROR));
  });

  test("belongs to who began it, who may begin again; nobody reads meanwhile", () => {
    const desk = new Desk();
    desk.count(2);
    desk.count(1, other);
    expect(desk.last).toMatchObject({ ...ack(DENIED), targetSystem: 254 });
    desk.item(0, other);
    expect(desk.last).toMatchObject(ack(DENIED));
    desk.receive({ name: "MISSION_REQUEST_LIST", ...to, missionType: 0 });
    expect(desk.last).toMatchObject(ack(DENIED));
    desk.receive({ name: "MISSION_CLEAR_ALL", ...to, missionType: 0 });
    expect(desk.last).toMatchObject(ack(ERROR));
    desk.count(1);
    desk.item(0);
    expect(desk.last).toMatchObject(ack(ACCEPTED));
  });

  test("is refused for what cannot be held, and the old list stays", () => {
    const desk = new Desk();
    desk.count(1);
    desk.item(0);
    desk.count(701);
    expect(desk.last).toMatchObject(ack(NO_SPACE));
    desk.count(2, station, 7);
    expect(desk.last).toMatchObject(ack(UNSUPPORTED, 7));
    desk.count(2);
    desk.item(0);
    desk.item(1, station, MavCmd.DO_SET_SERVO);
    expect(desk.last).toMatchObject(ack(UNSUPPORTED));
    expect(desk.store.items(0)).toHaveLength(1);
  });
});

describe("a stored plan", () => {
  test("is told item by item, and no item that is not there", () => {
    const desk = new Desk();
    desk.count(1);
    desk.item(0);
    desk.receive({ name: "MISSION_REQUEST_LIST", ...to, missionType: 0 });
    expect(desk.last).toMatchObject({ name: "MISSION_COUNT", count: 1 });
    desk.receive({ name: "MISSION_REQUEST_INT", ...to, seq: 0, missionType: 0 });
    expect(desk.last).toMatchObject({ name: "MISSION_ITEM_INT", seq: 0, x: 450_300_000 });
    desk.receive({ name: "MISSION_REQUEST_INT", ...to, seq: 1, missionType: 0 });
    expect(desk.last).toMatchObject(ack(ERROR));
  });

  test("is cleared alone or with all others", () => {
    const desk = new Desk();
    for (const missionType of [0, 255]) {
      desk.count(1);
      desk.item(0);
      desk.receive({ name: "MISSION_CLEAR_ALL", ...to, missionType });
      expect(desk.last).toMatchObject(ack(ACCEPTED, missionType));
      expect(desk.store.items(0)).toEqual([]);
    }
    desk.count(1);
    desk.item(0);
    desk.count(0);
    expect(desk.last).toMatchObject(ack(ACCEPTED));
    expect(desk.store.items(0)).toEqual([]);
  });
});
