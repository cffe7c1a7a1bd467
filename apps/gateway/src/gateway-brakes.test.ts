import { readFileSync } from "node:fs";
import { join } from "node:path";
import { centredSticks } from "@pista/flight";
import { CopterMode } from "@pista/mavlink";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GatewayProcess } from "./testing/gateway-process.ts";
import type { PilotPage } from "./testing/pilot-page.ts";
import { isRecorded } from "./testing/recordings.ts";
import {
  closeSite,
  fly,
  isReadyToTakeOff,
  openSite,
  type Site,
  siteIsReady,
  takeControl,
} from "./testing/site.ts";
import { until } from "./testing/until.ts";

/** A vehicle that stops within what is declared, then one that does not, over restarts. */
describe("a gateway that measures brakings", () => {
  let site: Site;
  let epoch = 0;

  beforeAll(async () => {
    site = await openSite();
    site.hub.view = "camera";
    site.hub.limits = { ...site.hub.limits, speedMpsMax: 1.2 };
    await siteIsReady(site);
  }, 40_000);

  afterAll(async () => {
    await closeSite(site);
    cleanup();
  });

  const takeOver = async (): Promise<PilotPage> => {
    epoch += 1;
    return (await takeControl(site, epoch)).page;
  };
  /** Of the gateway that runs now. */
  let toldFrom = 0;
  const told = () =>
    site.hub.heard.slice(toldFrom).findLast((message) => message.op === "telemetry")?.brakes;

  /** Ahead for two seconds and let go, until a braking tells: a busy machine may break one off. */
  const brakeUntil = async (page: PilotPage, state: "kept" | "worse"): Promise<void> => {
    const { vehicle, gateway } = site;
    while (told()?.state !== state) {
      page.sticks = centredSticks;
      await fly(site, { page });
      vehicle.northM = 5;
      page.sticks = { ...centredSticks, forward: 1 };
      const isOver = () => page.beacon?.lock !== undefined || page.beacon?.phase !== "flying";
      await until("two seconds of way", () => vehicle.northM > 7.4 || isOver());
      const before = brakings(gateway);
      page.sticks = centredSticks;
      await until("its measure", () => brakings(gateway) > before || isOver());
      const { length } = site.hub.heard;
      await until("telemetry after it", () => site.hub.heard.length > length + 1);
    }
  };

  const land = async (page: PilotPage): Promise<void> => {
    site.vehicle.mode = CopterMode.LAND;
    await until("the ground", () => !site.vehicle.armed && page.beacon?.phase === "grounded");
  };

  const restart = async (...more: readonly string[]): Promise<void> => {
    await site.gateway.end();
    await until("the hub to notice", () => !site.hub.isJoined);
    toldFrom = site.hub.heard.length;
    site.gateway = new GatewayProcess([...site.arguments, ...more]);
    await siteIsReady(site);
  };

  const askToTakeOff = async (page: PilotPage): Promise<string | null> => {
    await until("the ground and a link", () => isReadyToTakeOff(page), 15_000);
    return page.command({ op: "take-off" });
  };

  test("[LG6] one that kept the bounds is told, recorded and remembered", async () => {
    expect((await until("telemetry", told)).state).toBe("untested");
    const page = await takeOver();
    await brakeUntil(page, "kept");
    const kept = told();
    expect(kept).toMatchObject({ state: "kept", brakings: 1, wayShare: expect.any(Number) });
    expect(kept?.state === "kept" && kept.fastestMps).toBeGreaterThan(1);
    await isRecorded(site, '"kind":"brake-measured","verdict":"kept"');
    const stored = () => JSON.parse(readFileSync(join(site.directory, "brakes.json"), "utf8"));
    await until("it on the disk", () => stored().kept >= 1);
    await land(page);
    page.close();
    await restart();
    expect((await until("telemetry", told)).state).toBe("kept");
  }, 90_000);

  test("[LG6] one that was worse is told, and the next take-off refused, until it is declared", async () => {
    site.vehicle.decelerationMps2 = 0.4;
    const page = await takeOver();
    await brakeUntil(page, "worse");
    expect(told()).toMatchObject({ declaredMps2: 1.5, measuredMps2: expect.closeTo(0.5, 0) });
    await isRecorded(site, '"kind":"brake-measured","verdict":"worse"');
    await isRecorded(site, '"kind":"bounds-tightened"');
    await until("the log", () => site.gateway.find("declare"));
    expect(page.beacon?.phase).toBe("flying");
    await land(page);
    expect(await askToTakeOff(page)).toBe("brakes-contradicted");
    page.close();

    await restart();
    await until("the log anew", () => site.gateway.find("the brakes were worse than declared"));
    const again = await takeOver();
    expect(await askToTakeOff(again)).toBe("brakes-contradicted");
    again.close();

    const { msg } = await until("what to declare", () => site.gateway.find("--deceleration"));
    const [, declarable = ""] = /--deceleration ([\d.]+)/.exec(msg) ?? [];
    await restart("--deceleration", declarable);
    expect((await until("telemetry", told)).state).toBe("untested");
    const last = await takeOver();
    await fly(site, { page: last });
    await land(last);
    last.close();
  }, 120_000);
});

const brakings = (gateway: GatewayProcess): number => gateway.count("a braking");
