import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  `alter table lease add column is_awaited boolean not null default false`,
  // AU1, AU3: beside the lease in force there is at most one whose holder has yet to take over.
  `drop index lease_in_force`,
  `create unique index lease_in_force on lease (asset_id, is_awaited) where ended_at is null`,
];

export const handover: Migration = {
  name: "0007-handover",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
