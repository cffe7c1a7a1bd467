import {
  type BayDay,
  type BayId,
  bayId,
  clockAheadMsMax,
  latenessMsMax,
  silenceMsMax,
} from "@pista/parking";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * Bays asked about in one statement, and readings of each that it looks at: the newest. With them a
 * statement stays short whatever the sensors do; on the embedded store intake waits for it. A day
 * of a sound sensor has about a hundred readings.
 */
export const bayDaysMax = 8;
export const readingsOfDayMax = 500;

/**
 * [BS4] What the stored reports of some bays amount to over a day; those without any are left out.
 * Rows are compared as the index has them, so that it is read from its newest end and left at the
 * limit: asked by columns, the planner collects and sorts all that a chatty sensor ever said.
 */
export async function readBayDays(
  db: Kysely<Tables>,
  day: { readonly bayIds: readonly BayId[]; readonly fromMs: number; readonly toMs: number },
): Promise<readonly BayDay[]> {
  const [from, to] = [new Date(day.fromMs), new Date(day.toMs)];
  // IN3: days of receipt before this one hold nothing that was observed so late.
  const received = new Date(day.fromMs - clockAheadMsMax);
  const { rows } = await sql<{ bay_id: string; changes: number; heard_ms: number }>`
    select bay_id,
      (count(*) filter (where state <> state_before))::integer as changes,
      sum(least(extract(epoch from next_at - observed_at)::double precision * 1000,
        ${silenceMsMax}::double precision)) as heard_ms
    from (
      select newest.*,
        lag(state) over in_order as state_before,
        lead(observed_at, 1, ${to}::timestamptz) over in_order as next_at
      from json_array_elements_text(${JSON.stringify(day.bayIds)}::json) as asked (id)
      cross join lateral (
        select bay_id, state, observed_at, epoch, counter
        from report
        where (bay_id, observed_at) >= (asked.id, ${from}::timestamptz)
          and (bay_id, observed_at) < (asked.id, ${to}::timestamptz)
          and received_at >= ${received}::timestamptz
          and received_at - observed_at <= ${latenessMsMax} * interval '1 millisecond'
        order by bay_id desc, observed_at desc, epoch desc, counter desc
        limit ${readingsOfDayMax}
      ) as newest
      window in_order as (partition by bay_id order by observed_at, epoch, counter)
    ) as readings
    group by bay_id`.execute(db);
  return rows.map((row) => ({
    bayId: bayId(row.bay_id),
    changes: row.changes,
    heardMs: row.heard_ms,
  }));
}
