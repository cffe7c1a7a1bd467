import type { BodyOf, importInventory } from "@pista/contracts";
import { documentOf, type Inventory, type InventoryItem, itemsOf } from "@pista/parking";

type Document = BodyOf<typeof importInventory>;

/** Items of one request: to read more at once would keep the hub from reports for over 50 ms. */
const partItemsMax = 2_000;

/**
 * An inventory as the requests that carry it. One that replaces everything is one request, for what
 * it does not list must end; one that replaces the zones it lists may be cut between zones. Each
 * part then holds whatever its zones refer to, and the first holds the rest.
 */
export function inventoryParts(inventory: Inventory): readonly Document[] {
  const { replaces } = inventory;
  const items = itemsOf(inventory);
  if (replaces === "everything" || items.length <= partItemsMax) {
    return [documentOf(inventory, items)];
  }
  const common = items.filter(({ zoneId }) => zoneId === undefined);
  const byZone = new Map<string, InventoryItem[]>();
  for (const item of items) {
    if (item.zoneId === undefined) continue;
    const zoneItems = byZone.get(item.zoneId) ?? [];
    if (zoneItems.push(item) === 1) byZone.set(item.zoneId, zoneItems);
  }
  const parts: InventoryItem[][] = [];
  for (const zoneItems of byZone.values()) {
    const part = parts.at(-1);
    if (part && part.length + zoneItems.length <= partItemsMax) part.push(...zoneItems);
    else parts.push([...zoneItems]);
  }
  const withReferences = (part: readonly InventoryItem[]): Document => {
    const names = new Set(part.flatMap(referencesOf));
    return documentOf({ replaces, endedZoneIds: [] }, [
      ...common.filter(({ kind, id }) => names.has(`${kind} ${id}`)),
      ...part,
    ]);
  };
  // Zones end last: a bay that moved to another zone must be there before its old one goes.
  const rest = documentOf(inventory, common);
  return [{ ...rest, endedZoneIds: [] }, ...parts.map(withReferences), { ...rest, offStreet: [] }];
}

/** "policy P", "area A": what an item of a zone refers to outside it. */
function referencesOf({ body }: InventoryItem): readonly string[] {
  // Items that were read from a document: such members are lists of ids, or an id.
  const { policyIds, areaIds, policyId } = body as {
    policyIds?: string[];
    areaIds?: string[];
    policyId?: string;
  };
  const policies = [...(policyIds ?? []), ...(policyId ? [policyId] : [])];
  return [...policies.map((id) => `policy ${id}`), ...(areaIds ?? []).map((id) => `area ${id}`)];
}
