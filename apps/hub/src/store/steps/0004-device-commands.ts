import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  // The id is the order in which the device gets them. reason_code is what MQTT's PUBACK said.
  `create table device_command (
    id bigint generated always as identity primary key,
    device_id text not null references asset,
    organisation_id text not null references organisation,
    payload bytea not null check (octet_length(payload) between 1 and 1024),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    sent_at timestamptz,
    answered_at timestamptz,
    reason_code smallint
  )`,
  `create index device_command_of_device on device_command (device_id, id)`,
];

export const deviceCommands: Migration = {
  name: "0004-device-commands",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
