import { createPurse, createPurses, createRandom } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { expect, test } from "vitest";
import { hookDeviceLimits, hookLimits } from "./hook-limits.ts";
import { mqttLimits } from "./mqtt-limits.ts";

test("[IN5] who has spent its messages or its bytes owes time, and no other does", () => {
  const clock = createManualClock();
  const purseOf = createPurses<string>(hookLimits, clock);
  for (let sent = 0; sent < hookLimits.messages.burst; sent++)
    purseOf("one").spend({ messages: 1 });
  expect(purseOf("one").debtMs()).toBe(0);
  purseOf("one").spend({ messages: 1 });
  expect(purseOf("one").debtMs()).toBe(5);
  purseOf("two").spend({ bytes: hookLimits.bytes.burst + hookLimits.bytes.perSecond });
  expect([purseOf("two").debtMs(), purseOf("three").debtMs()]).toEqual([1_000, 0]);
  clock.advance(1_000);
  expect([purseOf("one").debtMs(), purseOf("two").debtMs()]).toEqual([0, 0]);
});

const limitsOf = { mqttLimits, hookLimits, hookDeviceLimits };

test.each(
  [1, 2, 3].flatMap((seed) =>
    Object.entries(limitsOf).map(([name, limits]) => [seed, name, limits] as const),
  ),
)(
  "[IN5] a flood gets its burst and its rate and no more, seed %i, %s",
  (seed, _name, { bytes, messages }) => {
    const random = createRandom(seed);
    const clock = createManualClock();
    const purse = createPurse({ bytes, messages }, clock);
    const spent = { bytes: 0, messages: 0 };
    let elapsedMs = 0;
    const pass = (ms: number): void => {
      clock.advance(ms);
      elapsedMs += ms;
    };
    for (let turn = 0; turn < 5_000; turn++) {
      const debtMs = purse.debtMs();
      if (debtMs > 0) {
        // It owes until the millisecond that was told, but for the last bit of a fraction.
        pass(debtMs - 1);
        expect(purse.debtMs()).toBeGreaterThan(0);
        pass(1);
        expect(purse.debtMs()).toBeLessThanOrEqual(1);
      } else if (random.next() < 0.001) pass(Math.floor(random.next() * 50));
      const cost = { bytes: Math.ceil(random.next() * 4_000), messages: 1 };
      purse.spend(cost);
      spent.bytes += cost.bytes;
      spent.messages += 1;
      // Only the last thing spent may go beyond.
      const earned = elapsedMs / 1_000 + 1e-6;
      expect(spent.bytes - cost.bytes).toBeLessThanOrEqual(bytes.burst + bytes.perSecond * earned);
      expect(spent.messages - 1).toBeLessThanOrEqual(messages.burst + messages.perSecond * earned);
    }
    // And what it may spend it got: one of the two was used up but for a burst.
    const usedShare = Math.max(
      spent.bytes / (bytes.perSecond * (elapsedMs / 1_000)),
      spent.messages / (messages.perSecond * (elapsedMs / 1_000)),
    );
    expect(usedShare).toBeGreaterThan(0.95);
  },
);

test("[IN5] who leaves and comes back has not earned another burst", () => {
  const clock = createManualClock();
  const purseOf = createPurses<string>(mqttLimits, clock);
  purseOf("s-1").spend({ messages: mqttLimits.messages.burst + mqttLimits.messages.perSecond });
  expect(purseOf("s-1").debtMs()).toBe(1_000);
});
