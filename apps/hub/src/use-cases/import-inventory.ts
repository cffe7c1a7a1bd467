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
import { readBays } from "../store/inventory.ts";
import {
  decideImport,
  dropUndecidedImports,
  itemsOfSteps,
  readDecidedImports,
  type StagedImport,
  stageImport,
  writeNextPart,
} from "../store/inventory-imports.ts";
import {
  chunksOf,
  itemsPerStatement,
  readInForce,
  readLatest,
  type StoredItem,
  stepsOf,
  type VersionStep,
} from "../store/inventory-items.ts";
import { insertOrganisation } from "../store/people.ts";
import { readEvidence } from "../store/reports.ts";
import { actorOf, commitAudited, type HubContext, newId } from "./context.ts";
import { cityOrganisation } from "./people.ts";

/** What one request may hold and replace. To read so many takes the hub a fifth of a second. */
export const importItemsMax = 10_000;
/** Imports that wait for the one that is being written. */
const waitingMax = 4;
const changesTold = 200;

export type InventoryImports = {
  /** [IV1] An organisation's inventory, or what of it would change: all of it or none of it. */
  run(
    asker: Asker,
    document: unknown,
    options: { readonly isDryRun: boolean },
  ): Promise<Result<InventoryImport, Refusal>>;
  /** Writes to the end what was decided and cut off, and shows it. */
  finish(): Promise<void>;
};

/** One import after the other: each reads what the one before has written. */
export function createInventoryImports(context: HubContext): InventoryImports {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const inTurn = <Outcome>(work: () => Promise<Outcome>): Promise<Outcome> => {
    waiting += 1;
    const done = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = done.catch(() => undefined); // Its own caller is told; the next one begins all the same.
    return done;
  };
  /** What is written and not shown yet, because the store went away in between. */
  const unshown: VersionStep[] = [];
  const writeOut = async (decided: StagedImport): Promise<void> => {
    for (;;) {
      const steps = await writeNextPart(context.db, decided);
      if (!steps) break;
      unshown.push(...steps);
    }
    // A sensor that comes or goes between what is read here and what is shown would be shown wrongly.
    await context.turns.take(() => showBays(context, unshown));
    unshown.length = 0;
  };
  /** What an import before has left behind, because the store failed under it. */
  const settle = async (): Promise<void> => {
    await dropUndecidedImports(context.db);
    for (const decided of await readDecidedImports(context.db)) await writeOut(decided);
  };
  return {
    async run(asker, document, { isDryRun }) {
      const parsed = parseInventory(document);
      if (!parsed.ok) return fail(unreadable(parsed.fault));
      const wanted = itemsOf(parsed.value);
      if (wanted.length > importItemsMax) return fail(tooLarge(`It holds ${wanted.length} items.`));
      if (waiting > waitingMax) return fail(busy);
      return inTurn(async () => {
        await settle();
        const planned = await planImport(context, asker, parsed.value, wanted);
        if (!planned.ok) return planned;
        const { changes, owner } = planned.value;
        const report = reportOf(changes, isDryRun);
        if (isDryRun || report.added + report.changed + report.ended === 0) return ok(report);
        const decided = await decide(context, asker, owner, changes, parsed.value.replaces);
        await writeOut(decided);
        return ok(report);
      });
    },
    finish: () => inTurn(settle),
  };
}

type Plan = { readonly owner: OrganisationId; readonly changes: InventoryChanges };

async function planImport(
  context: HubContext,
  asker: Asker,
  inventory: Inventory,
  wanted: readonly InventoryItem[],
): Promise<Result<Plan, Refusal>> {
  const owner = organisationId(asker.person?.organisationId ?? cityOrganisation.organisationId);
  const latest = await readConcerned(context, owner, inventory, wanted);
  if (!latest.ok) return latest;
  return ok({ owner, changes: nextVersions(latest.value, wanted, context.clock.nowMs()) });
}

/** Lays the import down; after the commit of its audit line it happens, whatever else does. */
async function decide(
  context: HubContext,
  asker: Asker,
  owner: OrganisationId,
  changes: InventoryChanges,
  replaces: Inventory["replaces"],
): Promise<StagedImport> {
  const staged: StagedImport = { id: newId(context, "import"), owner };
  await insertOrganisation(context.db, cityOrganisation);
  await stageImport(context.db, staged, stepsOf(changes));
  const { added, changed, ended, unchanged } = reportOf(changes, false);
  const line = {
    action: "inventory.import",
    subject: { kind: "organisation", id: owner },
    detail: { replaces, added, changed, ended, unchanged },
  };
  await commitAudited(context, actorOf(asker), line, (transaction) =>
    decideImport(transaction, staged.id),
  );
  return staged;
}

/** At the start, before the boards are loaded: what a crash left half done is done, or was never. */
export async function finishImports(db: HubContext["db"]): Promise<void> {
  await dropUndecidedImports(db);
  for (const decided of await readDecidedImports(db)) {
    while (await writeNextPart(db, decided));
  }
}

const busy: Refusal = {
  kind: "too-many-requests",
  detail: "Other imports are waiting. Try again when they are done.",
};

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
async function showBays({ bays, db }: HubContext, steps: readonly VersionStep[]): Promise<void> {
  const isBay = ({ kind }: { kind: ItemKind }): boolean => kind === "bay";
  const { begun, gone } = itemsOfSteps(steps);
  const begunBays = begun.filter(isBay);
  const goneBays = gone.filter(isBay);
  const placesOf = (items: readonly ItemVersion[]): readonly LngLat[] =>
    items.flatMap(({ id }) => bays.position(id) ?? []);
  const placesBefore = placesOf([...goneBays, ...begunBays]);
  for (const { id } of goneBays) bays.remove(bayId(id));
  for (const chunk of chunksOf(begunBays)) {
    const ids = chunk.map(({ id }) => bayId(id));
    const evidence = await readEvidence(db, ids);
    for (const bay of await readBays(db, ids)) bays.add(bay, evidence.get(bay.bayId));
  }
  bays.tellRedrawn([...placesBefore, ...placesOf(begunBays)]);
}
