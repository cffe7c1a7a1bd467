import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  // A model never changes: devices that use it mean the same tomorrow. A correction is a new model.
  `create table device_model (
    id text primary key,
    organisation_id text not null references organisation,
    name text not null,
    codec text not null,
    mapping jsonb not null,
    created_at timestamptz not null
  )`,
  // One secret a trial: a new one replaces the old.
  `create table hook_secret (
    trial_id text primary key,
    organisation_id text not null references organisation,
    secret_hash bytea not null,
    created_at timestamptz not null
  )`,
  `alter table asset add column model_id text references device_model`,
  `alter table asset add column dev_eui text unique check (dev_eui ~ '^[0-9a-f]{16}$')`,
];

export const lorawan: Migration = {
  name: "0002-lorawan",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
