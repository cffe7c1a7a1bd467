import { sql } from "kysely";
import type { Migration } from "../migrations.ts";

const statements = [
  // IV5: a row is one version; all that ever changes in it is its end.
  `create table inventory_item (
    kind text not null check (kind in ('policy', 'area', 'zone', 'bay', 'curb-object', 'off-street')),
    id text not null,
    version integer not null,
    organisation_id text not null references organisation,
    zone_id text,
    body jsonb not null,
    valid_from timestamptz not null,
    valid_to timestamptz,
    primary key (kind, id, version)
  )`,
  `create unique index inventory_in_force on inventory_item (kind, id) where valid_to is null`,
  `create index inventory_of_organisation on inventory_item (organisation_id, kind, id)
    where valid_to is null`,
  `create index inventory_of_zone on inventory_item (zone_id, kind, id) where valid_to is null`,
  // Without it every zone that ends reads all bays, to see that none is left in it.
  `create index bay_of_zone on bay (zone_id)`,
  // What was there before there was an inventory is its first version, as far as it is known.
  `insert into inventory_item (kind, id, version, organisation_id, zone_id, body, valid_from)
    select 'zone', id, 1, organisation_id, id,
      jsonb_build_object('name', name, 'policyIds', '[]'::jsonb, 'areaIds', '[]'::jsonb), now()
    from zone`,
  `insert into inventory_item (kind, id, version, organisation_id, zone_id, body, valid_from)
    select 'bay', id, 1, organisation_id, zone_id,
      jsonb_build_object('zoneId', zone_id, 'label', label, 'kind', 'general',
        'policyIds', '[]'::jsonb, 'kerb', jsonb_build_array(
          jsonb_build_array(from_lng, from_lat), jsonb_build_array(to_lng, to_lat))), now()
    from bay`,
];

export const inventory: Migration = {
  name: "0005-inventory",
  up: async (transaction) => {
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
