import {
  assetId,
  createRandom,
  type EpochMs,
  epochMs,
  organisationId,
  type Random,
} from "@pista/kernel";
import { createManualClock, type ManualClock } from "@pista/kernel/testing";
import { bayId, dateReport, zoneId } from "@pista/parking";
import { Kysely, sql } from "kysely";
import { beforeEach, expect, test } from "vitest";
import { type BayBoard, createBayBoard } from "../../projections/bay-board.ts";
import { bindDevice, insertBays, readBays, releaseDevice } from "../inventory.ts";
import { createSqlDialect } from "../kysely-dialect.ts";
import { migrate } from "../migrations.ts";
import { insertOrganisation } from "../people.ts";
import { createReportLog, type StoredReport } from "../report-log.ts";
import { readEvidence } from "../reports.ts";
import { schemaSteps } from "../schema.ts";
import type { SqlConnections } from "../sql-connection.ts";
import type { Tables } from "../tables.ts";

type Opened = () => { readonly db: Kysely<Tables>; readonly store: SqlConnections };

const minuteMs = 60_000;
const city = organisationId("city");
const seeds = Array.from({ length: process.env.PISTA_TEST_LONG ? 100 : 6 }, (_, n) => n + 1);
const phaseCount = 10;

/** More bays than sensors: those that nobody has heard, and those to which a sensor moves. */
const bayIds = Array.from({ length: 6 }, (_, n) => bayId(`bay-${n}`));
const deviceIds = bayIds.slice(0, 4).map((_, n) => assetId(`sensor-${n}`));

type Sensor = { epoch: number; counter: number; clockErrorMs: number };

/** What a device said, each time that it reaches the hub. */
type Message = Pick<StoredReport, "deviceId" | "state" | "epoch" | "counter"> & {
  readonly saidAtMs: EpochMs;
  readonly dueMs: number;
};

/** [BS3] Whatever befalls sensors, reports and store, the live board is the one a restart shows. */
export function testSchedules(opened: Opened): void {
  beforeEach(async () => {
    await migrate(opened().db, schemaSteps);
    await insertOrganisation(opened().db, { organisationId: city, name: "C" });
    await sql`insert into zone values ('zone', 'city', 'Z')`.execute(opened().db);
    for (const id of deviceIds) {
      await sql`insert into asset (id, organisation_id, kind, name, model)
        values (${id}, 'city', 'sensor', 'S', 'M')`.execute(opened().db);
    }
    const kerb = [
      { lngDeg: 7.6, latDeg: 45 },
      { lngDeg: 7.6, latDeg: 45 },
    ] as const;
    const common = { zoneId: zoneId("zone"), organisationId: city, kerb };
    await insertBays(
      opened().db,
      bayIds.map((id, n) => {
        const watching = { deviceId: deviceIds[n], watchedSinceMs: undefined };
        return { ...common, ...watching, bayId: id, label: id };
      }),
    );
  });

  test.each(seeds)(
    "[BS3] [IN2] [IN3] seed %i: the live board equals the one rebuilt from the store",
    async (seed) => {
      const run = await ScheduleRun.begin(opened(), createRandom(seed));
      for (let phase = 0; phase < phaseCount; phase++) {
        await run.live();
        const rebuilt = await run.rebuild();
        expect(viewOf(run.board)).toEqual(viewOf(rebuilt));
      }
      // A schedule in which nothing befell anybody would show nothing.
      expect(run.failures).toBeGreaterThan(0);
      expect(viewOf(run.board).standings.filter(({ evidence }) => evidence).length).toBeGreaterThan(
        2,
      );
    },
    60_000,
  );
}

const viewOf = (board: BayBoard) => ({
  shown: board.list(undefined),
  standings: [...board.standings()].map(({ bay, evidence }) => ({
    ...{ bay, evidence },
    lastReportAt: bay.deviceId && board.lastReportAt(bay.deviceId),
  })),
});

class ScheduleRun {
  board: BayBoard;
  failures = 0;
  readonly #db: Kysely<Tables>;
  /** The database of the report log alone, whose statements fail. */
  readonly #failing: Kysely<Tables>;
  readonly #random: Random;
  readonly #clock: ManualClock = createManualClock(Date.parse("2026-11-22T18:00:00Z"));
  readonly #sensors = new Map(deviceIds.map((id) => [id, newSensor()]));
  #failNext = false;
  #log: ReturnType<typeof createReportLog>;
  #messages: Message[] = [];

  static async begin({ db, store }: ReturnType<Opened>, random: Random): Promise<ScheduleRun> {
    const run = new ScheduleRun(db, store, random);
    run.board = await run.rebuild();
    return run;
  }

