import {
  assetId,
  epochMs,
  type LngLat,
  organisationId,
  personId,
  siteId,
  trialId,
  type WindowRule,
} from "@pista/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Action,
  decide,
  isPlatformAction,
  permitsOf,
  type Question,
  type Role,
  roles,
  rolesFor,
  type Site,
  type Subject,
  type Trial,
} from "./index.ts";

const drone = assetId("drone-1");
const sensor = assetId("sensor-1");
const ada = personId("ada");
const turin = organisationId("turin");
/** A Wednesday, 12:00 in Rome. */
const noon = epochMs(Date.parse("2026-11-25T11:00:00Z"));
const minutes = (count: number) => epochMs(noon + count * 60_000);

const inside: LngLat = { lngDeg: 7.615, latDeg: 45.075 };
const outside: LngLat = { lngDeg: 7.7, latDeg: 45.075 };
const site: Site = {
  siteId: siteId("hall"),
  version: 2,
  name: "Hall",
  ring: [
    { lngDeg: 7.61, latDeg: 45.07 },
    { lngDeg: 7.62, latDeg: 45.07 },
    { lngDeg: 7.62, latDeg: 45.08 },
    { lngDeg: 7.61, latDeg: 45.08 },
  ],
  heightBandM: { lowM: 0, highM: 10 },
  indoor: undefined,
};
const workdays: WindowRule = {
  timeZone: "Europe/Rome",
  weekdays: [1, 2, 3, 4, 5],
  fromMinute: 8 * 60,
  toMinute: 18 * 60,
  firstDay: "2026-11-01",
  lastDay: "2026-12-31",
};

const trial = (changes: Partial<Trial> = {}): Trial => ({
  trialId: trialId("trial-1"),
  version: 1,
  organisationId: turin,
  title: "Flight in the hall",
  site: { siteId: site.siteId, version: 2 },
  window: workdays,
  assetIds: [drone, sensor],
  grants: [{ personId: ada, action: "drone.fly", assetId: drone }],
  progress: { state: "activated", sinceMs: minutes(-60) },
  isDemonstration: false,
  ...changes,
});

const person = (held: readonly Role[] = ["pilot"], id = ada): Subject => ({
  kind: "person",
  personId: id,
  organisationId: turin,
  roles: held,
});
const flying = (changes: Partial<Question> = {}): Question => ({
  subject: person(),
  action: "drone.fly",
  assetId: drone,
  position: inside,
  atMs: noon,
  ...changes,
});

/** The reasons' kinds, or "allow". */
function answerTo(question: Question, trials: readonly Trial[] = [trial()], sites = [site]) {
  const decision = decide(question, permitsOf(trials, sites));
  return decision.answer === "allow" ? "allow" : decision.reasons.map(({ kind }) => kind);
}

