import { defined } from "@pista/kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeAllPages } from "../apps/gateway/src/testing/pilot-page.ts";
import { until } from "../apps/gateway/src/testing/until.ts";
import {
  type Death,
  dieInFlight,
  expectInOrder,
  expectSafeEnd,
  patienceMs,
  stillAfterMs,
  story,
} from "./death.ts";
import { HubSite } from "./hub-site.ts";

/** A little later than the rules say, for a machine that is busy. */
const stillMsMax = 4_000;

type Signal = "SIGSTOP" | "SIGKILL";

/** A signal to one of the gateway's processes while a pilot pushes the stick towards a wall. */
describe("a process of the gateway dies in flight", () => {
  let site: HubSite;
  beforeAll(async () => {
    site = await HubSite.open();
  }, 120_000);
  afterAll(async () => {
    await site?.close();
    closeAllPages();
  }, 30_000);

  async function mediaDies(signal: Signal): Promise<Death> {
    const before = site.gateway.count("media is ready");
    const isNew = (): boolean => site.gateway.count("media is ready") > before;
    return dieInFlight(site, {
      fly: () => site.flyToWall(),
      kill: () => process.kill(site.mediaProcessId, signal),
      after: () => until("a new media", isNew, patienceMs),
    });
  }

  const pilotageDies = (signal: Signal): Promise<Death> =>
    dieInFlight(site, {
      fly: () => site.flyToWall(),
      kill: () => site.gateway.kill(signal),
      after: async () => {
        if (signal === "SIGSTOP") site.gateway.kill("SIGCONT");
        else site.startGateway();
        await site.isReady();
      },
    });

  test("[LG10] [LG7] media SIGSTOP: the command passes the wall, the vehicle holds and lands", async () => {
    const death = await mediaDies("SIGSTOP");
    expectSafeEnd(death, stillMsMax);
    const told = story(death.record, ["lock-changed", "phase-changed", "peer-closed"]);
    expectInOrder(told, ["lock-changed command-old", "phase-changed landing"]);
    expect(told).toContain("peer-closed media ended");
  });

  test("[LG10] media SIGKILL: a closed peer is link loss, the vehicle holds and lands", async () => {
    const death = await mediaDies("SIGKILL");
    expectSafeEnd(death, stillMsMax);
    const told = story(death.record, ["lock-changed", "phase-changed", "peer-closed"]);
    expectInOrder(told, ["peer-closed media ended", "phase-changed landing link-lost"]);
  });

  test.each([
    ["SIGSTOP", ["pilotage-frozen"]],
    ["SIGKILL", ["pilotage-started"]],
  ] as const)(
    "[LG10] [LG8] pilotage %s: GUID_TIMEOUT stops the vehicle, its GCS failsafe lands it",
    async (signal, expected) => {
      const death = await pilotageDies(signal);
      expectSafeEnd(death, stillMsMax);
      const failsafe = death.said.find(({ text }) => text === "GCS Failsafe");
      // Nobody but the vehicle itself stopped it, and only then did it come down. Its failsafe is off
      // by itself: it is the gateway that has set FS_GCS_ENABLE before arming.
      expect(defined(failsafe, "its failsafe").atMs - death.atMs).toBeGreaterThan(
        stillAfterMs(death),
      );
      const told = story(death.record, ["pilotage-frozen", "pilotage-started"]);
      expectInOrder(told, expected);
      // A record that begins anew without an end before it was cut short.
      expect(death.record.some(({ kind }) => kind === "pilotage-ended")).toBe(false);
    },
  );

  test("[LG10] [LG11] pilotage that stood still for 1.3 s finds it stopped, and lands nobody", async () => {
    await site.flyOff();
    const at = new Date().toISOString();
    site.gateway.kill("SIGSTOP");
    // So long it is to stand still: less than the vehicle waits before it lands by itself.
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(site.tap.newest?.levelMps).toBeLessThan(0.3);
    site.gateway.kill("SIGCONT");
    await site.isUnderWay();
    const told = story(await site.recordSince(at), ["pilotage-frozen", "phase-changed"]);
    expect(told).toEqual(["pilotage-frozen"]);
  });
});
