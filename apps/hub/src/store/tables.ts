import type { ItemKind } from "@pista/parking";
import type { ColumnType, Generated } from "kysely";

/** Written as RFC 3339 text or a Date, read as a Date. */
type Instant = ColumnType<Date, Date | string, Date | string>;
type NullableInstant = ColumnType<Date | null, Date | string | null, Date | string | null>;
/** Written as JSON text, read as what it describes; whoever reads it parses it. */
type Json = ColumnType<unknown, string, string>;

/** The tables as the newest migration leaves them. */
export interface Tables {
  organisation: { id: string; name: string };
  person: {
    id: string;
    organisation_id: string;
    email: string;
    name: string;
    roles: string[];
    password_hash: string;
    created_at: Instant;
  };
  sign_in: { token_hash: Uint8Array; person_id: string; created_at: Instant; expires_at: Instant };
  api_key: {
    id: string;
    person_id: string;
    label: string;
    secret_hash: Uint8Array;
    created_at: Instant;
    last_used_at: NullableInstant;
  };
  site: { id: string; version: number; organisation_id: string; body: Json };
  trial: {
    id: string;
    version: number;
    organisation_id: string;
    state: string;
    body: Json;
    written_at: Instant;
  };
  asset: {
    id: string;
    organisation_id: string;
    kind: "drone" | "sensor";
    name: string;
    model: string;
    key_hash: Uint8Array | null;
    model_id: string | null;
    dev_eui: string | null;
    ended_at: NullableInstant;
  };
  device_model: {
    id: string;
    organisation_id: string;
    name: string;
    codec: string;
    mapping: Json;
    created_at: Instant;
  };
  device_command: {
    id: Generated<number>;
    device_id: string;
    organisation_id: string;
    payload: Uint8Array;
    created_at: Instant;
    expires_at: Instant;
    sent_at: NullableInstant;
    answered_at: NullableInstant;
    reason_code: number | null;
  };
  hook_secret: {
    trial_id: string;
    organisation_id: string;
    secret_hash: Uint8Array;
    created_at: Instant;
  };
  zone: { id: string; organisation_id: string; name: string };
  bay: {
    id: string;
    organisation_id: string;
    zone_id: string;
    label: string;
    from_lng: number;
    from_lat: number;
    to_lng: number;
    to_lat: number;
    device_id: string | null;
    watched_since: NullableInstant;
  };
  inventory_item: {
    kind: ItemKind;
    id: string;
    version: number;
    organisation_id: string;
    zone_id: string | null;
    body: Json;
    valid_from: Instant;
    valid_to: NullableInstant;
  };
  inventory_import: {
    id: string;
    organisation_id: string;
    is_decided: Generated<boolean>;
  };
  inventory_import_part: {
    import_id: string;
    part: number;
    steps: string;
  };
  car_park: {
    id: string;
    organisation_id: string;
    name: string;
    lng: number;
    lat: number;
    spaces: number;
    free_spaces: number | null;
    tendency: string;
    observed_at: Instant;
    published_at: Instant | null;
    received_at: Instant | null;
    source: string;
  };
  report: {
    bay_id: string;
    device_id: string;
    organisation_id: string;
    epoch: number;
    counter: number;
    digest: Uint8Array;
    state: "free" | "occupied";
    observed_at: Instant;
    received_at: Instant;
    clock_ahead: boolean;
    battery_pct: number | null;
    rssi_dbm: number | null;
    temperature_c: number | null;
  };
  bay_heard: { bay_id: string; day: number };
  zone_occupancy: {
    zone_id: string;
    slot_at: Instant;
    organisation_id: string;
    free_ms: number;
    occupied_ms: number;
  };
  quarantine: {
    id: Generated<number>;
    received_at: Instant;
    device_id: string | null;
    topic: string;
    cause: string;
    payload: Uint8Array;
    frame: ColumnType<unknown, string | null | undefined, string | null>;
    replayed_at: NullableInstant;
  };
  gateway: {
    id: string;
    asset_id: string;
    organisation_id: string;
    code_hash: Uint8Array | null;
    code_expires_at: NullableInstant;
    public_key: Uint8Array | null;
    enrolled_at: NullableInstant;
  };
  lease: {
    id: string;
    asset_id: string;
    organisation_id: string;
    trial_id: string;
    pilot_id: string;
    epoch: number;
    body: Json;
    granted_at: Instant;
    ended_at: NullableInstant;
    end_cause: string | null;
    is_awaited: boolean;
  };
  audit: {
    id: Generated<number>;
    at: Instant;
    actor_kind: string;
    actor_id: string | null;
    actor_name: string;
    action: string;
    subject_kind: string;
    subject_id: string;
    detail: Json;
  };
}
