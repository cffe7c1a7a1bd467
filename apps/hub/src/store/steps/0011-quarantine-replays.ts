import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

/** [IN6] An entry that was read again stays, so that whoever looks for it finds what became of it. */
export const quarantineReplays: Migration = {
  name: "0011-quarantine-replays",
  up: async (transaction) => {
    await sql.raw("alter table quarantine add column replayed_at timestamptz").execute(transaction);
  },
};
