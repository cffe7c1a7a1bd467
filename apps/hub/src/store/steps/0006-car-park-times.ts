import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  // Of readings that were stored before this step nobody knows these two moments.
  `alter table car_park add column published_at timestamptz`,
  `alter table car_park add column received_at timestamptz`,
];

export const carParkTimes: Migration = {
  name: "0006-car-park-times",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
