import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

/** [IN6] What a codec needs to read a quarantined payload again; of those before, only the bytes are kept. */
export const quarantinedFrames: Migration = {
  name: "0009-quarantined-frames",
  up: async (transaction) => {
    await sql.raw("alter table quarantine add column frame jsonb").execute(transaction);
  },
};
