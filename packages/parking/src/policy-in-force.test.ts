import { createRandom, epochMs, openInterval, romeTime } from "@pista/kernel";
import { describe, expect, test } from "vitest";
import { type Policy, type PolicyRule, policyId, policyInForce, rulesInForce } from "./index.ts";

const at = (text: string) => epochMs(Date.parse(text));
const everyDay = {
  ...{ timeZone: "Europe/Rome" as const, weekdays: [1, 2, 3, 4, 5, 6, 7] as const },
  ...{ fromMinute: 0, toMinute: 1_440, firstDay: "2000-01-01", lastDay: "2099-12-31" },
};
const parking: PolicyRule = { activity: "parking", userClasses: [] };
const policy = (id: string, priority: number, more: Partial<Policy> = {}): Policy => ({
  ...{ policyId: policyId(id), name: id, priority, rules: [parking], ...more },
});
const namesAt = (policies: readonly Policy[], moment: string): string[] =>
  rulesInForce(policies, at(moment)).map((one) => `${one.policy.name} ${one.rule.activity}`);

describe("what holds now", () => {
  const morning = {
    window: { ...everyDay, weekdays: [1, 2, 3, 4, 5] as const, fromMinute: 420, toMinute: 660 },
  };
  const loading = policy("loading", 10, {
    timeSpans: [morning],
    rules: [
      { activity: "no-parking", userClasses: [] },
      { activity: "loading", userClasses: ["delivery"], maxStayMinutes: 30 },
    ],
  });
  const policies = [policy("paid", 20), loading];

  test("[IV4] the lowest number prevails while it is its time, by the clock in Rome", () => {
    // Monday 23 November 2026; Rome is an hour ahead of UTC.
    expect(namesAt(policies, "2026-11-23T05:59:59Z")).toEqual(["paid parking"]);
    expect(namesAt(policies, "2026-11-23T06:00:00Z")).toEqual([
      "loading loading",
      "loading no-parking",
    ]);
    expect(namesAt(policies, "2026-11-23T10:00:00Z")).toEqual(["paid parking"]);
    expect(namesAt(policies, "2026-11-22T07:00:00Z")).toEqual(["paid parking"]);
    // In summer two hours ahead.
    expect(namesAt(policies, "2026-07-06T05:00:00Z")).toEqual([
      "loading loading",
      "loading no-parking",
    ]);
  });

  test("[IV4] a van that delivers loads where others may not park", () => {
    const rule = (...classes: string[]) =>
      policyInForce(policies, at("2026-11-23T07:00:00Z"), classes)?.rule.activity;
    expect([rule(), rule("delivery"), rule("van", "delivery")]).toEqual([
      "no-parking",
      "loading",
      "loading",
    ]);
    expect(policyInForce([], at("2026-11-23T07:00:00Z"), [])).toBeUndefined();
  });

  test("[IV4] months and days of the month narrow a window: the second Tuesday in winter", () => {
    const cleaning = policy("cleaning", 1, {
      timeSpans: [
        {
          window: { ...everyDay, weekdays: [2] },
          months: [11, 12],
          daysOfMonth: [8, 9, 10, 11, 12, 13, 14],
        },
      ],
    });
    const holds = (day: string) => namesAt([cleaning], `${day}T12:00:00Z`).length === 1;
    expect(
      ["2026-11-10", "2026-11-03", "2026-11-17", "2026-12-08", "2026-10-13"].map(holds),
    ).toEqual([true, false, false, true, false]);
  });

  test("[IV4] whoever asks, the shortened list gives what all policies together give", () => {
    const random = createRandom(0x1f);
    const classes = ["truck", "electric", "delivery"];
    const some = () => classes.filter(() => random.chance(0.4));
    for (let round = 0; round < 2_000; round++) {
      const all = Array.from({ length: random.integer(6) }, (_, index) => {
        const from = random.integer(1_000);
        const timeSpans = [
          { window: { ...everyDay, fromMinute: from, toMinute: from + 1 + random.integer(440) } },
        ];
        const rules = Array.from({ length: 1 + random.integer(3) }, () => ({
          ...parking,
          userClasses: some(),
        }));
        return policy(`p-${index}`, index, { rules, ...(random.chance(0.5) ? { timeSpans } : {}) });
      });
      const moment = epochMs(at("2026-01-01T00:00:00Z") + random.integer(365 * 86_400_000));
      const vehicle = some();
      expect(policyInForce(all, moment, vehicle)).toEqual(naive(all, moment, vehicle));
    }
  });
});

/** Every rule that concerns the vehicle now: the lowest number, then the one that names most. */
function naive(
  policies: readonly Policy[],
  moment: ReturnType<typeof epochMs>,
  vehicle: readonly string[],
) {
  expect(romeTime(moment).minute).toBeLessThan(1_440);
  const open = policies.filter(
    ({ timeSpans }) => !timeSpans || timeSpans.some(({ window }) => openInterval(window, moment)),
  );
  const all = open.flatMap((one) => one.rules.map((rule) => ({ policy: one, rule })));
  return all
    .filter(({ rule }) => rule.userClasses.every((one) => vehicle.includes(one)))
    .toSorted(
      (a, b) =>
        a.policy.priority - b.policy.priority ||
        b.rule.userClasses.length - a.rule.userClasses.length,
    )[0];
}
