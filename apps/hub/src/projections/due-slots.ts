const slotMs = 1_000;
const slotOf = (atMs: number): number => Math.floor(atMs / slotMs);

/** Items by the second in which they are due, so that nobody looks through those that are not. */
export interface DueSlots<Item> {
  put(item: Item, dueAtMs: number): void;
  /** Takes out at most so many whose second is over. */
  take(nowMs: number, countMax: number): readonly Item[];
}

export function createDueSlots<Item>(): DueSlots<Item> {
  const slots = new Map<number, Item[]>();
  return {
    put(item, dueAtMs) {
      const slot = slots.get(slotOf(dueAtMs));
      if (slot) slot.push(item);
      else slots.set(slotOf(dueAtMs), [item]);
    },
    take(nowMs, countMax) {
      const taken: Item[] = [];
      for (const [second, items] of slots) {
        if (second >= slotOf(nowMs)) continue;
        for (const item of items.splice(0, countMax - taken.length)) taken.push(item);
        if (items.length > 0) break;
        slots.delete(second);
      }
      return taken;
    },
  };
}
