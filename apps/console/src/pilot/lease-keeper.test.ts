import { ApiRefusal, type LeaseView, type Problem } from "@pista/contracts";
import { createManualClock } from "@pista/kernel/testing";
import { describe, expect, test } from "vitest";
import { keepLease, type LeaseEnd } from "./lease-keeper.ts";

// The keeper reads the renewal's number and nothing else of a lease.
const lease = (renewal: number): LeaseView => ({ id: "lease-1", renewal }) as LeaseView;

const refusal = (code: string): ApiRefusal => {
  const problem: Problem = { type: "", title: "", status: 409, detail: code, code };
  return new ApiRefusal(problem);
};

function setUp(answer: (renewal: number) => Promise<LeaseView>) {
  const clock = createManualClock();
  const ends: LeaseEnd[] = [];
  const released: string[] = [];
  let asked = 0;
  const keeper = keepLease(lease(0), clock.monotonicMs(), {
    clock,
    desk: {
      renew: () => {
        asked += 1;
        return answer(asked);
      },
      release: async ({ id }) => released.push(id),
    },
    events: { renewed: () => undefined, ended: (end) => ends.push(end) },
  });
  /** Lets time pass in steps, so that answers arrive between them. */
  const pass = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms; step += 500) {
      clock.advance(500);
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { clock, ends, released, keeper, pass, asked: () => asked };
}

describe("lease", () => {
  test("[AU2] is renewed every 3 s, and then does not end", async () => {
    const { pass, asked, ends, keeper, clock } = setUp(async (renewal) => lease(renewal));
    await pass(30_000);
    expect(asked()).toBe(10);
    expect(ends).toEqual([]);
    expect(keeper.held().endsAtMs).toBe(clock.monotonicMs() + 15_000);
  });

  test("[AU2] a hub away for 10 s is not noticed; away for 15 s ends it", async () => {
    const away = { isAway: true };
    const all = setUp(async (renewal) => {
      if (away.isAway) throw new TypeError("Failed to fetch");
      return lease(renewal);
    });
    await all.pass(10_000);
    expect(all.ends).toEqual([]);
    away.isAway = false;
    await all.pass(10_000);
    expect(all.ends).toEqual([]);
    away.isAway = true;
    await all.pass(16_000);
    expect(all.ends).toEqual([{ kind: "expired" }]);
  });

  test.each([0, 500, 1_000, 1_500, 2_000, 2_500])(
    "[AU2] a hub away for 10 s is found again in time, gone %i ms after a renewal",
    async (goneAfterMs) => {
      const away = { isAway: false };
      const all = setUp(async (renewal) => {
        if (away.isAway) throw new TypeError("Failed to fetch");
        return lease(renewal);
      });
      await all.pass(3_000 + goneAfterMs);
      away.isAway = true;
      await all.pass(10_000);
      away.isAway = false;
      await all.pass(1_000);
      // Two seconds before the gateway lets it end at the latest.
      expect(all.keeper.held().endsAtMs - all.clock.monotonicMs()).toBeGreaterThan(13_000);
      expect(all.ends).toEqual([]);
    },
  );

  test("[AU2] a renewal that hangs holds up none of the later ones", async () => {
    const all = setUp((renewal) =>
      renewal === 1 ? new Promise<LeaseView>(() => undefined) : Promise.resolve(lease(renewal)),
    );
    await all.pass(20_000);
    expect(all.asked()).toBe(6);
    expect(all.ends).toEqual([]);
  });

  test.each(["lease-ended", "not-permitted", "not-signed-in", "not-found"])(
    "[AU2] the refusal %s ends it at once, with the hub's reason",
    async (code) => {
      const all = setUp(() => Promise.reject(refusal(code)));
      await all.pass(3_500);
      expect(all.ends).toMatchObject([{ kind: "refused", problem: { code } }]);
      await all.pass(20_000);
      expect(all.asked()).toBe(1);
    },
  );

  test("a hub in trouble does not end it before its time", async () => {
    const all = setUp(() => Promise.reject(refusal("internal")));
    await all.pass(12_000);
    expect(all.ends).toEqual([]);
  });

  test("given back, it is neither renewed nor given back twice", async () => {
    const all = setUp(async (renewal) => lease(renewal));
    await all.keeper.release();
    await all.keeper.release();
    await all.pass(10_000);
    expect(all.released).toEqual(["lease-1"]);
    expect(all.asked()).toBe(0);
    expect(all.ends).toEqual([{ kind: "released" }]);
  });
});
