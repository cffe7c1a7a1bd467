import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  chromiumPath,
  keepScreenshot,
  launchBrowser,
  openPage,
  type WatchedPage,
} from "./browser.ts";
import { type RunningHub, startHub } from "./hub-process.ts";
import { isThere } from "./needs.ts";

const feed = fileURLToPath(new URL("../../shared/data/turin/5t-car-parks.xml", import.meta.url));
const hasChromium = isThere("Chromium", [chromiumPath]);
const hasFeed = isThere("Turin's car-park snapshot", [feed]);

async function signIn(page: Page, hub: RunningHub, role: string): Promise<void> {
  const { email, password } = hub.account(role);
  await page.goto(`${hub.url}/sign-in`);
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('button[type="submit"]').click();
  await page.getByTestId("account").waitFor();
}

/** The state of every bay as the page shows it. */
const bayStates = (page: Page): Promise<Record<string, string>> =>
  page
    .locator('[data-testid^="bay-demo-"]')
    .evaluateAll((rows) =>
      Object.fromEntries(
        rows.map((row) => [row.getAttribute("data-testid"), row.getAttribute("data-state") ?? ""]),
      ),
    );

const attribute = async (page: Page, testId: string, name: string): Promise<string> =>
  (await page.getByTestId(testId).getAttribute(name)) ?? "";

const position = async (page: Page): Promise<{ east: number; north: number; up: number }> => ({
  east: Number(await attribute(page, "drone-position", "data-east")),
  north: Number(await attribute(page, "drone-position", "data-north")),
  up: Number(await attribute(page, "drone-position", "data-up")),
});

/** When the newest report of the suspended trial's streets came in. */
async function newestReportAt(hub: RunningHub): Promise<string> {
  const answer = await fetch(`${hub.url}/v1/public/bays?bbox=7.61,45.07,7.62,45.09`);
  const { items } = (await answer.json()) as { items: { receivedAt: string | null }[] }; // The hub's own contract.
  return items.map(({ receivedAt }) => receivedAt ?? "").reduce((a, b) => (a > b ? a : b));
}

