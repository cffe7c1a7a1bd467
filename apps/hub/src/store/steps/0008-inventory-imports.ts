import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  // An import that was decided and is not written to the end yet.
  `create table inventory_import (
    id text primary key,
    organisation_id text not null references organisation,
    is_decided boolean not null default false
  )`,
  `create table inventory_import_part (
    import_id text not null references inventory_import on delete cascade,
    part integer not null,
    steps text not null,
    primary key (import_id, part)
  )`,
];

export const inventoryImports: Migration = {
  name: "0008-inventory-imports",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
