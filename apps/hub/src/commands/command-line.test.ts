import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { run } from "../main.ts";
import { type Outcome, runPista, type ServedHub, servePista } from "../testing/pista-process.ts";
import { makeDirectory, openTestHub } from "../testing/test-hub.ts";

/** A city with one bay that no sensor watches, left as a stopped hub leaves it. */
const directory = makeDirectory();
const feedFile = join(directory, "feed.xml");
beforeAll(async () => {
  const hub = await openTestHub({ directory });
  for (const bay of ["demo-bay-0001", "demo-bay-0002", "demo-bay-0003"]) {
    await hub.open.context.db
      .updateTable("bay")
      .set({ device_id: null })
      .where("id", "=", bay)
      .execute();
  }
  await hub.close();
  writeFileSync(
    feedFile,
    '<traffic_data generation_time="2026-11-22T12:00:00Z"><PK_data ID="1" Name="A" status="1" Total="9" Free="3" lat="45" lng="7"/></traffic_data>',
  );
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The same program in this process: starting one costs a second or two, and most need none. */
async function runHere(...words: string[]): Promise<Outcome> {
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
  }
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await run(words);
    return { exitCode: Number(process.exitCode), ...written };
  } finally {
    process.exitCode = before;
    vi.restoreAllMocks();
  }
}
afterEach(() => vi.unstubAllEnvs());

const data = ["--data", directory];
const addDevice = (bay: string) =>
  runHere("device", "add", "--model", "M", "--bay", bay, "--json", ...data);

