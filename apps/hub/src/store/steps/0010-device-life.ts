import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  // An ended sensor stays for whoever reads its reports and the audit; its key and EUI are gone.
  `alter table asset add column ended_at timestamptz`,
  // Reports before it are another sensor's; null where nobody wrote it down.
  `alter table bay add column watched_since timestamptz`,
];

export const deviceLife: Migration = {
  name: "0010-device-life",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