describe("under a trial", () => {
  test("[DC1] who is granted may act until the window closes, and stays within the site", () => {
    expect(decide(flying(), permitsOf([trial()], [site]))).toEqual({
      answer: "allow",
      trialId: "trial-1",
      validUntilMs: epochMs(Date.parse("2026-11-25T17:00:00Z")),
      obligations: [{ kind: "stay-within-site", siteId: "hall", siteVersion: 2 }],
    });
  });

  test.each<[string, Question, readonly Trial[], Site[]]>([
    ["asset-missing", { subject: person(), action: "drone.fly", atMs: noon }, [trial()], [site]],
    ["not-signed-in", flying({ subject: { kind: "anyone" } }), [trial()], [site]],
    ["no-trial-names-asset", flying({ assetId: assetId("drone-2") }), [trial()], [site]],
    ["no-trial-names-asset", flying(), [], [site]],
    ["trial-not-activated", flying(), [trial({ progress: { state: "authorised" } })], [site]],
    ["window-closed", flying({ atMs: minutes(6 * 60) }), [trial()], [site]],
    ["site-unknown", flying(), [trial()], []],
    ["site-unknown", flying(), [trial()], [{ ...site, version: 1 }]],
    ["outside-site", flying({ position: outside }), [trial()], [site]],
    ["no-grant", flying({ subject: person(["pilot"], personId("eve")) }), [trial()], [site]],
    ["no-grant", flying({ action: "drone.watch" }), [trial()], [site]],
    ["no-grant", flying({ assetId: sensor }), [trial()], [site]],
  ])("[DC2] %s", (reason, question, trials, sites) => {
    expect(answerTo(question, trials, sites)).toEqual([reason]);
  });

  test("[DC2] a suspended trial denies with the city's words", () => {
    const suspended = trial({
      progress: { state: "suspended", sinceMs: noon, reason: "Wind over the hall" },
    });
    expect(decide(flying(), permitsOf([suspended], [site]))).toEqual({
      answer: "deny",
      reasons: [{ kind: "trial-suspended", trialId: "trial-1", reason: "Wind over the hall" }],
    });
  });

  test("[DC2] a closed window says when it opens, if it does", () => {
    const opensOf = (atMs: Question["atMs"]) => {
      const decision = decide(flying({ atMs }), permitsOf([trial()], [site]));
      const [reason] = decision.answer === "deny" ? decision.reasons : [];
      return reason?.kind === "window-closed" ? reason.opensAtMs : "not closed";
    };
    expect(opensOf(minutes(6 * 60))).toBe(Date.parse("2026-11-26T07:00:00Z"));
    expect(opensOf(epochMs(Date.parse("2027-01-02T12:00:00Z")))).toBeUndefined();
  });

  test("[DC1] one trial that permits is enough; otherwise each says why not", () => {
    const draft = trial({ trialId: trialId("trial-0"), progress: { state: "draft" } });
    const elsewhere = trial({ trialId: trialId("trial-2"), site: { ...trial().site, version: 9 } });
    expect(answerTo(flying(), [draft, elsewhere, trial()])).toBe("allow");
    expect(answerTo(flying(), [draft, elsewhere])).toEqual(["trial-not-activated", "site-unknown"]);
  });

  test("[DC1] the roles of a person open no trial, nor does holding the data directory", () => {
    const eve = personId("eve");
    expect(answerTo(flying({ subject: person(roles, eve) }))).toEqual(["no-grant"]);
    expect(answerTo(flying({ subject: { kind: "operator" } }))).toEqual(["no-grant"]);
  });
});

describe("a device's report", () => {
  const report = (subject: Subject, assetIdAsked = sensor) =>
    answerTo({ subject, action: "report.publish", assetId: assetIdAsked, atMs: noon });

  test("[DC1] a sensor publishes under the trial that names it, without a grant", () => {
    expect(report({ kind: "device", assetId: sensor })).toBe("allow");
  });

  test("[DC2] nobody publishes for another", () => {
    expect(report({ kind: "device", assetId: drone })).toEqual(["asset-not-own"]);
    expect(report(person())).toEqual(["asset-not-own"]);
    expect(report({ kind: "operator" })).toEqual(["asset-not-own"]);
    expect(report({ kind: "anyone" })).toEqual(["not-signed-in"]);
  });

  test("[DC2] a device flies nothing", () => {
    const subject = { kind: "device", assetId: drone } as const;
    expect(answerTo(flying({ subject }))).toEqual(["no-grant"]);
  });
});

describe("what needs no trial", () => {
  const actions = Object.keys(rolesFor).filter((key) => isPlatformAction(key as Action));

  test("[DC1] the public's share is anyone's", () => {
    expect(answerTo({ subject: { kind: "anyone" }, action: "public.read", atMs: noon })).toBe(
      "allow",
    );
  });

  test.each(actions)("[DC1] %s: exactly the roles of the table, and the operator", (name) => {
    const action = name as keyof typeof rolesFor; // The table's own keys.
    const ask = (subject: Subject) => answerTo({ subject, action, atMs: noon }, [], []);
    const carriers: readonly Role[] = rolesFor[action];
    for (const role of roles) {
      expect(ask(person([role]))).toEqual(carriers.includes(role) ? "allow" : ["role-missing"]);
    }
    expect(ask(person([]))).toEqual(["role-missing"]);
    expect(ask({ kind: "operator" })).toBe("allow");
    expect(ask({ kind: "anyone" })).toEqual(["not-signed-in"]);
    expect(ask({ kind: "device", assetId: drone })).toEqual(["role-missing"]);
  });

  test("[DC2] an action that nobody knows is denied, inherited names included", () => {
    for (const name of ["drone.steal", "toString", "constructor", "__proto__"]) {
      const action = name as Action; // What a younger hub, or a mistake, might ask.
      expect(answerTo(flying({ action }))).toEqual(["no-grant"]);
    }
  });
});

