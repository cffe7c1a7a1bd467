import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hasMcapPrefix } from "@mcap/core";
import { encodeStickFrame, encodeStop } from "@pista/contracts";
import { centredSticks, type Sticks } from "@pista/flight";
import { defined } from "@pista/kernel";
import { CopterMode, createDatagramReader, MavCmd } from "@pista/mavlink";
import { cleanup } from "node-datachannel";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { HeardSetPoint } from "./testing/fake-vehicle.ts";
import { GatewayProcess } from "./testing/gateway-process.ts";
import { PilotPage } from "./testing/pilot-page.ts";
import {
  isRecorded,
  readFrames,
  readIndexed,
  readMessages,
  readRecording,
  recordingNames,
} from "./testing/recordings.ts";
import {
  closeSite,
  connect,
  type Flight,
  fly,
  isReadyToTakeOff,
  openSite,
  type Site,
  siteIsReady,
  takeControl,
} from "./testing/site.ts";
import { until } from "./testing/until.ts";

/** The whole line with nothing mocked between the pilot's data channel and the vehicle's socket. */
describe("gateway", () => {
  let site: Site;
  let epoch = 0;
  let flight: Flight | undefined;

  beforeAll(async () => {
    site = await openSite();
    await siteIsReady(site);
  }, 40_000);

  afterAll(async () => {
    await closeSite(site);
    cleanup();
  });

  afterEach(async () => {
    flight?.page.close();
    flight = undefined;
    site.hub.stopRenewing();
    if (site.vehicle.armed) {
      site.vehicle.mode = CopterMode.LAND;
      await until("the ground", () => !site.vehicle.armed);
    }
  });

  const begin = async (): Promise<Flight> => {
    epoch += 1;
    flight = await takeControl(site, epoch);
    return flight;
  };

  const isStill = (): boolean => {
    const { newest } = site.vehicle;
    return newest?.vx === 0 && newest.vy === 0 && newest.vz === 0 && newest.yawRate === 0;
  };

  const pushForward = ({ page }: Flight): Promise<void> =>
    push(page, { forward: 1, right: 0, up: 0, yawRight: 0 }, ({ vx }) => vx > 0.2);

  /** As a pilot does: where a busy machine made the guard hold or land, it is flown anew. */
  const push = async (
    page: PilotPage,
    sticks: Sticks,
    isAsMeant: (setPoint: HeardSetPoint) => boolean,
  ): Promise<void> => {
    const isReached = (): boolean => {
      const { newest } = site.vehicle;
      return newest !== undefined && isAsMeant(newest);
    };
    while (!isReached()) {
      page.sticks = centredSticks;
      await fly(site, { page });
      page.sticks = sticks;
      const isOver = (): boolean =>
        page.beacon?.lock !== undefined || page.beacon?.phase !== "flying";
      await until("movement, a hold or a landing", () => isReached() || isOver());
    }
  };

  test("[AU8] it enrols, keeps its key for itself, and is known when it comes again", async () => {
    const { directory } = site;
    expect(statSync(join(directory, "gateway-key.pem")).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toContain("enrolment.json");
    site.hub.dropLink();
    await until("the gateway again", () => site.hub.isJoined);
  });

  test("[LG9] sticks become velocities of the right sign, north, east and down", async () => {
    const { page } = await begin();
    await fly(site, { page });
    await push(page, { forward: 1, right: 0, up: 0, yawRight: 0.5 }, ({ vx }) => vx > 0.1);
    const ahead = defined(
      site.vehicle.setPoints.findLast(({ vx }) => vx > 0.1),
      "north",
    );
    expect(ahead).toMatchObject({ coordinateFrame: 1, typeMask: 0x5c7 });
    expect(ahead.vy).toBeCloseTo(0);
    expect(ahead.yawRate).toBeGreaterThan(0);
    await push(page, { forward: 0, right: 1, up: 0.5, yawRight: 0 }, ({ vy }) => vy > 0.1);
    const right = defined(
      site.vehicle.setPoints.findLast(({ vy }) => vy > 0.1),
      "east",
    );
    expect(right.vz).toBeLessThan(0);
    expect(right.vx).toBeCloseTo(0);
  });

  test("[LG10] before arming the autopilot's time-outs are set, and heartbeats go out", async () => {
    const { parameters } = site.vehicle;
    for (const [name, one] of parameters) if (/GUID|GCS/.test(name)) one.value = 9;
    await fly(site, await begin());
    expect(parameters.get("GUID_TIMEOUT")?.value).toBeCloseTo(0.3);
    expect(parameters.get("FS_GCS_ENABLE")?.value).toBe(5);
    expect(parameters.get("FS_GCS_TIMEOUT")?.value).toBe(2);
    expect(parameters.get("MAV_GCS_SYSID")?.value).toBe(248);
    expect(site.gateway.count("read back from the vehicle")).toBeGreaterThanOrEqual(4);
    expect(site.vehicle.heartbeatsAtMs.length).toBeGreaterThan(2);
  });

  test("[LG8] a flight is an MCAP file, with what was said on the vehicle's link beside it", async () => {
    const { directory } = site;
    const now = await begin();
    await fly(site, now);
    await pushForward(now);
    site.hub.revoke(now.leaseId);
    await until("the ground", () => !site.vehicle.armed);
    const name = await until("the flight's end", () => {
      const [flown, after] = recordingNames(directory).slice(-2);
      return after?.includes("ground") && flown?.includes("flight") && flown;
    });
    const whole = await until("a whole file", () => {
      const mcap = readRecording(directory, name);
      return hasMcapPrefix(new DataView(mcap.buffer, mcap.length - 8 + mcap.byteOffset)) && mcap;
    });
    const heard = async (topic: string) =>
      (await readIndexed(whole, topic)).map(({ message }) => message);
    expect(await heard("/vehicle/status")).toContainEqual(expect.objectContaining({ armed: true }));
    expect(await heard("/vehicle/pose")).toContainEqual(
      expect.objectContaining({ frame_id: "site" }),
    );
    expect(await heard("/pilot/frames")).toContainEqual(
      expect.objectContaining({
        isActing: true,
        ageMs: expect.any(Number),
        sticks: { forward: 1, right: 0, up: 0, yawRight: 0 },
      }),
    );
    expect(await heard("/guard/record")).toContainEqual(
      expect.objectContaining({ kind: "phase-changed", to: "landing" }),
    );
    const setPoints = await heard("/guard/setpoint");
    expect(setPoints.length).toBeGreaterThan(100);
    const frames = readFrames(directory, name).flatMap(({ frame }) =>
      createDatagramReader().read(frame),
    );
    const sent = frames.filter(({ message }) => message.name === "SET_POSITION_TARGET_LOCAL_NED");
    expect(sent).toHaveLength(setPoints.length);
    expect(sent.every(({ systemId }) => systemId === 248)).toBe(true);
    const received = frames.filter(({ systemId }) => systemId !== 248);
    expect(received.map(({ message }) => message.name)).toContain("LOCAL_POSITION_NED");
  }, 40_000);

  test("[LG4] a stop brakes at once, holds, and is released by a deliberate act", async () => {
    const now = await begin();
    await fly(site, now);
    await pushForward(now);
    now.page.pressStop();
    await until("zero velocity", isStill);
    await until("the latch", () => now.page.beacon?.stopLatched);
    const release = { op: "release-stop", stopSequence: 1 } as const;
    expect(await now.page.command(release)).toBe("sticks-not-centred");
    expect(await now.page.command({ ...release, beaconSequence: 0 })).toBe("too-late");
    now.page.sticks = centredSticks;
    await releaseStop(now.page);
    await until("free sticks", () => now.page.beacon?.lock === undefined);
  });

  test("[AU5] a revocation stops the vehicle at once and lands it after 2 s", async () => {
    const now = await begin();
    await fly(site, now);
    await pushForward(now);
    const revokedAtMs = performance.now();
    site.hub.revoke(now.leaseId);
    await until("zero velocity", isStill);
    expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
    await until("LAND", () => site.vehicle.mode === CopterMode.LAND);
    expect(performance.now() - revokedAtMs).toBeGreaterThan(1_900);
    await until("its end told", () => site.hub.leaseStates(now.leaseId).includes("ended"));
  });

  test("[AU3] the giver flies until the receiver is ready; then the receiver does", async () => {
    const giver = await begin();
    await fly(site, giver);
    epoch += 1;
    const page = new PilotPage();
    await page.gathered();
    const leaseId = site.hub.succeed(giver.leaseId, epoch, page.identity);
    await until("the handover", () => site.hub.leaseStates(leaseId).includes("awaited"));
    await connect(site, { page, leaseId }, epoch);
    await pushForward(giver);
    giver.page.sticks = centredSticks;
    expect(site.hub.leaseStates(giver.leaseId)).not.toContain("ended");
    page.startFlying();
    await until("the receiver in command", () => site.hub.leaseStates(leaseId).includes("held"));
    expect(site.hub.leaseStates(giver.leaseId)).toContain("ended");
    await until("the giver's channel closed", () => !giver.page.isConnected);
    giver.page.close();
    flight = { page, leaseId };
    await pushForward(flight);
  });

  test("[LG10] media killed is a closed peer: zero velocity, landing, and a new media", async () => {
    const now = await begin();
    await fly(site, now);
    await pushForward(now);
    const before = site.gateway.count("media is ready");
    const ready = site.gateway.lines.findLast(({ msg }) => msg === "media is ready");
    process.kill(Number(ready?.processId), "SIGKILL");
    await until("zero velocity", isStill);
    await until("LAND", () => site.vehicle.mode === CopterMode.LAND);
    await until("a new media", () => site.gateway.count("media is ready") > before);
    await isRecorded(site, '"kind":"peer-closed","cause":"media ended"');
  });

  test("[LG1] a command older than the wall never reaches the vehicle", async () => {
    const now = await begin();
    await fly(site, now);
    now.page.staleMs = 250;
    await until("the wall", () => now.page.beacon?.lock === "command-old");
    const from = site.vehicle.setPoints.length;
    now.page.sticks = { forward: 1, right: 0, up: 0, yawRight: 0 };
    await until("fifty set-points", () => site.vehicle.setPoints.length > from + 50);
    const moved = site.vehicle.setPoints.slice(from).filter(({ vx, vy }) => vx !== 0 || vy !== 0);
    expect(moved).toEqual([]);
    await isRecorded(site, '"cause":"estimated-age"');
  });

  test("[AU1] [AU2] an offer without its lease, or with another certificate, is refused", async () => {
    const now = await begin();
    const stranger = new PilotPage();
    await stranger.gathered();
    expect(await site.hub.offer("lease-other", stranger.offer)).toMatchObject({
      sdp: null,
      cause: "no-lease",
    });
    expect(await site.hub.offer(now.leaseId, stranger.offer)).toMatchObject({
      sdp: null,
      cause: "wrong-fingerprint",
    });
    stranger.close();
    // The pilot who is there stays there.
    const sequence = now.page.beacon?.sequence ?? 0;
    await until("beacons go on", () => (now.page.beacon?.sequence ?? 0) > sequence + 5);
  });

  test("[AU2] whoever holds the certificate but not the key is sent away", async () => {
    epoch += 1;
    const page = new PilotPage();
    await page.gathered();
    const { keyThumbprint } = new PilotPage().identity;
    const leaseId = site.hub.lease(epoch, { ...page.identity, keyThumbprint });
    flight = { page, leaseId };
    await expect(connect(site, flight, epoch)).rejects.toThrow("the welcome");
    await isRecorded(site, '"cause":"wrong-proof"');
  }, 20_000);

  test("broken frames are counted and nothing else happens", async () => {
    const { page } = await begin();
    page.sendRaw("sticks", new Uint8Array([1, 2, 3]));
    page.sendRaw("sticks", "text");
    page.sendRaw("commands", "{}");
    page.sendRaw("commands", "x".repeat(5_000));
    page.sendRaw("stop", encodeStickFrame(anyFrame));
    for (let count = 0; count < 2_000; count++) page.sendRaw("commands", "[]");
    page.sendRaw("stop", encodeStop(1));
    await until("the stop", () => page.beacon?.stopLatched);
    for (const cause of ["too-many", "too-long", "not-a-command"]) {
      await isRecorded(site, `"cause":"${cause}"`);
    }
    await releaseStop(page);
  });

  test("what the hub says wrongly is refused, and the link holds", async () => {
    site.hub.sayRaw("{}");
    site.hub.sayRaw("not JSON");
    // What comes behind them is heard on the same link.
    expect((await site.hub.offer("lease-of-nobody", "v=0")).sdp).toBeNull();
    await until("a word of it", () => site.gateway.find("what the contract does not know"));
    expect(site.gateway.count("what the contract does not know")).toBe(1);
    expect(site.hub.isJoined).toBe(true);
  });

  test.each(["GUID_TIMEOUT", "FS_GCS_ENABLE"])(
    "[LG10] no take-off where %s does not take the value",
    async (name) => {
      const { page } = await begin();
      const parameter = defined(site.vehicle.parameters.get(name), name);
      parameter.value = 3;
      site.vehicle.stubbornParameter = name;
      await until("the ground and a link", () => isReadyToTakeOff(page));
      const armed = armings(site);
      expect(await page.command({ op: "take-off" })).toBeNull();
      const reason = `could not set ${name}`;
      await isRecorded(site, reason);
      await until("the pilot told", () => page.refusals.some((text) => text.includes(reason)));
      expect(armings(site)).toBe(armed);
      site.vehicle.stubbornParameter = undefined;
    },
  );

  test("[LG8] a refused arming tells and records the autopilot's own reason", async () => {
    const { page } = await begin();
    site.vehicle.refusesArming = true;
    await until("the ground and a link", () => isReadyToTakeOff(page));
    expect(await page.command({ op: "take-off" })).toBeNull();
    await isRecorded(site, "Compass not calibrated");
    await isRecorded(site, '"kind":"autopilot-said","cause":"PreArm: Compass not calibrated"');
    site.vehicle.refusesArming = false;
  });

  test("[AU7] after kill -9 an epoch that was obeyed is not obeyed again", async () => {
    const now = await begin();
    now.page.close();
    site.gateway.kill("SIGKILL");
    await until("its end", () => !site.hub.isJoined);
    const killed = recordingNames(site.directory).at(-1) ?? "";
    expect(readMessages(readRecording(site.directory, killed)).length).toBeGreaterThan(0);
    site.gateway = new GatewayProcess(site.arguments);
    await siteIsReady(site);
    expect(site.hub.heard).toContainEqual(expect.objectContaining({ highestEpoch: epoch }));
    site.hub.lease(epoch, { ...now.page.identity, dtlsFingerprint: "AA", keyThumbprint: "x" });
    await until("the refusal", () => site.hub.leaseStates(now.leaseId).includes("refused"));
  }, 30_000);

  test("[AU7] [LG4] killed in the air and begun anew, a stop stands until it is released", async () => {
    const before = await begin();
    await fly(site, before);
    before.page.close();
    site.gateway.kill("SIGKILL");
    await until("its end", () => !site.hub.isJoined);
    site.vehicle.mode = CopterMode.LOITER;
    site.gateway = new GatewayProcess(site.arguments);
    await siteIsReady(site);
    const { page } = await begin();
    await until("the latch", () => page.beacon?.stopLatched);
    await isRecorded(site, '"kind":"stop-latched","cause":"found-flying"');
    site.vehicle.mode = CopterMode.GUIDED;
    const from = site.vehicle.setPoints.length;
    page.sticks = { forward: 1, right: 0, up: 0, yawRight: 0 };
    await until("fifty set-points", () => site.vehicle.setPoints.length > from + 50);
    expect(site.vehicle.setPoints.slice(from).filter(({ vx }) => vx !== 0)).toEqual([]);
    page.sticks = centredSticks;
    await releaseStop(page);
    await until("free sticks", () => page.beacon?.lock === undefined);
  }, 30_000);

  test("it ends cleanly when whoever started it is gone", async () => {
    site.gateway.endInput();
    await until("the end", () => site.gateway.exitCode !== null);
    expect(site.gateway.exitCode).toBe(0);
  });
});

/** The guard wants to see centred sticks first, and a flood may have used up the commands' budget. */
async function releaseStop(page: PilotPage): Promise<void> {
  await until("a settled clock", () => page.beacon?.commandAgeMs !== undefined);
  const { stopSequence } = page.beacon ?? { stopSequence: 1 };
  await expect
    .poll(() => page.command({ op: "release-stop", stopSequence }), { timeout: 5_000 })
    .toBeNull();
}

const armings = ({ vehicle }: Site): number =>
  vehicle.commands.filter(({ command }) => command === MavCmd.COMPONENT_ARM_DISARM).length;

const anyFrame = {
  sequence: 1,
  leaseEpoch: 1,
  sampledAtBrowserMs: 0,
  sentAtBrowserMs: 0,
  beaconSequence: 0,
  beaconAtBrowserMs: 0,
  shownPoseSequence: 0,
  sticks: { forward: 0, right: 0, up: 0, yawRight: 0 },
  stopSequence: 0,
};