  private constructor(db: Kysely<Tables>, store: SqlConnections, random: Random) {
    this.#db = db;
    this.#random = random;
    this.#failing = new Kysely({ dialect: createSqlDialect(this.#withFailures(store)) });
    this.#log = createReportLog(this.#failing);
    this.board = createBayBoard(this.#clock);
  }

  /** A phase: sensors speak, are moved and restart, the hub too, and what is due is taken in. */
  async live(): Promise<void> {
    const random = this.#random;
    const lengthMs = random.chance(0.3) ? random.integer(1_800 * minuteMs) : 40 * minuteMs;
    for (const [deviceId, sensor] of this.#sensors) this.#speak(deviceId, sensor, lengthMs);
    const endMs = this.#clock.nowMs() + lengthMs;
    const due = this.#messages.filter(({ dueMs }) => dueMs <= endMs);
    this.#messages = this.#messages.filter(({ dueMs }) => dueMs > endMs);
    due.sort((a, b) => a.dueMs - b.dueMs);
    while (due.length > 0) {
      const batch = due.splice(0, 1 + random.integer(8));
      this.#clock.advance(Math.max(0, (batch.at(-1)?.dueMs ?? 0) - this.#clock.nowMs()));
      await this.#takeIn(batch);
      if (random.chance(0.15)) await this.#move();
      if (random.chance(0.1)) this.#log = createReportLog(this.#failing);
    }
    this.#clock.advance(endMs - this.#clock.nowMs());
    if (random.chance(0.2)) this.board = await this.rebuild();
  }

  async rebuild(): Promise<BayBoard> {
    const board = createBayBoard(this.#clock);
    const bays = await readBays(this.#db);
    const evidence = await readEvidence(this.#db, bayIds);
    for (const bay of bays) board.add(bay, evidence.get(bay.bayId));
    return board;
  }

  #speak(deviceId: Message["deviceId"], sensor: Sensor, lengthMs: number): void {
    const random = this.#random;
    // A phase without a word is long silence, and one with many is a sensor that flaps.
    for (let words = random.integer(9); words > 0; words--) {
      if (random.chance(0.1)) [sensor.epoch, sensor.counter] = [sensor.epoch + 1, 0];
      if (random.chance(0.1)) sensor.counter = 0;
      if (random.chance(0.1)) sensor.clockErrorMs = random.between(-1_600, 600) * minuteMs;
      if (random.chance(0.2)) sensor.clockErrorMs = 0;
      const atMs = this.#clock.nowMs() + random.integer(lengthMs);
      const said = {
        ...{ deviceId, epoch: sensor.epoch, counter: sensor.counter++ },
        state: random.chance(0.5) ? ("free" as const) : ("occupied" as const),
        saidAtMs: epochMs(Math.floor(atMs + sensor.clockErrorMs)),
      };
      for (let times = random.chance(0.3) ? 3 : 1; times > 0; times--) {
        const boundMs = [2_000, 2_000, 90 * minuteMs, 1_600 * minuteMs][random.integer(4)] ?? 0;
        this.#messages.push({ ...said, dueMs: atMs + random.integer(boundMs) });
      }
    }
  }

  /** [IN1] A device that gets no acknowledgement says it again, and by then it is later. */
  async #takeIn(batch: readonly Message[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      this.#failNext = attempt === 0 && this.#random.chance(0.25);
      const reports = batch.flatMap((message) => this.#reportOf(message) ?? []);
      try {
        this.board.apply(await this.#log.insert(reports));
        this.#failNext = false;
        return;
      } catch (cause) {
        if (!(cause instanceof InjectedFailure)) throw cause;
        this.failures += 1;
        this.#clock.advance(1 + this.#random.integer(3 * minuteMs));
      }
    }
  }

  #reportOf({ saidAtMs, dueMs: _, ...said }: Message): StoredReport | undefined {
    const bay = this.board.bayOf(said.deviceId);
    if (!bay) return undefined;
    const receivedAtMs = this.#clock.nowMs();
    const digest = Buffer.alloc(8);
    digest.writeDoubleBE(saidAtMs * 2 + (said.state === "free" ? 0 : 1));
    return {
      ...{ ...said, bayId: bay.bayId, zoneId: bay.zoneId, organisationId: city, receivedAtMs },
      ...{
        ...dateReport({ observedAtMs: saidAtMs, receivedAtMs }),
        digest: Uint8Array.from(digest),
      },
    };
  }

  async #move(): Promise<void> {
    const deviceId = deviceIds[this.#random.integer(deviceIds.length)] ?? assetId("none");
    const free = bayIds.filter((id) => !this.board.bay(id)?.deviceId);
    const target = free[this.#random.integer(free.length)] ?? bayId("none");
    const atMs = this.#clock.nowMs();
    await releaseDevice(this.#db, deviceId);
    this.board.release(deviceId);
    expect(await bindDevice(this.#db, { bayId: target, deviceId, atMs })).toBe(true);
    this.board.bind(target, deviceId, atMs);
  }

  /** A statement fails before it is carried out, or its answer is lost after it was. */
  #withFailures(store: SqlConnections): SqlConnections {
    return {
      reserve: async () => {
        const connection = await store.reserve();
        return {
          release: connection.release,
          query: async (statement, parameters) => {
            const fails = this.#failNext && this.#random.chance(0.5);
            if (fails) this.#failNext = false;
            const isDone = fails && this.#random.chance(0.5);
            const result =
              fails && !isDone ? undefined : await connection.query(statement, parameters);
            if (fails || !result) throw new InjectedFailure();
            return result;
          },
        };
      },
    };
  }
}

class InjectedFailure extends Error {}

const newSensor = (): Sensor => ({ epoch: 0, counter: 0, clockErrorMs: 0 });
