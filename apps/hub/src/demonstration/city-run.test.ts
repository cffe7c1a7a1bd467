import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { romeTime } from "@pista/kernel";
import { createCityDay, sensorFaultOf } from "@pista/simulation";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../system-clock.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";
import { demonstrationBays, demonstrationLinks } from "./demonstration-city.ts";

const program = fileURLToPath(new URL("../../../../bin/pista.js", import.meta.url));
const seed = 1;

let hub: TestHub | undefined;
let city: ChildProcess | undefined;
afterEach(async () => {
  if (city && city.exitCode === null) {
    const exited = once(city, "exit");
    city.kill("SIGTERM");
    await exited;
  }
  await hub?.close();
});

type BayView = { id: string; state: string; observedAt: string };

/** The simulator as the hub starts it, against a hub of this process. */
function startCity(of: TestHub, file: string, ...words: string[]): { log(): string } {
  const doors = ["--hub", `mqtt://127.0.0.1:${of.mqttPort}`, "--web", of.url, "--keys", file];
  const child = spawn(process.execPath, [program, "simulate", "city", ...doors, ...words], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  city = child;
  let log = "";
  child.stderr.on("data", (part: Buffer) => {
    log += part.toString("utf8");
  });
  return { log: () => log };
}

/** What the model says stands in each bay now. */
function truthNow(): ReadonlyMap<string, string> {
  const { weekday, minute } = romeTime(systemClock.nowMs());
  const bays = demonstrationBays.flatMap(({ bayId, deviceId, zoneId }) => {
    const life = zoneId === "demo-corso-marche" ? ("offices" as const) : ("night-life" as const);
    return deviceId ? { bayId, deviceId, life } : [];
  });
  const day = createCityDay({ seed, bays, weekday });
  const taken = new Set<string>();
  for (let event = day.next(); event.atMs <= minute * 60_000; event = day.next()) {
    if (event.kind === "arrival") taken.add(event.bayId);
    if (event.kind === "departure") taken.delete(event.bayId);
  }
  return new Map(bays.map(({ bayId }) => [bayId, taken.has(bayId) ? "occupied" : "free"]));
}

test("[IN1] every door of the simulated city leads to its bays, and no secret to its log", async () => {
  const opened = await openTestHub();
  hub = opened;
  const file = join(opened.settings.dataDirectory, "demo-devices.json");
  const { log } = startCity(opened, file, "--seed", String(seed));
  let bays: BayView[] = [];
  await vi.waitFor(
    async () => {
      const { items, isDemonstration } = (await opened.visitor.send("GET", "/v1/public/bays")).json;
      expect(isDemonstration).toBe(true);
      bays = items;
      const known = bays.filter(({ state }) => state !== "unknown").length;
      expect(known / demonstrationBays.length, log()).toBeGreaterThan(0.97);
    },
    { timeout: 40_000, interval: 250 },
  );
  const truth = truthNow();
  for (const door of ["report", "raw", "tts", "chirpstack"]) {
    const own = bays.filter(({ id }) => demonstrationLinks.get(id)?.door === door);
    const right = own.filter(({ id, state }) => state === truth.get(id)).length;
    // The rest are faulty sensors, and what happened in the minute that the clock leaves open.
    expect(right / own.length, door).toBeGreaterThan(0.9);
  }

  const bayOf = (door: string) =>
    demonstrationBays.find(
      ({ bayId, deviceId }) =>
        demonstrationLinks.get(bayId)?.door === door &&
        sensorFaultOf(deviceId ?? "", seed).kind === "none",
    )?.bayId;
  for (const door of ["tts", "chirpstack"]) {
    const { items } = (await opened.operator.send("GET", `/v1/bays/${bayOf(door)}/reports`)).json;
    expect(items[0]).toMatchObject({ counter: 0, clockAhead: false });
    expect(items[0].rssiDbm).toBeLessThan(-30);
    expect(items[0].temperatureC).not.toBeNull();
    expect(items[0].batteryPct).not.toBeNull();
  }

  const { devices, hook } = JSON.parse(readFileSync(file, "utf8"));
  expect(log()).toContain("every vehicle in them is invented");
  for (const secret of [hook.secret, devices[0].key]) expect(log()).not.toContain(secret);
}, 60_000);

test("[IN3] a city that lives sixty times as fast tells moments that the hub believes", async () => {
  const opened = await openTestHub();
  hub = opened;
  const file = join(opened.settings.dataDirectory, "demo-devices.json");
  const { log } = startCity(opened, file, "--seed", String(seed), "--speed", "60");
  const reports = () =>
    opened.open.context.db
      .selectFrom("report")
      .select(["device_id", "clock_ahead", "observed_at", "received_at"])
      .execute();
  await vi.waitFor(async () => expect((await reports()).length, log()).toBeGreaterThan(1_800), {
    timeout: 60_000,
    interval: 500,
  });
  const sound = (await reports()).filter(
    ({ device_id }) => sensorFaultOf(device_id, seed).kind === "none",
  );
  expect(sound.filter(({ clock_ahead }) => clock_ahead)).toEqual([]);
  const prompt = sound.filter(
    (report) => report.received_at.getTime() - report.observed_at.getTime() < 30_000,
  );
  expect(prompt.length / sound.length).toBeGreaterThan(0.98);
}, 90_000);
