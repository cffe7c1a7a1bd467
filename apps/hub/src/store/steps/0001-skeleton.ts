import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  `create table organisation (
    id text primary key,
    name text not null
  )`,
  `create table person (
    id text primary key,
    organisation_id text not null references organisation,
    email text not null,
    name text not null,
    roles text[] not null,
    password_hash text not null,
    created_at timestamptz not null
  )`,
  // An address is one person's, however it is written.
  `create unique index person_email on person (lower(email))`,
  `create table sign_in (
    token_hash bytea primary key,
    person_id text not null references person on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  `create table api_key (
    id text primary key,
    person_id text not null references person on delete cascade,
    label text not null,
    secret_hash bytea not null unique,
    created_at timestamptz not null,
    last_used_at timestamptz
  )`,
  `create table site (
    id text not null,
    version integer not null,
    organisation_id text not null references organisation,
    body jsonb not null,
    primary key (id, version)
  )`,
  // Versions are added and never changed: the newest is the trial as it stands.
  `create table trial (
    id text not null,
    version integer not null,
    organisation_id text not null references organisation,
    state text not null,
    body jsonb not null,
    written_at timestamptz not null,
    primary key (id, version)
  )`,
  `create table asset (
    id text primary key,
    organisation_id text not null references organisation,
    kind text not null check (kind in ('drone', 'sensor')),
    name text not null,
    model text not null,
    key_hash bytea
  )`,
  `create table zone (
    id text primary key,
    organisation_id text not null references organisation,
    name text not null
  )`,
  `create table bay (
    id text primary key,
    organisation_id text not null references organisation,
    zone_id text not null references zone,
    label text not null,
    from_lng double precision not null,
    from_lat double precision not null,
    to_lng double precision not null,
    to_lat double precision not null,
    device_id text unique references asset
  )`,
  `create table car_park (
    id text primary key,
    organisation_id text not null references organisation,
    name text not null,
    lng double precision not null,
    lat double precision not null,
    spaces integer not null,
    free_spaces integer,
    tendency text not null,
    observed_at timestamptz not null,
    source text not null
  )`,
  // IN2: the same report again meets its own key. The digest is of the payload's bytes.
  `create table report (
    bay_id text not null,
    device_id text not null,
    organisation_id text not null,
    epoch bigint not null,
    counter bigint not null,
    digest bytea not null,
    state text not null,
    observed_at timestamptz not null,
    received_at timestamptz not null,
    clock_ahead boolean not null,
    battery_pct real,
    rssi_dbm real,
    temperature_c real,
    primary key (device_id, epoch, counter, digest)
  )`,
  `create index report_of_bay on report (bay_id, observed_at, epoch, counter)`,
  `create table quarantine (
    id bigint generated always as identity primary key,
    received_at timestamptz not null,
    device_id text,
    topic text not null,
    cause text not null,
    payload bytea not null
  )`,
  `create table gateway (
    id text primary key,
    asset_id text not null unique references asset,
    organisation_id text not null references organisation,
    code_hash bytea,
    code_expires_at timestamptz,
    public_key bytea,
    enrolled_at timestamptz
  )`,
  // AU1, AU7: an epoch is one lease's and is taken before the lease is sent.
  `create table lease (
    id text primary key,
    asset_id text not null references asset,
    organisation_id text not null,
    trial_id text not null,
    pilot_id text not null,
    epoch bigint not null,
    body jsonb not null,
    granted_at timestamptz not null,
    ended_at timestamptz,
    end_cause text,
    unique (asset_id, epoch)
  )`,
  `create unique index lease_in_force on lease (asset_id) where ended_at is null`,
  `create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor_kind text not null,
    actor_id text,
    actor_name text not null,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    detail jsonb not null
  )`,
];

export const skeleton: Migration = {
  name: "0001-skeleton",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
