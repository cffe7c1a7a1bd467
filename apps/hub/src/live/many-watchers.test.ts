import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { LiveEvent } from "@pista/contracts";
import { assetId, epochMs, ok, organisationId } from "@pista/kernel";
import { bayId, zoneId } from "@pista/parking";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { type BayBoard, createBayBoard } from "../projections/bay-board.ts";
import { systemClock } from "../system-clock.ts";
import { createLiveServer, type LiveServer } from "./live-server.ts";

/** In the west 300 bays that everybody watches, in the east many more that change all the time. */
const westBays = 300;
const eastBays = 4_000;
const westBox = [0, 44, 1, 46];
const eastBox = [9, 44, 11, 46];
const readers = 480;
const sleepers = 20;

let live: LiveServer;
let server: Server;
let board: BayBoard;
beforeAll(async () => {
  board = createBayBoard(systemClock);
  for (let number = 0; number < westBays + eastBays; number++) {
    const place = { lngDeg: number < westBays ? 0.5 : 10, latDeg: 45 };
    board.add(
      {
        ...{ bayId: bayId(`bay-${number}`), zoneId: zoneId("zone"), label: "" },
        ...{ organisationId: organisationId("city"), deviceId: undefined },
        kerb: [place, place],
      },
      undefined,
    );
  }
  const none = { snapshot: () => ok([]), listen: () => () => {} };
  const { states: snapshot, position, changes } = board;
  live = createLiveServer({
    clock: systemClock,
    identify: async () => ({ refusal: () => undefined }),
    sources: {
      bays: { snapshot, position, listen: changes.listen },
      ...{ "car-parks": none, drones: none, trials: none },
    },
  });
  server = createServer().on("upgrade", live.upgrade);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  live.close();
  server.closeAllConnections();
  server.close();
});

let counter = 0;
function report(from: number, count: number): void {
  counter += 1;
  const nowMs = systemClock.nowMs();
  board.apply(
    Array.from({ length: count }, (_, offset) => ({
      ...{ deviceId: assetId("sensor"), bayId: bayId(`bay-${from + offset}`), epoch: 0, counter },
      state: counter % 2 === 0 ? "free" : "occupied",
      ...{ observedAtMs: epochMs(nowMs), receivedAtMs: epochMs(nowMs), clockAhead: false },
    })),
  );
}

type Follower = { webSocket: WebSocket; seqs: number[]; agesMs: number[]; last: string };

/** Reading every change as JSON would make this test one of the parser: one in twenty does. */
async function follow(number: number, bbox: readonly number[]): Promise<Follower> {
  const { port } = server.address() as AddressInfo; // It listens on a port.
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}`);
  const follower: Follower = { webSocket, seqs: [], agesMs: [], last: "" };
  let hasBegun = (): void => {};
  const begun = new Promise<void>((resolve) => {
    hasBegun = resolve;
  });
  webSocket.on("message", (data) => {
    hasBegun();
    const text = data.toString();
    follower.last = text;
    follower.seqs.push(Number(/^{"id":\d+,"seq":(\d+),/.exec(text)?.[1]));
    if (number % 20 > 0) return;
    const event = JSON.parse(text) as LiveEvent<"bays">; // Our own server's.
    if (!("changes" in event)) return;
    const nowMs = systemClock.nowMs();
    for (const { observedAt } of event.changes) {
      follower.agesMs.push(nowMs - Date.parse(observedAt ?? ""));
    }
  });
  webSocket.on("error", () => {}); // Its close shows.
  await new Promise((resolve) => webSocket.once("open", resolve));
  webSocket.send(JSON.stringify({ op: "subscribe", id: 1, topic: "bays", bbox }));
  await begun;
  return follower;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("[LV6] of 500 watchers 20 stop reading: they are dropped, and the others miss nothing", async () => {
  const reading = await Promise.all(
    Array.from({ length: readers }, (_, number) => follow(number, westBox)),
  );
  const asleep = await Promise.all(
    Array.from({ length: sleepers }, (_, number) => follow(number, eastBox)),
  );
  expect(live.watcherCount()).toBe(readers + sleepers);
  for (const { webSocket } of asleep) webSocket.pause();

  let rounds = 0;
  for (; rounds < 40 || (live.watcherCount() > readers && rounds < 200); rounds++) {
    report((rounds * 50) % westBays, 50);
    report(westBays, eastBays);
    await pause(50);
  }
  expect(live.watcherCount()).toBe(readers);

  report(0, 1);
  const lastState = board.states(undefined);
  const first = lastState.ok ? lastState.value[0] : undefined;
  await vi.waitFor(
    () => {
      for (const { last } of reading) expect(last).toContain(`"observedAt":"${first?.observedAt}"`);
    },
    { timeout: 5_000 },
  );
  for (const { seqs } of reading) {
    expect(seqs.length).toBeGreaterThan(20);
    expect(seqs).toEqual(seqs.map((_, index) => index));
  }
  const ages = reading.flatMap(({ agesMs }) => agesMs).sort((a, b) => a - b);
  expect(ages.length).toBeGreaterThan(readers);
  // Far above what it takes (a tenth of it on a quiet machine), far below what a sleeper would cost.
  expect(ages[Math.floor(ages.length * 0.99)]).toBeLessThan(2_000);

  for (const { webSocket } of asleep) webSocket.terminate();
  const again = await follow(1, eastBox);
  report(westBays, 1);
  await vi.waitFor(() => expect(again.seqs).toEqual([0, 1]));
  for (const { webSocket } of [...reading, again]) webSocket.terminate();
}, 60_000);
