import { createManualClock } from "@pista/kernel/testing";
import { expect, test } from "vitest";
import { codecLimits } from "./codec-limits.ts";
import { CodecPlaces, type Place, type PlaceHolder } from "./codec-places.ts";

/** A codec that works for as long as the test lets it. */
class Holder implements PlaceHolder {
  lastUsedAtMs = 0;
  place: Place | undefined;
  isResting = false;
  readonly owner: string;
  readonly #places: CodecPlaces;

  constructor(places: CodecPlaces, owner: string) {
    this.owner = owner;
    this.#places = places;
  }

  async seek(): Promise<void> {
    this.place = await this.#places.take(this);
  }

  isIdle(): boolean {
    return this.place !== undefined && this.isResting;
  }

  async endThread(): Promise<void> {
    const place = this.place;
    this.place = undefined;
    if (place) this.#places.leave(place);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function open(threadsMax: number) {
  const clock = createManualClock();
  const places = new CodecPlaces(clock, { ...codecLimits, threadsMax });
  const seek = (owner: string, count: number): readonly Holder[] =>
    Array.from({ length: count }, () => {
      const holder = new Holder(places, owner);
      void holder.seek();
      return holder;
    });
  return { clock, places, seek };
}
const placed = (holders: readonly Holder[]): number =>
  holders.filter(({ place }) => place !== undefined).length;

test("[IN7] the next place goes to the owner with the fewest at work", async () => {
  const { places, seek } = open(3);
  const many = seek("many", 10);
  await settled();
  const few = seek("few", 2);
  expect([placed(many), placed(few)]).toEqual([3, 0]);
  // Whoever holds most gives its place back after its turn, whoever holds least keeps it.
  expect(places.isWanted("many")).toBe(true);
  await many[0]?.endThread();
  await settled();
  expect([placed(many), placed(few)]).toEqual([2, 1]);
  expect(places.isWanted("few")).toBe(true);
  await few[0]?.endThread();
  await settled();
  expect([placed(many), placed(few)]).toEqual([2, 1]);
  expect([places.isWanted("few"), places.isWanted("many")]).toEqual([false, true]);
});

test("[IN7] an owner charged with too many kills has one at work, until they are long past", async () => {
  const { clock, places, seek } = open(4);
  const { killWindowMs, ownerKillsMax } = codecLimits;
  for (let kill = 0; kill < ownerKillsMax; kill++) places.charge("mallory");
  const loops = seek("mallory", 5);
  const good = seek("city", 3);
  await settled();
  expect([placed(loops), placed(good)]).toEqual([1, 3]);
  await good[0]?.endThread();
  await good[1]?.endThread();
  await settled();
  expect(placed(loops)).toBe(1);
  await loops.find(({ place }) => place)?.endThread();
  await settled();
  expect(placed(loops)).toBe(1);
  clock.advance(killWindowMs);
  places.look();
  await settled();
  expect(placed(loops)).toBe(3);
});

test("[IN7] the longest idle gives way, and no more of them than are wanted", async () => {
  const { places, seek } = open(3);
  const idle = seek("city", 3);
  await settled();
  for (const [index, holder] of idle.entries()) {
    holder.isResting = true;
    holder.lastUsedAtMs = 10 - index;
  }
  const [late] = seek("city", 1);
  places.look();
  await settled();
  expect(late?.place).toBeDefined();
  expect(idle.map(({ place }) => place !== undefined)).toEqual([true, true, false]);
});
