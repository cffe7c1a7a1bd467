import type { InventoryImport } from "@pista/contracts";
import {
  fail,
  type LngLat,
  type OrganisationId,
  ok,
  organisationId,
  type Result,
} from "@pista/kernel";
import {
  bayId,
  type Inventory,
  type InventoryChanges,
  type InventoryItem,
  type ItemKind,
  type ItemVersion,
  itemKinds,
  itemsOf,
  keyOf,
  nextVersions,
  parseInventory,
} from "@pista/parking";
import type { Asker } from "../http/asker.ts";
import type { Refusal } from "../http/problems.ts";
import { QueryError, sqlStates } from "../store/errors.ts";
import { readBays } from "../store/inventory.ts";
import {
  chunksOf,
  ItemJustChanged,
  itemsPerStatement,
  readInForce,
  readLatest,
  type StoredItem,
  writeVersions,
} from "../store/inventory-items.ts";
import { insertOrganisation } from "../store/people.ts";
import { readEvidence } from "../store/reports.ts";
import { actorOf, commitAudited, type HubContext } from "./context.ts";
import { cityOrganisation } from "./people.ts";

/**
 * What one request may hold and replace: its transaction keeps the embedded store for a second or
 * two, and no report is acknowledged meanwhile.
 */
export const importItemsMax = 20_000;
const changesTold = 200;

/** [IV1] An organisation's inventory, or what of it would change: all of it or none of it. */
export async function importInventory(
  context: HubContext,
  asker: Asker,
  document: unknown,
  options: { readonly isDryRun: boolean },
): Promise<Result<InventoryImport, Refusal>> {
  const parsed = parseInventory(document);
  if (!parsed.ok) return fail(unreadable(parsed.fault));
  const wanted = itemsOf(parsed.value);
  if (wanted.length > importItemsMax) return fail(tooLarge(`It holds ${wanted.length} items.`));
  const owner = organisationId(asker.person?.organisationId ?? cityOrganisation.organisationId);
  const latest = await readConcerned(context, owner, parsed.value, wanted);
  if (!latest.ok) return latest;
  const changes = nextVersions(latest.value, wanted, context.clock.nowMs());
  const report = reportOf(changes, options.isDryRun);
  if (options.isDryRun || report.added + report.changed + report.ended === 0) return ok(report);
  const { added, changed, ended, unchanged } = report;
  const line = {
    action: "inventory.import",
    subject: { kind: "organisation", id: owner },
    detail: { replaces: parsed.value.replaces, added, changed, ended, unchanged },
  };
  try {
    await commitAudited(context, actorOf(asker), line, async (transaction) => {
      await insertOrganisation(transaction, cityOrganisation);
      await writeVersions(transaction, owner, changes);
    });
  } catch (cause) {
    const isTaken = cause instanceof QueryError && cause.sqlState === sqlStates.uniqueViolation;
    if (!isTaken && !(cause instanceof ItemJustChanged)) throw cause;
    return fail({ kind: "version-conflict", detail: "Another import came between. Try again." });
  }
  await showBays(context, changes);
  return ok(report);
}

const unreadable = (faults: NonNullable<Refusal["faults"]>): Refusal => {
  const [first] = faults;
  const detail = `${faults.length} faults. ${first?.at}: ${first?.what}. ${first?.remedy}`;
  return { kind: "inventory-unreadable", detail, faults };
};

const tooLarge = (what: string): Refusal => ({
  kind: "body-too-large",
  detail: `${what} One request takes ${importItemsMax}: send whole zones, replacing "listed-zones".`,
});

/** The newest versions of what the document lists, and of what it stands in the place of. */
async function readConcerned(
  { db }: HubContext,
  owner: OrganisationId,
  { endedZoneIds, replaces, zones }: Inventory,
  wanted: readonly InventoryItem[],
): Promise<Result<readonly ItemVersion[], Refusal>> {
  const found = new Map<string, StoredItem>();
  const places =
    replaces === "everything"
      ? itemKinds.map((kind) => ({ kind, organisationId: owner }))
      : [...zones.map(({ zoneId }) => zoneId), ...endedZoneIds].flatMap((zoneId) =>
          (["zone", "bay", "curb-object"] as const).map((kind) => ({ kind, zoneId })),
        );
  for (const { kind, ...place } of places) {
    for (let after = ""; ; ) {
      const page = await readInForce(db, kind, { ...place, after, limit: itemsPerStatement });
      for (const item of page) found.set(keyOf(item), item);
      if (found.size > importItemsMax)
        return fail(tooLarge(`It replaces over ${found.size} items.`));
      after = page.at(-1)?.id ?? "";
      if (page.length < itemsPerStatement) break;
    }
  }
  for (const kind of itemKinds) {
    const ids = wanted.filter((item) => item.kind === kind).map(({ id }) => id);
    for (const chunk of chunksOf(ids)) {
      for (const item of await readLatest(db, kind, chunk)) found.set(keyOf(item), item);
    }
  }
  const foreign = [...found.values()].find((item) => item.organisationId !== owner);
  if (!foreign) return ok([...found.values()]);
  const detail = `${foreign.kind} ${foreign.id} belongs to ${foreign.organisationId}, not to ${owner}.`;
  return fail({ kind: "id-taken", detail });
}

function reportOf(changes: InventoryChanges, dryRun: boolean): InventoryImport {
  const told = [
    ...changes.added.map((item) => ({ change: "added" as const, item })),
    ...changes.changed.map(({ after }) => ({ change: "changed" as const, item: after })),
    ...changes.ended.map((item) => ({ change: "ended" as const, item })),
  ];
  return {
    dryRun,
    added: changes.added.length,
    changed: changes.changed.length,
    ended: changes.ended.length,
    unchanged: changes.unchanged,
    changes: told.slice(0, changesTold).map(({ change, item: { kind, id, version } }) => ({
      ...{ change, kind, id, version },
    })),
  };
}

/** [BS3] The board as a restart would load it. */
async function showBays({ bays, db }: HubContext, changes: InventoryChanges): Promise<void> {
  const isBay = ({ kind }: { kind: ItemKind }): boolean => kind === "bay";
  const ended = changes.ended.filter(isBay);
  const begun = [...changes.added, ...changes.changed.map(({ after }) => after)].filter(isBay);
  const placesOf = (items: readonly ItemVersion[]): readonly LngLat[] =>
    items.flatMap(({ id }) => bays.position(id) ?? []);
  const placesBefore = placesOf([...ended, ...begun]);
  for (const { id } of ended) bays.remove(bayId(id));
  for (const chunk of chunksOf(begun)) {
    const ids = chunk.map(({ id }) => bayId(id));
    const evidence = await readEvidence(db, ids);
    for (const bay of await readBays(db, ids)) bays.add(bay, evidence.get(bay.bayId));
  }
  bays.tellRedrawn([...placesBefore, ...placesOf(begun)]);
}
