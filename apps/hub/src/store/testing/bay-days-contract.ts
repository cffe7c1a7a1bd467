import { assetId, epochMs } from "@pista/kernel";
import { bayId } from "@pista/parking";
import type { Kysely } from "kysely";
import { expect, test } from "vitest";
import { readBayDays, readingsOfDayMax } from "../bay-days.ts";
import { createReportLog, type StoredReport } from "../report-log.ts";
import type { Tables } from "../tables.ts";
import { reportOf } from "./reports-contract.ts";

type Opened = () => { readonly db: Kysely<Tables> };

/** In the middle of a day of receipt, so that the day asked for lies in two of them. */
const startMs = Date.parse("2026-11-22T22:00:00.000Z");

/** What every store says of a bay's day. */
export function testBayDays(opened: Opened): void {
  test("[BS4] a bay's day is its changes, and how long it was heard, from its newest readings", async () => {
    const { db } = opened();
    const ofBay = (id: string, minutes: readonly number[], changes: Partial<StoredReport> = {}) =>
      minutes.map((minute, index) =>
        reportOf(index, {
          ...{ bayId: bayId(id), deviceId: assetId(`sensor-${id}`), ...changes },
          ...{ observedAtMs: epochMs(startMs + minute * 60_000) },
          ...{ receivedAtMs: epochMs(startMs + minute * 60_000 + 50) },
        }),
      );
    await createReportLog(db).insert([
      // Before the day, four readings of which three change, a silence of two hours, and after it.
      ...ofBay("turning", [-1, 0, 30, 60, 180, 240]),
      ...ofBay("steady", [0, 30], { state: "free" }),
      ...ofBay(
        "chatty",
        Array.from({ length: readingsOfDayMax + 10 }, (_, index) => index / 10),
      ),
      ...ofBay("unasked", [1, 2]),
    ]);
    const bayIds = ["turning", "steady", "chatty", "unheard"].map((id) => bayId(id));
    const day = { bayIds, fromMs: startMs, toMs: startMs + 240 * 60_000 };
    const found = await readBayDays(db, day);
    expect(new Map(found.map(({ bayId: id, ...rest }) => [id as string, rest]))).toEqual(
      new Map([
        ["turning", { changes: 3, heardMs: (30 + 30 + 95 + 60) * 60_000 }],
        ["steady", { changes: 0, heardMs: (30 + 95) * 60_000 }],
        ["chatty", { changes: readingsOfDayMax - 1, heardMs: (49.9 + 95) * 60_000 }],
      ]),
    );
  });
}
