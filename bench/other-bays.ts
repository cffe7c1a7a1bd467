import { assetId, epochMs } from "@pista/kernel";
import { bayId } from "@pista/parking";
import type { BayBoard } from "../apps/hub/src/projections/bay-board.ts";
import type { SqlConnections } from "../apps/hub/src/store/sql-connection.ts";
import { benchCity } from "./bench-city.ts";

/** Bays of the bench's city that have no sensor: rows of the store, from which the hub starts. */
export async function insertOtherBays(database: SqlConnections, count: number): Promise<void> {
  const { westDeg, southDeg, stepLngDeg, stepLatDeg } = benchCity;
  const columns = Math.ceil(Math.sqrt(count));
  const chunk = 50_000;
  const connection = await database.reserve();
  for (let from = 0; from < count; from += chunk) {
    const to = Math.min(from + chunk, count) - 1;
    await connection.query(
      `insert into bay (id, organisation_id, zone_id, label, from_lng, from_lat, to_lng, to_lat)
      select 'other-bay-' || n, 'bench', 'bench', 'Via del Banco ' || n, lng, lat, lng, lat
      from (
        select n, ${westDeg} + (n % ${columns}) * ${stepLngDeg} as lng,
          ${southDeg} + (n / ${columns}) * ${stepLatDeg} as lat
        from generate_series(${from}, ${to}) as n) as lattice`,
      [],
    );
  }
  connection.release();
}

/** What these bays last said, put into the board directly: a million reports would take minutes. */
export function reportOfOthers(bays: BayBoard, { count, nowMs }: { count: number; nowMs: number }) {
  const chunk = 10_000;
  for (let from = 0; from < count; from += chunk) {
    const length = Math.min(chunk, count - from);
    const reports = Array.from({ length }, (_, offset) => ({
      deviceId: assetId("none"),
      bayId: bayId(`other-bay-${from + offset}`),
      counter: 0,
      epoch: 0,
      state: offset % 3 === 0 ? ("free" as const) : ("occupied" as const),
      // Spread over the last hour, as a city's are.
      observedAtMs: epochMs(nowMs - ((from + offset) % 3_600) * 1_000),
      receivedAtMs: epochMs(nowMs),
      clockAhead: false,
    }));
    bays.apply(reports);
  }
}
