import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodeOf, GatewayError } from "./errors.ts";
import { enrolmentCode, FakeHub } from "./testing/fake-hub.ts";
import { GatewayProcess } from "./testing/gateway-process.ts";
import { freeUdpPort } from "./testing/site.ts";
import { until } from "./testing/until.ts";

const directory = mkdtempSync(join(tmpdir(), "pista-gateway-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function refused(options: readonly string[]): Promise<GatewayProcess> {
  const gateway = new GatewayProcess(["--data", join(directory, "data"), ...options]);
  await until("its end", () => gateway.exitCode !== null, 20_000);
  return gateway;
}

test("a start that is refused says why in its message, down to the cause", async () => {
  const nobody = "http://127.0.0.1:1";
  const line = `tcp://127.0.0.1:${await freeUdpPort()}`;
  const gateway = await refused(["--hub", nobody, "--code", "any", "--vehicle", line]);
  const told = gateway.find(`The hub at ${nobody} could not be asked`);
  // A port that fetch itself refuses, so that the answer is the same on every machine.
  expect(told?.msg).toContain("bad port");
  const last = `pista gateway: ENROLMENT_UNANSWERED: ${told?.msg}`;
  await until("the last line, for a person", () => gateway.lines.at(-1)?.msg === last);
  expect(gateway.exitCode).toBe(1);
}, 30_000);

describe("[AU8] what this machine refuses spends no code, and puts no other gateway out", () => {
  const hub = new FakeHub();
  const taken = createSocket("udp4");
  let [takenLine, freeLine] = ["", ""];
  const udp = (port: number): string => `udp://127.0.0.1:${port}`;
  beforeAll(async () => {
    await hub.open();
    taken.bind(0, "127.0.0.1");
    await once(taken, "listening");
    [takenLine, freeLine] = [udp(taken.address().port), udp(await freeUdpPort())];
  });
  afterAll(() => {
    hub.close();
    taken.close();
  });

  const fileOf = (content: string): string => {
    const path = join(directory, "file");
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };

  test.each([
    [
      "the vehicle's port",
      () => ["--vehicle", takenLine],
      "a ground station, has that port. bind EADDRINUSE",
    ],
    [
      "the companion's port",
      () => ["--vehicle", freeLine, "--odometry", takenLine],
      "Could not listen for the companion",
    ],
    [
      "the MAVLink key",
      () => ["--vehicle", freeLine, "--mavlink-key-file", fileOf("no key")],
      "file",
    ],
    [
      "the data directory",
      () => ["--vehicle", freeLine, "--data", join(fileOf("a file"), "data")],
      "ENOTDIR",
    ],
    [
      "the local page",
      () => ["--vehicle", freeLine, "--local-page", "0.0.0.0:8443"],
      "--local-page-cert",
    ],
  ])(
    "%s",
    async (_what, options, why) => {
      const address = ["--hub", `http://127.0.0.1:${hub.port}`, "--code", enrolmentCode];
      const gateway = await refused([...address, ...options()]);
      expect(gateway.find(why)).toBeDefined();
      expect(hub.gatewayKeyHex).toBe("");
      expect(readdirSync(directory, { recursive: true })).not.toContain("data/enrolment.json");
    },
    30_000,
  );
});

test("[LG10] [AU8] of several the one that is refused for good asks the hub once; the other goes on", async () => {
  const first = new FakeHub();
  const second = new FakeHub("two", first);
  await first.open();
  const gateway = new GatewayProcess([
    ...["--data", join(directory, "fleet"), "--hub", `http://127.0.0.1:${first.port}`],
    ...["--vehicle", `hangar-1=udp://127.0.0.1:${await freeUdpPort()}`],
    ...["--vehicle", "hangar-2=tcp://127.0.0.1:9", "--bind-address", "127.0.0.1"],
    ...["--code", `hangar-1=${first.enrolmentCode}`, "--code", "hangar-2=spent"],
  ]);
  const said = (vehicle: string, text: string) =>
    gateway.lines.filter((line) => line.vehicle === vehicle && line.msg.includes(text));
  await until("its end", () => said("hangar-2", "is not started again")[0], 20_000);
  expect(said("hangar-2", "is spent.").map(({ level }) => level)).toEqual([60]);
  await until("the other at the hub", () => first.isJoined, 20_000);
  expect(said("hangar-2", "pilotage started")).toHaveLength(1);
  gateway.kill("SIGTERM");
  await until("the end", () => gateway.exitCode !== null);
  expect([gateway.exitCode, second.isJoined]).toEqual([0, false]);
  first.close();
}, 60_000);

test.each([
  ["tried again", "ENROLMENT_UNANSWERED", 1],
  ["tried again", "DATA_DIRECTORY_HELD", 1],
  ["left to a person", "ENROLMENT_REFUSED", 78],
  ["left to a person", "MAVLINK_KEY_UNREADABLE", 78],
] as const)("what should be %s: %s ends with %i", (_what, code, exitCode) => {
  expect(exitCodeOf(new GatewayError(code, ""))).toBe(exitCode);
});
