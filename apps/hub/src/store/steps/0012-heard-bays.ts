import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  // The newest UTC day, counted from 1970, whose table may hold a report that counts for the bay.
  // A row changes once a day: no index on the day, and room in the page, keep that change in place.
  `create table bay_heard (
    bay_id text primary key,
    day integer not null
  ) with (fillfactor = 70)`,
  `insert into bay_heard
    select bay_id, floor(extract(epoch from max(received_at)) / 86400) from report group by bay_id`,
];

/** [BS3] Tells in one question which days' tables hold nothing of a bay, so that nobody asks them. */
export const heardBays: Migration = {
  name: "0012-heard-bays",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
