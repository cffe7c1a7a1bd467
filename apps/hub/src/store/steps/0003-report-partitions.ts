import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

/**
 * IN2: a repeat is one within 48 hours, so the key of a report is its own for two days and not for
 * ever. There is no unique key: one hub has the database and stores one batch after the other, so
 * it looks for repeats before it stores, and nothing can come in between.
 */
const reportStatements = [
  `alter table report rename to report_before`,
  `alter table report_before drop constraint report_pkey`,
  `drop index report_of_bay`,
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
    temperature_c real
  ) partition by range (received_at)`,
  `create index report_of_device on report (device_id, epoch, counter, digest)`,
  `create index report_of_bay on report (bay_id, observed_at, epoch, counter)`,
  `do $$ declare day date; begin
    for day in select distinct (received_at at time zone 'UTC')::date from report_before loop
      execute format('create table %I partition of report for values from (%L) to (%L)',
        'report_' || to_char(day, 'YYYY_MM_DD'), to_char(day, 'YYYY-MM-DD') || 'T00:00:00Z',
        to_char(day + 1, 'YYYY-MM-DD') || 'T00:00:00Z');
    end loop;
  end $$`,
  `insert into report (bay_id, device_id, organisation_id, epoch, counter, digest, state,
      observed_at, received_at, clock_ahead, battery_pct, rssi_dbm, temperature_c)
    select bay_id, device_id, organisation_id, epoch, counter, digest, state,
      observed_at, received_at, clock_ahead, battery_pct, rssi_dbm, temperature_c
    from report_before`,
  `drop table report_before`,
];

/** OC1, OC2: rows of the present hour are written again and again, so their pages keep room. */
const occupancyStatements = [
  `create table zone_occupancy (
    zone_id text not null,
    slot_at timestamptz not null,
    organisation_id text not null,
    free_ms bigint not null,
    occupied_ms bigint not null,
    primary key (zone_id, slot_at)
  ) with (fillfactor = 70)`,
  `insert into zone_occupancy
    with counted as (
      select distinct on (bay_id, observed_at, epoch, counter) bay_id, state, observed_at, epoch, counter
      from report where received_at - observed_at <= interval '24 hours'
      order by bay_id, observed_at, epoch, counter, received_at
    ), followed as (
      select bay_id, state, observed_at as from_at, lead(observed_at)
        over (partition by bay_id order by observed_at, epoch, counter) as next_at
      from counted
    ), held as (
      select bay_id, state, from_at,
        least(next_at, from_at + interval '95 minutes 1 millisecond') as to_at
      from followed where next_at is not null
    ), part as (
      select zone_id, slot_at, organisation_id, state, round(extract(epoch from
        least(to_at, slot_at + interval '5 minutes') - greatest(from_at, slot_at)) * 1000) as ms
      from held join bay on bay.id = bay_id cross join lateral generate_series(
        date_bin('5 minutes', from_at, '2000-01-01T00:00:00Z'), to_at, '5 minutes') as slot_at
    )
    select zone_id, slot_at, min(organisation_id),
      coalesce(sum(ms) filter (where state = 'free'), 0),
      coalesce(sum(ms) filter (where state = 'occupied'), 0)
    from part where ms > 0 group by zone_id, slot_at`,
];

export const reportPartitions: Migration = {
  name: "0003-report-partitions",
  up: async (transaction) => {
    for (const statement of [...reportStatements, ...occupancyStatements]) {
      await sql.raw(statement).execute(transaction);
    }
  },
};
