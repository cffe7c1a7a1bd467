import { defined } from "@pista/kernel";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PilotPage } from "./testing/pilot-page.ts";
import { closeSite, fly, openSite, type Site, siteIsReady, takeControl } from "./testing/site.ts";

let site: Site;
let page: PilotPage | undefined;

beforeAll(async () => {
  site = await openSite(["--outdoors"]);
  await siteIsReady(site);
}, 40_000);

afterAll(async () => {
  page?.close();
  await closeSite(site);
  cleanup();
});

test("[LG10] outdoors a vehicle whose own failsafe returns home takes off, and keeps it", async () => {
  const failsafe = defined(site.vehicle.parameters.get("FS_THR_ENABLE"), "FS_THR_ENABLE");
  failsafe.value = 1;
  ({ page } = await takeControl(site, 1));
  await fly(site, { page });
  expect(site.vehicle.armed).toBe(true);
  expect(failsafe.value).toBe(1);
  expect(page.refusals).toEqual([]);
});
