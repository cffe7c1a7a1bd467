import { request } from "node:https";
import { connect } from "node:tls";
import { CopterMode } from "@pista/mavlink";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificate } from "./testing/certificate.ts";
import { isRecorded } from "./testing/recordings.ts";
import {
  closeSite,
  type Flight,
  fly,
  isReadyToTakeOff,
  openSite,
  type Site,
  siteIsReady,
  takeControl,
} from "./testing/site.ts";
import { until } from "./testing/until.ts";

const made = makeCertificate();
const ca = made.certificate;
const options = [
  ...["--local-page", "127.0.0.1:0", "--local-page-cert", made.certificateFile],
  ...["--local-page-key", made.keyFile],
];
afterAll(() => made.remove());

type Asked = {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};
type Answer = {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
};

/** The page in a browser, as far as the wire: its certificate is checked and its cookie kept. */
class Browser {
  readonly #url: string;
  cookie = "";
  readonly states: { readonly [member: string]: unknown }[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  ask(path: string, { method = "GET", headers = {}, body = "" }: Asked = {}): Promise<Answer> {
    const url = new URL(path, this.#url);
    const { origin } = url;
    const servername = "localhost";
    const own = { cookie: this.cookie, ...(method === "POST" && { origin }), ...headers };
    return new Promise((resolve, reject) => {
      const asking = request(url, { ca, servername, method, headers: own }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += String(chunk);
          for (const [, data = ""] of String(chunk).matchAll(/^data: (\{.*\})$/gm))
            this.states.push(JSON.parse(data));
        });
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
        );
        answer.on("error", () => resolve({ status: 0, headers: {}, text }));
      });
      asking.on("error", reject);
      asking.end(body);
    });
  }

  async pair(code: string): Promise<number> {
    const { status, headers } = await this.ask("/pair", { method: "POST", body: code });
    this.cookie = String(headers["set-cookie"] ?? "").split(";")[0] ?? "";
    return status;
  }

  async press(act: "stop" | "land"): Promise<number> {
    return (await this.ask(`/${act}`, { method: "POST" })).status;
  }

  get newest() {
    return this.states.at(-1);
  }
}