/** One counter of GET /metrics, summed over its labels. */
async function metric(hub: RunningHub, name: string): Promise<number> {
  const text = await (await fetch(`${hub.url}/metrics`)).text();
  return text
    .split("\n")
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

describe.skipIf(!hasChromium)("the three lines of the house, in a browser", () => {
  let hub: RunningHub;
  let browser: Browser;
  let pilot: WatchedPage;
  let steward: WatchedPage;

  beforeAll(async () => {
    hub = await startHub();
    browser = await launchBrowser();
  }, 150_000);

  afterAll(async () => {
    await browser?.close();
    await hub?.stop();
  });

  test("[IN1] [BS1] sense: a sensor's report changes its bay on the public map", async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(hub.url);
    // The list shows the first of some 1,200 bays; its filter finds the others.
    await expect.poll(async () => Object.keys(await bayStates(page)).length).toBe(400);
    // Four streets among the bars of San Salvario, where something moves at any hour.
    await page.locator('.bay-list input[type="search"]').fill("Via S");
    await expect.poll(async () => "bay-demo-bay-0001" in (await bayStates(page))).toBe(false);
    const before = await bayStates(page);
    await expect.poll(() => bayStates(page), { timeout: 100_000 }).not.toEqual(before);
    await keepScreenshot(page, "sense-bays");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  test.skipIf(!hasFeed)(
    "[BS2] sense: forty car parks come in by the command line, four of them unknown",
    async () => {
      expect(existsSync(feed)).toBe(true);
      const report = JSON.parse(await hub.pista("import", feed, "--json"));
      expect(report).toMatchObject({ imported: 40, withoutFreeSpaces: 4 });
      const { page, errors } = await openPage(browser);
      await page.goto(hub.url);
      const rows = page.locator('[data-testid^="car-park-5t-"]');
      await expect.poll(() => rows.count()).toBe(40);
      const free = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-free")));
      expect(free.filter((value) => value === "unknown")).toHaveLength(4);
      expect(free.filter((value) => value === "0")).toHaveLength(0);
      await keepScreenshot(page, "sense-car-parks");
      expect(errors).toEqual([]);
      await page.context().close();
    },
  );

  test("[LG1] [LG4] act: a pilot flies the drone with a key, and stop stops it", async () => {
    pilot = await openPage(browser);
    const { page } = pilot;
    await signIn(page, hub, "pilot");
    await page.goto(`${hub.url}/fly/demo-drone`);
    await page.getByTestId("fly-take").click();
    await expect
      .poll(() => attribute(page, "fly-state", "data-phase"), { timeout: 30_000 })
      .toBe("grounded");
    await page.getByTestId("fly-takeoff").click();
    await expect
      .poll(() => attribute(page, "fly-state", "data-phase"), { timeout: 30_000 })
      .toBe("flying");
    await expect
      .poll(() => attribute(page, "fly-state", "data-lock"), { timeout: 20_000 })
      .toBe("");
    await flyForward(page, await position(page), 1);
    await page.keyboard.down("w");
    expect(await page.getByTestId("command-age").textContent()).toMatch(/\d+ ms/);
    await keepScreenshot(page, "act-flying");
    await page.keyboard.press("Space");
    await expect.poll(() => attribute(page, "fly-state", "data-lock")).toBe("stop-latched");
    // The key is still held: a latched stop does not give way to it.
    await expect.poll(() => driftWithin(page, 500), { timeout: 10_000 }).toBeLessThan(0.05);
    await page.keyboard.up("w");
    await keepScreenshot(page, "act-stopped");
    expect(pilot.errors).toEqual([]);
  });

  test("[AU5] [DC3] decide: a suspension stops the drone and the sensors within a second", async () => {
    const { page } = pilot;
    await page.getByTestId("fly-release").click();
    await expect
      .poll(() => attribute(page, "fly-state", "data-lock"), { timeout: 10_000 })
      .toBe("");
    steward = await openPage(browser);
    await signIn(steward.page, hub, "steward");
    await steward.page.goto(`${hub.url}/trials`);
    await steward.page.getByTestId("suspend-demo-trial").click();
    await steward.page.getByTestId("suspend-reason").fill("Somebody stands in the hall");
    await page.keyboard.down("w");
    const refusedBefore = await metric(hub, "pista_intake_refused_total");
    const answered = steward.page.waitForResponse((response) =>
      response.url().endsWith("/suspend"),
    );
    await steward.page.getByTestId("suspend-confirm").click();
    expect((await answered).status()).toBe(200);
    await expect
      .poll(() => attribute(page, "fly-state", "data-lock"), { timeout: 1_000, interval: 20 })
      .toBe("authority-withdrawn");
    await keepScreenshot(page, "decide-withdrawn");
    await page.keyboard.up("w");
    await expect
      .poll(() => attribute(page, "fly-state", "data-phase"), { timeout: 10_000 })
      .toMatch(/landing|grounded/);
    await expect
      .poll(() => attribute(page, "fly-state", "data-phase"), { timeout: 30_000 })
      .toBe("grounded");
    await expect
      .poll(() => metric(hub, "pista_intake_refused_total"), { timeout: 30_000 })
      .toBeGreaterThan(refusedBefore);
    const [newest, stored] = [
      await newestReportAt(hub),
      await metric(hub, "pista_reports_stored_total"),
    ];
    await expect
      .poll(() => metric(hub, "pista_intake_refused_total"), { timeout: 30_000 })
      .toBeGreaterThan(refusedBefore + 1);
    expect(await newestReportAt(hub)).toBe(newest);
    // The other trial's sensors are none of its business.
    await expect
      .poll(() => metric(hub, "pista_reports_stored_total"), { timeout: 60_000 })
      .toBeGreaterThan(stored);
    await keepScreenshot(steward.page, "decide-suspended");
  });

  test("[TR1] decide: resumed, the sensors are heard again", async () => {
    const newest = await newestReportAt(hub);
    await steward.page.getByTestId("resume-demo-trial").click();
    await expect
      .poll(() => attribute(steward.page, "trial-demo-trial", "data-state"))
      .toBe("activated");
    await expect
      .poll(async () => (await newestReportAt(hub)) > newest, { timeout: 60_000 })
      .toBe(true);
    await keepScreenshot(steward.page, "decide-resumed");
  });

  test("[BS2] [LV8] a frozen hub: the map says that it is old and how old, and then it is live again", async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(hub.url);
    const stream = () => attribute(page, "live-state", "data-state");
    await expect.poll(stream, { timeout: 10_000 }).toBe("live");
    hub.signal("SIGSTOP");
    try {
      await expect.poll(stream, { timeout: 15_000 }).toBe("reconnecting");
      expect(await page.getByTestId("stale-age").textContent()).toMatch(/^\(\d+ s ago\)$/);
    } finally {
      hub.signal("SIGCONT");
    }
    await expect.poll(stream, { timeout: 30_000 }).toBe("live");
    expect(await page.getByTestId("stale-age").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});

const travelled = (
  from: { east: number; north: number },
  to: { east: number; north: number },
): number => Math.hypot(to.east - from.east, to.north - from.north);

/**
 * Holds the key until the drone is so far from where it was. A busy machine may let a command grow
 * old: the guard then holds until the sticks were centred (LG2), so the key is let go and pressed
 * again, as a pilot would.
 */
async function flyForward(
  page: Page,
  start: { east: number; north: number },
  distanceM: number,
): Promise<void> {
  const hasArrived = async () => travelled(start, await position(page)) > distanceM;
  for (let press = 0; press < 8 && !(await hasArrived()); press++) {
    await page.keyboard.down("w");
    await expect
      .poll(async () => (await hasArrived()) || (await attribute(page, "fly-state", "data-lock")), {
        timeout: 15_000,
      })
      .toBeTruthy();
    await page.keyboard.up("w");
    await expect
      .poll(() => attribute(page, "fly-state", "data-lock"), { timeout: 10_000 })
      .toBe("");
  }
  expect(await hasArrived()).toBe(true);
}

/** How far the drone on the page moves between two looks. */
async function driftWithin(page: Page, lookMs: number): Promise<number> {
  const first = await position(page);
  await page.waitForTimeout(lookMs);
  return travelled(first, await position(page));
}
