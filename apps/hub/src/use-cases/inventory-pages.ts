import type { DrawnBayView } from "@pista/contracts";
import { fail, formatRfc3339, isId, ok, type Result } from "@pista/kernel";
import { type ItemKind, type Policy, policyId, rulesInForce } from "@pista/parking";
import type { Refusal } from "../http/problems.ts";
import {
  readInForce,
  readLatest,
  readVersions,
  type StoredItem,
} from "../store/inventory-items.ts";
import type { HubContext } from "./context.ts";

type Page = { readonly cursor?: string | undefined; readonly limit?: number | undefined };
type ItemPage<View> = { items: View[]; nextCursor: string | null };

const pageDefault = 200;
const malformed: Refusal = { kind: "malformed-request", detail: "The cursor is not one of ours." };
const missing = (what: string): Result<never, Refusal> =>
  fail({ kind: "not-found", detail: `There is no ${what}.` });

/** [IV6] An item as its document writes it, with its version. */
const viewOf = <View>({ id, body, version, validFromMs, validToMs }: StoredItem): View =>
  // The contract's views are the document's items, which were read by parseInventory.
  ({
    id,
    ...body,
    version,
    validFrom: formatRfc3339(validFromMs),
    validTo: validToMs === undefined ? null : formatRfc3339(validToMs),
  }) as View;

/** The items of one kind in force, page by page in the order of their ids. */
export async function listItems<View>(
  { db }: HubContext,
  kind: ItemKind,
  { cursor, limit = pageDefault }: Page,
): Promise<Result<ItemPage<View>, Refusal>> {
  if (cursor !== undefined && !isId(cursor)) return fail(malformed);
  const items = await readInForce(db, kind, { after: cursor ?? "", limit });
  const last = items.length === limit ? items.at(-1) : undefined;
  return ok({ items: items.map((item) => viewOf<View>(item)), nextCursor: last?.id ?? null });
}

const inForce = async (
  { db }: HubContext,
  kind: ItemKind,
  ids: readonly string[],
): Promise<readonly StoredItem[]> =>
  (await readLatest(db, kind, ids)).filter(({ validToMs }) => validToMs === undefined);

export async function readZoneItem<View>(
  context: HubContext,
  id: string,
): Promise<Result<View, Refusal>> {
  const [zone] = await inForce(context, "zone", [id]);
  return zone ? ok(viewOf(zone)) : missing(`zone ${id}`);
}

/** [IV4] A bay with what its zone's policies and its own amount to at this moment. */
export async function readBayItem(
  context: HubContext,
  id: string,
): Promise<Result<DrawnBayView, Refusal>> {
  const [bay] = await inForce(context, "bay", [id]);
  if (!bay) return missing(`bay ${id}`);
  const zones = await inForce(context, "zone", [bay.zoneId ?? ""]);
  const ids = new Set([...zones, bay].flatMap(policyIdsOf));
  const policies = (await inForce(context, "policy", [...ids])).map(policyOf);
  const rulesNow = rulesInForce(policies, context.clock.nowMs()).map(({ policy, rule }) => ({
    policyId: policy.policyId,
    policyName: policy.name,
    activity: rule.activity,
    userClasses: [...rule.userClasses],
    maxStayMinutes: rule.maxStayMinutes ?? null,
  }));
  return ok({ ...viewOf<Omit<DrawnBayView, "rulesNow">>(bay), rulesNow });
}

// Zones and bays are kept with a list of policies, and policies in the domain's own form.
const policyIdsOf = ({ body }: StoredItem): readonly string[] => body.policyIds as string[];
const policyOf = ({ id, body }: StoredItem): Policy =>
  ({ ...body, policyId: policyId(id) }) as Policy;

/** [IV5] What a bay was and is, newest first; also of one that has ended. */
export async function listBayHistory<View>(
  { db }: HubContext,
  id: string,
  { cursor, limit = pageDefault }: Page,
): Promise<Result<ItemPage<View>, Refusal>> {
  if (cursor !== undefined && !/^[1-9]\d{0,8}$/.test(cursor)) return fail(malformed);
  const before = cursor === undefined ? versionMax : Number(cursor);
  const versions = await readVersions(db, "bay", { id, before, limit });
  if (versions.length === 0 && cursor === undefined) return missing(`bay ${id}`);
  const last = versions.length === limit ? versions.at(-1) : undefined;
  return ok({
    items: versions.map((version) => viewOf<View>(version)),
    nextCursor: last ? String(last.version) : null,
  });
}

/** The greatest that the column takes. */
const versionMax = 2_147_483_647;
