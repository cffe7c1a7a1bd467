import {
  MavAutopilot,
  MavLandedState,
  MavResult,
  Px4MainMode,
  px4CustomMode,
} from "@pista/mavlink";
import { describe, expect, test } from "vitest";
import { AutopilotBench as Bench } from "../testing/autopilot-bench.ts";

const positionMode = px4CustomMode(Px4MainMode.POSCTL);

describe("what it is asked to send", () => {
  test("single messages, and groups of them where it does not know those", () => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
    bench.result = () => MavResult.UNSUPPORTED;
    bench.run(1_000);
    const streams = bench.sent.flatMap((one) =>
      one.name === "REQUEST_DATA_STREAM" ? [[one.reqStreamId, one.reqMessageRate]] : [],
    );
    expect(streams).toEqual([
      [6, 50],
      [10, 50],
      [2, 5],
    ]);
    const other = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
    // Whether it has landed shows elsewhere too; groups would bring much that nobody reads.
    other.result = (_command, messageId) =>
      messageId === 245 ? MavResult.UNSUPPORTED : MavResult.ACCEPTED;
    other.run(1_000);
    expect(other.sent.map(({ name }) => name)).not.toContain("REQUEST_DATA_STREAM");
  });

  test("groups of them of one that says nothing to the command; a lost answer is no such silence", () => {
    const asksForGroups = (isUnanswered: (messageId: number) => boolean): boolean => {
      const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
      bench.unanswered = (_command, messageId) => isUnanswered(messageId);
      bench.run(6_000);
      return bench.sent.some(({ name }) => name === "REQUEST_DATA_STREAM");
    };
    expect(asksForGroups(() => true)).toBe(true);
    expect(asksForGroups((messageId) => messageId === 32)).toBe(false);
    expect(asksForGroups((messageId) => messageId === 245 || messageId === 1)).toBe(false);
  });

  /** How often it is asked for anything, by what it goes on to send: a period for each message. */
  function askedWhile(kind: MavAutopilot, periodsMs: Readonly<Record<string, number>>): number {
    const bench = new Bench(kind, kind === MavAutopilot.PX4 ? positionMode : 0);
    bench.run(1_000);
    bench.sent.length = 0;
    const say: Readonly<Record<string, () => void>> = {
      position: () => bench.position(0),
      attitude: () => bench.attitude(),
      landed: () => bench.landed(MavLandedState.ON_GROUND),
      mode: () => bench.mode(bench.customMode),
      other: () => bench.others(),
    };
    for (let ms = 0; ms < 12_000; ms += 20) {
      for (const [what, periodMs] of Object.entries(periodsMs)) {
        if (ms % periodMs === 0) say[what]?.();
      }
      bench.run(20);
    }
    return bench.sent.filter((one) => one.name === "COMMAND_LONG").length;
  }
  const enough = { attitude: 20, position: 20, landed: 200, mode: 500, other: 200 } as const;

  test("[LG11] it is asked once, as long as all of it comes", () => {
    expect(askedWhile(MavAutopilot.ARDUPILOTMEGA, enough)).toBe(0);
    expect(askedWhile(MavAutopilot.PX4, enough)).toBe(0);
  });

  test.each([
    ["[LG11] positions and headings", { attitude: 240, position: 240 }],
    ["[LG11] headings alone, without which a position is none", { attitude: 1_000 }],
    ["[LG11] positions alone", { position: 240 }],
    ["[LG2] whether it has landed", { landed: 2_000 }],
  ])("%s are asked for again where another station turned them down", (_, rarely) => {
    expect(askedWhile(MavAutopilot.ARDUPILOTMEGA, { ...enough, ...rarely })).toBeGreaterThan(0);
  });

  test("[AU4] PX4's mode is asked for again where another station turned it down", () => {
    expect(askedWhile(MavAutopilot.PX4, { ...enough, mode: 3_000 })).toBeGreaterThan(0);
    // ArduPilot tells its mode by the heartbeat.
    expect(askedWhile(MavAutopilot.ARDUPILOTMEGA, { ...enough, mode: 30_000 })).toBe(0);
  });

  test("[LG11] headings that cease in flight are asked for before the guard lands it for want of them", () => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 4);
    for (let ms = 0; ms < 2_000; ms += 20) {
      bench.at(1);
      bench.run(20);
    }
    bench.sent.length = 0;
    for (let ms = 0; ms < 600; ms += 20) {
      bench.position(1);
      bench.run(20);
    }
    const asked = bench.sent.flatMap((one) => (one.name === "COMMAND_LONG" ? [one.param1] : []));
    expect(asked).toContain(30);
  });

  test("what it will not send it is not asked for again", () => {
    const bench = new Bench(MavAutopilot.ARDUPILOTMEGA, 0);
    bench.result = (_command, messageId) =>
      messageId === 245 ? MavResult.UNSUPPORTED : MavResult.ACCEPTED;
    bench.run(1_000);
    bench.sent.length = 0;
    for (let ms = 0; ms < 12_000; ms += 20) {
      bench.at(1);
      if (ms % 200 === 0) bench.others();
      bench.run(20);
    }
    expect(bench.sent.filter((one) => one.name === "COMMAND_LONG")).toEqual([]);
  });
});
