import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LocalPageServer } from "../apps/gateway/src/local-page/local-page-server.ts";
import { Pairing } from "../apps/gateway/src/local-page/pairing.ts";
import { makeCertificate } from "../apps/gateway/src/testing/certificate.ts";
import { launchBrowser } from "./browser.ts";

const made = makeCertificate();
afterAll(() => made.remove());

const flying = {
  ...{ vehicle: "hangar-1", isHeard: true, modeName: "GUIDED", isArmed: true, phase: "flying" },
  ...{ holder: "remote-pilot", pilotId: "pilot-one", nextPilotId: null, rung: "fly", lock: null },
  ...{ isStopped: false, heightM: 1.52, speedMps: 0.84, batteryPct: null, isHubUp: true },
  ...{ commandAgeMs: 64, odometryAgeMs: 22 },
  events: [{ kind: "phase-changed", from: "taking-off", to: "flying", cause: "x<b>y", ageMs: 900 }],
};

/** The page itself in a real browser; what is behind it is the server alone. */
describe("[AU4] the gateway's local page in a browser", () => {
  const pressed: string[] = [];
  let code = "";
  /** How many presses pilotage is not there for. */
  let refusals = 0;
  let state: object | undefined = flying;
  let lateMs = 0;
  let browser: Browser;
  let page: Page;
  const pairing = new Pairing({
    nowMs: () => performance.now(),
    show: (next) => {
      code = next;
    },
  });
  const server = new LocalPageServer({
    cert: made.certificate,
    key: made.key,
    pairing,
    press: (act) => {
      const isThere = refusals === 0;
      if (isThere) pressed.push(act);
      else refusals -= 1;
      return isThere;
    },
    failed: (error) => {
      throw error;
    },
  });
  const pushing = setInterval(() => {
    if (state) server.push({ ...state, atMs: performance.now() - lateMs });
  }, 100);
  const text = (id: string) => page.textContent(`#${id}`);

  beforeAll(async () => {
    pairing.announce();
    const port = await new Promise<number>((ready) => server.listen("127.0.0.1", 0, ready));
    browser = await launchBrowser();
    const context = await browser.newContext({
      ...{ ignoreHTTPSErrors: true, locale: "it-IT", viewport: { width: 390, height: 844 } },
    });
    page = await context.newPage();
    await page.goto(`https://127.0.0.1:${port}/`);
  });

  afterAll(async () => {
    clearInterval(pushing);
    await browser.close();
    server.close();
  });

  test("asks for the code, in the browser's language or the other, and then shows the vehicle", async () => {
    await page.waitForSelector("#code:visible");
    expect(await page.textContent("#pair button")).toBe("Abbina questo browser");
    await page.click("#language");
    await page.fill("#code", "x");
    await page.click("#pair button");
    await expect.poll(() => text("pair-said")).toBe("That is not the code.");
    await page.fill("#code", code.replace(/^.{4}/, "$& "));
    await page.click("#pair button");
    await expect.poll(() => text("holder-said")).toBe("has it: pilot-one");
    expect([await text("battery"), await text("height")]).toEqual(["unknown", "1.5 m"]);
    expect(await text("events")).toContain("Taking off → Flyingx<b>y");
    const widthPx = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(widthPx).toBeLessThanOrEqual(390);
  });

  test("the space bar stops, once, and never presses the button that has the focus", async () => {
    await page.focus("#land");
    await page.keyboard.press("Space");
    await expect.poll(() => pressed).toEqual(["stop"]);
    await page.click("#land");
    await expect.poll(() => pressed).toEqual(["stop", "land"]);
    await page.click("#stop");
    await expect.poll(() => pressed).toEqual(["stop", "land", "stop"]);
    await expect.poll(() => text("said")).toBe("STOP: given to the gateway.");
  });

  test("a stop that nobody took says so, and is repeated until somebody does", async () => {
    const before = pressed.length;
    refusals = 5;
    await page.click("#stop");
    await expect.poll(() => text("said")).toBe("STOP did not arrive. Use the switch!");
    await expect.poll(() => refusals).toBe(0);
    expect(pressed).toHaveLength(before);
    refusals = 4;
    await page.click("#stop");
    await expect.poll(() => pressed.length).toBe(before + 1);
  });

  test("calls itself old when news cease, and when they come but are old", async () => {
    const isStale = () => page.evaluate(() => document.body.classList.contains("stale"));
    await expect.poll(isStale).toBe(false);
    state = undefined;
    await expect.poll(isStale).toBe(true);
    await expect.poll(() => text("stale")).toMatch(/^No news for \d+ s\. What is below is old/);
    await page.waitForRequest("**/state");
    state = flying;
    await expect.poll(isStale).toBe(false);
    lateMs = 3_000;
    await expect.poll(isStale).toBe(true);
  });
});
