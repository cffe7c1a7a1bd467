import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { closeAllPages } from "../apps/gateway/src/testing/pilot-page.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
import {
  dieInFlight,
  expectInOrder,
  expectSafeEnd,
  patienceMs,
  stillAfterMs,
  story,
} from "./death.ts";
import { HubSite } from "./hub-site.ts";

/** [AU2] After so long nothing of the lease is left that was in force when the hub died. */
const leaseOverMs = 17_000;
/** A little later than the rules say, for a machine that is busy. */
const stillMsMax = 15_000 + 4_000;

/** `pista serve` on its data directory: a pilot's page renews by HTTP, as the console's does. */
describe("the hub dies in flight", () => {
  let site: HubSite;
  let leaseId: string;
  let epoch: number;
  beforeAll(async () => {
    site = await HubSite.open();
    ({ id: leaseId, epoch } = await site.flyOff());
  }, 120_000);
  afterAll(async () => {
    await site?.close();
    closeAllPages();
  }, 30_000);

  /** The epochs of the leases that the gateway obeyed. */
  async function heldSince(at: string): Promise<(number | undefined)[]> {
    const held = (await site.recordSince(at)).filter(({ kind }) => kind === "lease-held");
    return held.map(({ epoch }) => epoch);
  }

  /** Long before a lease could have run out at the hub. */
  async function expectNobodyFlies(): Promise<void> {
    const isFree = async (): Promise<void> => expect((await site.droneAtHub()).leaseId).toBeNull();
    await vi.waitFor(isFree, { timeout: 6_000 });
    expect(site.tap.armed).toBe(false);
  }

  /** [AU2] The hub goes and comes back: the flight goes on by its lease, not by what was signed before. */
  async function expectUnnoticed(away: () => Promise<unknown>): Promise<void> {
    const at = new Date().toISOString();
    const atMs = performance.now();
    await away();
    const backAtMs = performance.now();
    const passed = (): boolean => performance.now() - atMs > leaseOverMs;
    await until("the end of what was signed before", passed, patienceMs);
    expect(site.leaseEnd, `away for ${backAtMs - atMs} ms`).toBeUndefined();
    expect(site.renewedAtMs).toBeGreaterThan(backAtMs);
    expect((await site.droneAtHub()).leaseId).toBe(leaseId);
    const record = await site.recordSince(at);
    expectInOrder(story(record, ["hub-down", "hub-up"]), ["hub-down", "hub-up"]);
    const upsets = story(record, ["lease-ended", "lease-refused", "phase-changed"]);
    // The hub greets with its own copy of the lease; one as new may be in force, and stays so.
    expect(upsets.filter((line) => line !== "lease-refused older-renewal")).toEqual([]);
    expect(story(record, ["lock-changed"])).not.toContain("lock-changed no-lease");
    const flown = site.tap.samples.filter((sample) => sample.atMs >= atMs);
    const easts = flown.map(({ eastM }) => eastM);
    // At half a metre a second without a camera.
    expect(Math.max(...easts) - Math.min(...easts)).toBeGreaterThan(5);
  }

  /** [AU2] [AU6] It flies on without its hub, for the gateway verifies by itself; then nobody may. */
  async function expectRunOut(kill: () => void): Promise<void> {
    const death = await dieInFlight(site, { fly: () => site.isUnderWay(), kill });
    expectSafeEnd(death, stillMsMax);
    const told = story(death.record, ["hub-down", "lease-ended", "phase-changed"]);
    expectInOrder(told, ["hub-down", "lease-ended lease-expired", "phase-changed landing"]);
    expect(told).toContain("phase-changed landing lease-expired");
    expect(stillAfterMs(death)).toBeGreaterThan(1_000);
    expect(site.leaseEnd).toBe("expired");
  }

  test("[AU2] frozen for 6 s and continued: nobody in the air notices", async () => {
    await expectUnnoticed(async () => {
      site.signalHub("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 6_000));
      site.signalHub("SIGCONT");
      // For the last of these tests, and with this lease in force.
      await site.backUpHub();
    });
  });

  test("[AU2] [AU6] frozen for good: flown on until the lease ends, then held and landed", async () => {
    await expectRunOut(() => site.signalHub("SIGSTOP"));
  });

  test("[AU1] [AU2] continued after that it revives nothing: who flies has a new lease of a higher epoch", async () => {
    const at = new Date().toISOString();
    await site.isJoinedAfter(() => site.signalHub("SIGCONT"));
    await expectNobodyFlies();
    const [second, third] = [await site.takeControl(), await site.flyOff()];
    expect(await heldSince(at)).toEqual([epoch + 1, epoch + 2]);
    expect([second.epoch, third.epoch]).toEqual([epoch + 1, epoch + 2]);
    ({ id: leaseId, epoch } = third);
  });

  test("[AU2] killed and back within 10 s: nobody in the air notices", async () => {
    await expectUnnoticed(async () => {
      await site.killHub();
      await site.startHubAgain(4_000);
    });
  });

  test("[AU2] [AU6] killed for good: flown on until the lease ends, then held and landed", async () => {
    await expectRunOut(() => void site.killHub());
  });

  test("[AU1] [AU7] restored from a backup of two leases before: known by its key, flown by a lease above both", async () => {
    const at = new Date().toISOString();
    await site.isJoinedAfter(() => site.restoreHub());
    // On its paper the backup's lease is in force; the gateway knows that it is over, and says so.
    await expectNobodyFlies();
    const next = await site.flyOff();
    expect(next.epoch).toBe(epoch + 1);
    expect(await heldSince(at)).toEqual([next.epoch]);
  });
});