const anyTrial = fc
  .record({
    trialId: fc.constantFrom("trial-1", "trial-2", "trial-3").map(trialId),
    assetIds: fc.subarray([drone, sensor]),
    grants: fc.array(
      fc.record({
        personId: fc.constantFrom(ada, personId("eve")),
        action: fc.constantFrom("drone.fly" as const, "drone.watch" as const),
        assetId: fc.constantFrom(drone, sensor),
      }),
      { maxLength: 3 },
    ),
    progress: fc.constantFrom<Trial["progress"]>(
      { state: "activated", sinceMs: noon },
      { state: "activated", sinceMs: noon },
      { state: "suspended", sinceMs: noon, reason: "x" },
      { state: "authorised" },
      { state: "closed" },
    ),
    site: fc.constantFrom(1, 2).map((version) => ({ siteId: site.siteId, version })),
  })
  .map(trial);

const anyQuestion: fc.Arbitrary<Question> = fc.record(
  {
    subject: fc.constantFrom<Subject>(
      person(),
      person(["administrator"], personId("eve")),
      { kind: "device", assetId: sensor },
      { kind: "operator" },
      { kind: "anyone" },
    ),
    action: fc.constantFrom<Action>("drone.fly", "drone.watch", "report.publish"),
    assetId: fc.constantFrom(drone, sensor),
    position: fc.constantFrom(inside, outside),
    atMs: fc.integer({ min: -3_000, max: 3_000 }).map(minutes),
  },
  { requiredKeys: ["subject", "action", "atMs"] },
);

describe("whatever is asked", () => {
  test("[DC2] an allowance has an activated trial behind it, in its hours, at its site, granted", () => {
    fc.assert(
      fc.property(fc.array(anyTrial, { maxLength: 4 }), anyQuestion, (trials, question) => {
        const decision = decide(question, permitsOf(trials, [site]));
        if (decision.answer === "deny") {
          expect(decision.reasons.length).toBeGreaterThan(0);
          return;
        }
        const { subject, action, assetId: asked, position, atMs } = question;
        expect(decision.validUntilMs).toBeGreaterThan(atMs);
        expect(position).not.toBe(outside);
        const behind = trials.filter(
          (known) =>
            known.trialId === decision.trialId &&
            known.progress.state === "activated" &&
            known.assetIds.some((id) => id === asked) &&
            known.site.version === site.version,
        );
        const granted = behind.some((known) =>
          action === "report.publish"
            ? subject.kind === "device" && subject.assetId === asked
            : known.grants.some(
                (grant) =>
                  subject.kind === "person" &&
                  grant.personId === subject.personId &&
                  grant.action === action &&
                  grant.assetId === asked,
              ),
        );
        expect(granted).toBe(true);
        const inRome = new Date(atMs + 3_600_000); // Winter time: one hour ahead of UTC.
        expect([1, 2, 3, 4, 5]).toContain(inRome.getUTCDay());
        expect(inRome.getUTCHours()).toBeGreaterThanOrEqual(8);
        expect(inRome.getUTCHours()).toBeLessThan(18);
      }),
      { numRuns: 2_000 },
    );
  });

  test("[DC1] the same question and permits give the same answer and change nothing", () => {
    fc.assert(
      fc.property(fc.array(anyTrial, { maxLength: 3 }), anyQuestion, (trials, question) => {
        const permits = permitsOf(trials, [site]);
        const before = structuredClone({ trials, question });
        const first = decide(question, permits);
        expect(decide(question, permits)).toEqual(first);
        expect({ trials, question }).toEqual(before);
      }),
    );
  });
});
