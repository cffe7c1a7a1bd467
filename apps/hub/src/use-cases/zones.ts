import { type OccupancySlotView, occupancyDaysMax, type ZoneCountsView } from "@pista/contracts";
import { epochMs, fail, formatRfc3339, isId, ok, parseRfc3339, type Result } from "@pista/kernel";
import { bayStateAt, heldBy, slotAt, slotMs, slotsOf, type ZoneId } from "@pista/parking";
import type { Refusal } from "../http/problems.ts";
import { readOccupancy, readZone, readZones, type SlotSum } from "../store/zones.ts";
import type { HubContext } from "./context.ts";

const pageDefault = 200;

/** [BS2] Names from the store, page by page in the order of their ids; states from memory. */
export async function listZones(
  context: HubContext,
  { cursor, limit = pageDefault }: { cursor?: string; limit?: number },
): Promise<Result<{ items: ZoneCountsView[]; nextCursor: string | null }, Refusal>> {
  if (cursor !== undefined && !isId(cursor)) {
    return fail({ kind: "malformed-request", detail: "The cursor is not one of ours." });
  }
  const nowMs = context.clock.nowMs();
  const zones = await readZones(context.db, { after: cursor ?? "", limit });
  const views = new Map<ZoneId, ZoneCountsView>(
    zones.map(({ zoneId, name }) => [
      zoneId,
      { id: zoneId, name, bays: 0, free: 0, occupied: 0, unknown: 0 },
    ]),
  );
  for (const { bay, evidence } of context.bays.standings()) {
    const view = views.get(bay.zoneId);
    if (!view) continue;
    view.bays += 1;
    view[bayStateAt(evidence, nowMs).state] += 1;
  }
  const last = zones.length === limit ? zones.at(-1) : undefined;
  return ok({ items: [...views.values()], nextCursor: last?.zoneId ?? null });
}

const dayMs = 24 * 3_600_000;

type Occupancy = {
  zoneId: string;
  bays: number;
  slotMinutes: number;
  items: OccupancySlotView[];
};

/** [OC2] Slots that begin from `from` on and before `to`, as far as they are over. */
export async function readZoneOccupancy(
  context: HubContext,
  asked: { zoneId: string; from?: string | undefined; to?: string | undefined },
): Promise<Result<Occupancy, Refusal>> {
  const span = spanOf(asked, context.clock.nowMs());
  if (!span) {
    const detail = `from and to are RFC 3339 date-times, from before to, at most ${occupancyDaysMax} days apart.`;
    return fail({ kind: "malformed-request", detail });
  }
  const zone = await readZone(context.db, asked.zoneId);
  if (!zone) return fail({ kind: "not-found", detail: `There is no zone ${asked.zoneId}.` });
  const stored = await readOccupancy(context.db, { zoneId: zone.zoneId, ...span });
  // Nothing is awaited from here on, so that memory is as new as what was read.
  const { bays, open } = openSums(context, zone.zoneId);
  const items: OccupancySlotView[] = [];
  for (let atMs = span.fromMs; atMs < span.toMs; atMs += slotMs) {
    items.push(slotView(atMs, bays, [stored.get(atMs), open.get(atMs)]));
  }
  return ok({ zoneId: zone.zoneId, bays, slotMinutes: slotMs / 60_000, items });
}

/** Whole slots that are over, or undefined when it cannot be answered. */
function spanOf(
  asked: { from?: string | undefined; to?: string | undefined },
  nowMs: number,
): { fromMs: number; toMs: number } | undefined {
  const to = asked.to === undefined ? nowMs : parseRfc3339(asked.to);
  if (to === undefined) return undefined;
  const from = asked.from === undefined ? to - dayMs : parseRfc3339(asked.from);
  if (from === undefined || from > to || to - from > occupancyDaysMax * dayMs) return undefined;
  const firstSlotFrom = (atMs: number): number =>
    Math.min(Math.max(0, slotAt(atMs + slotMs - 1)), slotAt(nowMs));
  return { fromMs: firstSlotFrom(from), toMs: firstSlotFrom(to) };
}

/** [OC3] What the newest report of each bay holds, which is in no sum yet. */
function openSums(
  context: HubContext,
  zone: ZoneId,
): { bays: number; open: ReadonlyMap<number, SlotSum> } {
  const open = new Map<number, { freeMs: number; occupiedMs: number }>();
  let bays = 0;
  for (const { bay, evidence } of context.bays.standings()) {
    if (bay.zoneId !== zone) continue;
    bays += 1;
    if (!evidence) continue;
    const held = heldBy(evidence);
    for (const { slotAtMs, ms } of slotsOf(held)) {
      const sum = open.get(slotAtMs) ?? { freeMs: 0, occupiedMs: 0 };
      sum[held.state === "free" ? "freeMs" : "occupiedMs"] += ms;
      open.set(slotAtMs, sum);
    }
  }
  return { bays, open };
}

/** A mean of bays, or a share, as precise as anybody reads it. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function slotView(
  atMs: number,
  bays: number,
  sums: readonly (SlotSum | undefined)[],
): OccupancySlotView {
  const meanOf = (kind: keyof SlotSum): number =>
    // A late report of a bay that has moved takes from the zone where it is now.
    Math.max(0, sums.reduce((ms, sum) => ms + (sum?.[kind] ?? 0), 0) / slotMs);
  const [free, occupied] = [meanOf("freeMs"), meanOf("occupiedMs")];
  const known = free + occupied;
  const isKnown = known > 0;
  return {
    from: formatRfc3339(epochMs(atMs)),
    free: isKnown ? rounded(free) : null,
    occupied: isKnown ? rounded(occupied) : null,
    unknown: rounded(Math.max(0, bays - known)),
    occupiedShare: isKnown ? rounded(occupied / known) : null,
  };
}