describe("[AU4] the gateway's local page", () => {
  let site: Site;
  let epoch = 0;

  /** The page's newest process. */
  const newest = () => site.gateway.lines.findLast(({ msg }) => msg === "the local page is there");
  const there = () => until("the page", newest, 20_000);
  const url = async (): Promise<string> => String((await there()).url);
  /** Of that process: what the one before has shown pairs nobody. */
  const code = (): string => {
    const { lines } = site.gateway;
    const from = lines.findLastIndex(({ msg }) =>
      msg.includes(`${newest()?.url}, its certificate's`),
    );
    const shown = from < 0 ? [] : lines.slice(from);
    const line = shown.findLast(({ msg }) => msg.includes("pairing code"));
    return /\d{4} \d{4}$/.exec(line?.msg ?? "")?.[0] ?? "";
  };
  const paired = async (): Promise<Browser> => {
    const browser = new Browser(await url());
    await until("a code", () => code() !== "");
    const used = code();
    expect(await browser.pair(used)).toBe(204);
    await until("the next code", () => code() !== used);
    return browser;
  };
  const isStill = (): boolean => {
    const { newest } = site.vehicle;
    return newest?.vx === 0 && newest.vy === 0 && newest.vz === 0;
  };
  const flyForward = async (): Promise<Flight> => {
    epoch += 1;
    const flight = await takeControl(site, epoch);
    const isMoving = (): boolean => (site.vehicle.newest?.vx ?? 0) > 0.2;
    const { page } = flight;
    await until("a link", () => isReadyToTakeOff(page) || page.beacon?.lock === "stop-latched");
    // For two seconds after the last one of the site's nothing releases it.
    while (page.beacon?.stopLatched) {
      const { sequence, stopSequence } = page.beacon;
      await page.command({ op: "release-stop", stopSequence });
      await until("news", () => page.beacon?.sequence !== sequence);
    }
    while (!isMoving()) {
      page.sticks = { forward: 0, right: 0, up: 0, yawRight: 0 };
      await fly(site, flight);
      page.sticks = { forward: 1, right: 0, up: 0, yawRight: 0 };
      const isOver = () => page.beacon?.lock !== undefined;
      await until("movement or a hold", () => isMoving() || isOver());
    }
    return flight;
  };

  beforeAll(async () => {
    site = await openSite(options);
    await siteIsReady(site);
  }, 40_000);

  afterAll(async () => {
    await closeSite(site);
    cleanup();
  });

  test("tells whoever is not paired nothing, and obeys them in nothing", async () => {
    const stranger = new Browser(await url());
    const page = await stranger.ask("/");
    expect(page.status).toBe(200);
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'self'/,
    );
    for (const path of ["/state", "/favicon.ico", "/page.html", "/../program.ts"])
      expect((await stranger.ask(path)).status, path).toBe(401);
    stranger.cookie = `__Host-pista-local=${"A".repeat(43)}`;
    expect((await stranger.ask("/state")).status).toBe(401);
    expect(await stranger.press("stop")).toBe(401);
    expect(await stranger.press("land")).toBe(401);
    expect(site.gateway.find("stop-latched")).toBeUndefined();
  });

  test("pairs by the console's code, which the log does not have, and by each code once", async () => {
    const browser = new Browser(await url());
    const used = code();
    const answer = await browser.ask("/pair", { method: "POST", body: used });
    expect(answer.status).toBe(204);
    expect(String(answer.headers["set-cookie"])).toMatch(
      /^__Host-pista-local=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    );
    expect(await browser.pair(used)).toBe(403);
    const log = site.gateway.lines.filter((line) => "level" in line);
    expect(JSON.stringify(log)).not.toContain(used);
    expect(JSON.stringify(log)).not.toContain(used.replace(" ", ""));
  });

  test("is no other page's: neither its origin nor a name that was made to lead here", async () => {
    const browser = await paired();
    const headers = { origin: "https://elsewhere.example" };
    expect((await browser.ask("/stop", { method: "POST", headers })).status).toBe(403);
    const host = "elsewhere.example";
    expect((await browser.ask("/", { headers: { host } })).status).toBe(421);
    expect((await browser.ask("/pair", { method: "POST", body: "1".repeat(99) })).status).toBe(413);
  });

  test("shows the flight, and its stop is zero velocity at once", async () => {
    const browser = await paired();
    void browser.ask("/state");
    const { page } = await flyForward();
    await until("the flight on the page", () => browser.newest?.phase === "flying");
    expect(browser.newest).toMatchObject({
      ...{ isHeard: true, modeName: "GUIDED", holder: "remote-pilot", pilotId: "pilot-one" },
      ...{ isArmed: true, isHubUp: true, isStopped: false, speedMps: expect.any(Number) },
    });
    const before = site.vehicle.setPoints.length;
    expect(await browser.press("stop")).toBe(204);
    await until("zero velocity", isStill);
    expect(site.vehicle.setPoints.slice(before).findIndex(({ vx }) => vx === 0)).toBeLessThan(10);
    await until("it on the page", () => browser.newest?.isStopped === true);
    await isRecorded(site, '"kind":"stop-latched","cause":"local"');
    expect(JSON.stringify(browser.newest?.events)).toContain('"cause":"local"');
    page.close();
  }, 60_000);

  test("Land lands, and the remote pilot has no word against it", async () => {
    const { page } = await flyForward();
    const browser = await paired();
    expect(await browser.press("land")).toBe(204);
    await until("LAND", () => site.vehicle.mode === CopterMode.LAND);
    expect(isStill()).toBe(true);
    await until("the ground", () => !site.vehicle.armed, 20_000);
    expect(await page.command({ op: "take-off" })).toBe("stop-latched");
    page.close();
  }, 60_000);

  test("[LG10] its process besieged, frozen and killed, the vehicle flies on; it is started again", async () => {
    const { page } = await flyForward();
    const line = await there();
    const [processId, before] = [Number(line.processId), String(line.url)];
    const from = site.vehicle.setPoints.length;
    const { hostname: host, port } = new URL(before);
    const besiegers = Array.from({ length: 60 }, () =>
      connect({ host, port: Number(port), ca, servername: "localhost" }).on(
        "error",
        () => undefined,
      ),
    );
    await until("a second of it", () => site.vehicle.setPoints.length > from + 60);
    process.kill(processId, "SIGSTOP");
    await until("its death", () => site.gateway.find("the local page died"), 20_000);
    for (const one of besiegers) one.destroy();
    await until("another", () => newest()?.url !== before, 20_000);
    const atMs = site.vehicle.setPoints.slice(from).map((setPoint) => setPoint.atMs);
    const gapsMs = atMs.slice(1).map((ms, index) => ms - (atMs[index] ?? ms));
    expect(Math.max(...gapsMs)).toBeLessThan(300);
    expect(site.vehicle.mode).toBe(CopterMode.GUIDED);
    page.close();
  }, 60_000);

  test("pairs four browsers, and after five tries in a minute nobody", async () => {
    for (let count = 0; count < 4; count++) await paired();
    const fifth = new Browser(await url());
    expect(await fifth.pair(code())).toBe(409);
    expect(await fifth.pair(code())).toBe(429);
  });
});