describe("help and mistakes", () => {
  test.each([
    [["serve", "--help"]],
    [["import", "--help"]],
    [["import", "inventory", "--help"]],
    [["device", "--help"]],
    [["device", "add", "--help"]],
    [["device", "move", "--help"]],
    [["quarantine", "replay", "--help"]],
    [["admin", "--help"]],
    [["admin", "add", "--help"]],
    [["admin", "rotate-lease-key", "--help"]],
    [["backup", "--help"]],
    [["restore", "--help"]],
  ])("%j tells how it is used", async (words) => {
    const { exitCode, stdout, stderr } = await runHere(...words);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Usage: pista/);
  });

  test("without a command that it knows it tells which there are", async () => {
    const [help, mistake] = [await runPista("--help"), await runPista("fly")];
    expect([help.exitCode, help.stdout]).toEqual([0, expect.stringMatching(/^Usage: pista/)]);
    expect([mistake.exitCode, mistake.stdout]).toEqual([2, ""]);
    expect(mistake.stderr).toMatch(/no command "fly"/);
  });

  test.each([
    [["serve", "--colour"], /unknown option '--colour'/],
    [["device", "add", "--bay", "b"], /--model/],
    [["quarantine", "replay"], /HUB_SETTINGS: .*--device DEVICE/],
    [["device", "move", "d"], /HUB_SETTINGS: .*--bay BAY/],
    [["admin", "add"], /missing required argument 'email'/],
    [["serve", "--port", "x"], /HUB_SETTINGS: --port takes a port/],
    [["serve", "--host", "0.0.0.0"], /HUB_SETTINGS: .*--behind-proxy/],
    [["restore", "/nowhere/city.backup"], /required option '--data/],
    [["import", "/nowhere/feed.xml"], /HUB_SETTINGS: \/nowhere\/feed\.xml cannot be read/],
  ])("%j ends with a word about it, not with a trace", async (words, expected) => {
    const { exitCode, stderr } = await runHere(...words);
    expect(exitCode).toBeGreaterThan(0);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe("with a hub that is stopped", () => {
  test("a device, an administrator and a feed are added in the directory itself", async () => {
    const device = await addDevice("demo-bay-0001");
    expect(device.exitCode).toBe(0);
    expect(JSON.parse(device.stdout)).toEqual({
      id: expect.stringMatching(/^sensor-/),
      key: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
    const again = await addDevice("demo-bay-0001");
    expect([again.exitCode, again.stdout]).toEqual([1, ""]);
    expect(again.stderr).toMatch(/^pista: id-taken: /);
    const admin = await runHere("admin", "add", "first@test.invalid", ...data);
    expect(admin.stdout).toMatch(/^e-mail {4}first@test\.invalid\npassword {2}\S{43}\n$/);
    const rotated = await runHere("admin", "rotate-lease-key", ...data);
    expect(rotated.stdout).toMatch(/^rotation {2}1\nnew key {3}[0-9a-f]{64}\n$/);
    const feed = await runHere("import", feedFile, "--json", ...data);
    expect(JSON.parse(feed.stdout)).toMatchObject({ imported: 1, withoutFreeSpaces: 0 });
  }, 60_000);

  test("an inventory is tried, then imported; its faults are told by their lines", async () => {
    const file = join(directory, "inventory.json");
    const guide = readFileSync(
      new URL("../../../../docs/import-the-inventory.md", import.meta.url),
    );
    const example = /```json\n([\s\S]*?)```/.exec(guide.toString())?.[1] ?? "";
    const importFile = (...words: string[]) =>
      runHere("import", "inventory", file, ...words, ...data);

    writeFileSync(file, example.replace('"objectType": "pay_station"', '"objectType": "?"'));
    const faulty = await importFile();
    const line = example.split("\n").findIndex((text) => text.includes("objectType")) + 1;
    expect([faulty.exitCode, faulty.stdout]).toEqual([1, ""]);
    expect(faulty.stderr).toContain(`${file}:${line}: curbObjects[0].objectType: it is no word. `);
    expect(JSON.parse((await importFile("--json")).stdout).faults).toMatchObject([{ line }]);
    writeFileSync(file, example.slice(0, -9));
    expect((await importFile()).stderr).toMatch(/^\S+inventory\.json(:\d+)?: .*JSON/);

    writeFileSync(file, example);
    const tried = await importFile("--dry-run");
    expect([tried.exitCode, tried.stderr]).toEqual([0, ""]);
    expect(tried.stdout).toMatch(/added bay via-prova-1\n[\s\S]*\n9 added, .*nothing was imported/);
    const imported = await importFile("--json");
    expect(JSON.parse(imported.stdout)).toMatchObject({ dryRun: false, added: 9 });
    expect((await importFile()).stdout).toBe("0 added, 0 changed, 0 ended, 9 unchanged\n");
  }, 60_000);

  test("a directory that is held by a hub which cannot be asked is left alone", async () => {
    const other = await openTestHub();
    // Where the hub would listen does not matter to a command that listens nowhere.
    vi.stubEnv("PISTA_HOST", "0.0.0.0");
    const { exitCode, stderr } = await runHere(
      ...["admin", "add", "a@test.invalid", "--data", other.settings.dataDirectory],
    );
    await other.close();
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^pista: HUB_NOT_REACHED: A hub holds the data directory/);
  }, 60_000);

  test("a damaged key ends the start, with a word about the backup", async () => {
    const damaged = makeDirectory();
    const hub = await openTestHub({ directory: damaged });
    await hub.close();
    writeFileSync(join(damaged, "cookie.key"), "damaged\n");
    // In a process of its own: what was opened by then must not keep it from ending.
    const { exitCode, stderr } = await runPista("serve", "--no-demo", "--data", damaged);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/HUB_KEY_FILE: .*backup/)]);
    // A lost one ends it too, until somebody says that it is lost for good.
    rmSync(join(damaged, "cookie.key"));
    const lost = await runHere("serve", "--no-demo", "--port", "0", "--data", damaged);
    expect([lost.exitCode, lost.stderr]).toEqual([
      1,
      expect.stringMatching(/cookie\.key is missing/),
    ]);
    const served = await servePista(damaged, "--new-keys");
    expect(await served.end("SIGTERM")).toBe(0);
    rmSync(damaged, { recursive: true, force: true });
  }, 60_000);
});

describe("with a hub that runs", () => {
  let hub: ServedHub;
  beforeAll(async () => {
    hub = await servePista(directory);
  }, 60_000);

  test("its address is its owner's, and commands go through it", async () => {
    expect(statSync(join(directory, "hub.json")).mode & 0o777).toBe(0o600);
    expect(hub.greeting).toContain("npx pista admin add EMAIL");
    const device = await addDevice("demo-bay-0002");
    expect([device.exitCode, device.stderr]).toEqual([0, ""]);
    const { id } = JSON.parse(device.stdout);
    const items = JSON.parse((await runHere("device", "list", "--json", ...data)).stdout);
    expect(items.length).toBeGreaterThan(1_000);
    expect(items.map((one: { id: string }) => one.id)).toContain(id);
    const unknown = await addDevice("no-such-bay");
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      1,
      expect.stringMatching(/^pista: not-found: /),
    ]);
  }, 60_000);

  test("a device gets a new key, moves, gets another model and ends", async () => {
    const device = (...words: string[]) => runHere("device", ...words, ...data);
    const { id, key } = JSON.parse((await addDevice("demo-bay-0003")).stdout);
    const rotated = JSON.parse((await device("rotate-key", id, "--json")).stdout);
    expect([rotated.id, rotated.key === key]).toEqual([id, false]);
    const inStore = await device("move", id, "--no-bay");
    expect([inStore.exitCode, inStore.stdout]).toEqual([0, `${id} watches no bay\n`]);
    const moved = await device("move", id, "--bay", "demo-bay-0003", "--json");
    expect(JSON.parse(moved.stdout)).toMatchObject({ id, bayId: "demo-bay-0003" });
    const modelled = await device("set-model", id, "demo-model-kerb-sensor", "--model", "N");
    expect([modelled.stdout, modelled.stderr]).toEqual([
      `${id} is a N, read by demo-model-kerb-sensor\n`,
      "",
    ]);
    const replayed = await runHere("quarantine", "replay", "--device", id, ...data);
    expect(replayed.stdout).toBe("0 read and stored, 0 still unreadable\n");
    const kept = await runHere("quarantine", "list", "--json", ...data);
    expect(JSON.parse(kept.stdout)).toEqual({ items: [], nextCursor: null });
    const ended = await device("end", id, "--json");
    expect([ended.exitCode, JSON.parse(ended.stdout)]).toEqual([0, { id }]);
    expect((await device("end", id)).stderr).toMatch(/^pista: not-found: /);
  }, 60_000);

  test("a second hub on the same directory, or on the same port, is told so and ends", async () => {
    const serve = ["serve", "--no-demo", "--port", "0"];
    const locked = await runHere(...serve, "--mqtt-port", "0", ...data);
    expect([locked.exitCode, locked.stderr]).toEqual([1, expect.stringMatching(/STORE_LOCKED/)]);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const other = makeDirectory();
    const refused = await runHere(...serve, "--mqtt-port", port, "--data", other);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringMatching(/PORT_TAKEN/)]);
    rmSync(other, { recursive: true, force: true });
    taken.close();
  }, 60_000);

  test("after it was killed the directory is free, and its stale address misleads nobody", async () => {
    await hub.end("SIGKILL");
    expect(existsSync(join(directory, "hub.json"))).toBe(true);
    const admin = await runHere("admin", "add", "second@test.invalid", "--json", ...data);
    expect([admin.exitCode, admin.stderr]).toEqual([0, ""]);
    hub = await servePista(directory);
    const { items } = (await hub.operator().send("GET", "/v1/people")).json;
    expect(items.map((one: { email: string }) => one.email)).toContain("second@test.invalid");
  }, 60_000);

  test("a signal ends it in order: code 0, and its address is gone", async () => {
    expect(await hub.end("SIGTERM")).toBe(0);
    expect(existsSync(join(directory, "hub.json"))).toBe(false);
  });
});
