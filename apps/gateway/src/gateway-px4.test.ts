import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defined } from "@pista/kernel";
import { createFrameWriter, MavAutopilot, MavCmd, MavResult, MavType } from "@pista/mavlink";
import { cleanup } from "node-datachannel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { px4Personality } from "./testing/fake-personality.ts";
import {
  closeSite,
  fly,
  isReadyToTakeOff,
  openPx4Site,
  siteIsReady,
  takeControl,
} from "./testing/site.ts";
import { until } from "./testing/until.ts";

/** The same line as in gateway.test.ts, with the other autopilot behind a stream of bytes. */
describe("gateway and PX4 over TCP", () => {
  let site: Awaited<ReturnType<typeof openPx4Site>>;

  beforeAll(async () => {
    site = await openPx4Site();
    await siteIsReady(site);
  }, 40_000);

  afterAll(async () => {
    await closeSite(site);
    cleanup();
  });

  const recorded = (): string =>
    readdirSync(join(site.directory, "flights"))
      .map((name) => readFileSync(join(site.directory, "flights", name), "utf8"))
      .join("");

  const armings = (): number =>
    site.vehicle.commands.filter(({ command }) => command === MavCmd.COMPONENT_ARM_DISARM).length;

  test("it is known for what it is", () => {
    expect(site.gateway.find("vehicle heard")).toMatchObject({ autopilot: "PX4", mode: "POSCTL" });
  });

  test("[LG10] no arming where the loss of OFFBOARD would not land it, and the pilot is told", async () => {
    const { page } = await takeControl(site, 1);
    // It was set when the vehicle was met; since then somebody has set it back.
    await until("the first setting", () => site.gateway.count("read back from the vehicle") >= 2);
    site.vehicle.stubbornParameter = "COM_OBL_RC_ACT";
    defined(site.vehicle.parameters.get("COM_OBL_RC_ACT"), "COM_OBL_RC_ACT").value = 0;
    await until("the ground and a link", () => isReadyToTakeOff(page));
    expect(await page.command({ op: "take-off" })).toBeNull();
    const reason = "could not set COM_OBL_RC_ACT to 4 and read it back: it stays at 0";
    await until("the reason", () => page.refusals.some((text) => text.includes(reason)));
    expect(recorded()).toContain(reason);
    expect(armings()).toBe(0);
    site.vehicle.stubbornParameter = undefined;
    page.close();
  });

  test("[LG10] no take-off indoors where a failsafe that would return home cannot be set", async () => {
    const { page } = await takeControl(site, 2);
    const failsafe = defined(site.vehicle.parameters.get("NAV_RCL_ACT"), "NAV_RCL_ACT");
    failsafe.value = 2;
    site.vehicle.stubbornParameter = "NAV_RCL_ACT";
    await until("the ground and a link", () => isReadyToTakeOff(page));
    expect(await page.command({ op: "take-off" })).toBeNull();
    const reason = "could not rule out a return home or a hover by NAV_RCL_ACT: it stays at 2";
    await until("the pilot told", () => page.refusals.some((text) => text.includes(reason)));
    expect(armings()).toBe(0);
    site.vehicle.stubbornParameter = undefined;
    failsafe.value = 3;
    page.close();
  });

  test("it signs and is signed for, and an unsigned mode is not taken for the vehicle's", async () => {
    expect(site.gateway.find("waiting for the vehicle")).toMatchObject({ signed: true });
    const forged = createFrameWriter({ systemId: 1, componentId: 1 }).write({
      name: "HEARTBEAT",
      type: MavType.QUADROTOR,
      autopilot: MavAutopilot.PX4,
      baseMode: 0,
      customMode: px4Personality.landing,
      systemStatus: 3,
      mavlinkVersion: 3,
    });
    site.wire.send(forged);
    await until("its refusal told", () => site.gateway.find("not signed by our key"));
    expect(site.gateway.count("mode changed")).toBe(0);
    const told = () => site.hub.heard.findLast((message) => message.op === "telemetry")?.signing;
    await until("it told to the hub", () => (told()?.refusedFrames ?? 0) > 0);
    expect(told()?.state).toBe("signed");
  });

  test("a line that broke is dialled again, and the vehicle is heard again", async () => {
    const before = site.gateway.count("failed");
    const position = site.vehicle.heartbeatsAtMs.length;
    site.wire.cut();
    await until("the fault told", () => site.gateway.count("failed") > before);
    await until("heartbeats on the new line", () => site.vehicle.heartbeatsAtMs.length > position);
  });

  test("[LG10] OFFBOARD after a second of set-points, a climb by velocities, flight, and a landing by PX4 itself", async () => {
    const { vehicle } = site;
    vehicle.setPoints.length = 0;
    vehicle.commands.length = 0;
    const flight = await takeControl(site, 3);
    await fly(site, flight);
    expect(vehicle.mode).toBe(px4Personality.guided);
    const asking = (asked: number) => vehicle.commands.filter(({ command }) => command === asked);
    const armed = defined(asking(MavCmd.COMPONENT_ARM_DISARM)[0], "an arming");
    expect(armed.result).toBe(MavResult.ACCEPTED);
    const asked = defined(asking(MavCmd.DO_SET_MODE)[0], "a switch of the mode");
    const first = defined(vehicle.setPoints[0], "a set-point");
    expect(asked.atMs - first.atMs).toBeGreaterThan(1_000);
    expect(vehicle.setPoints.some(({ vz }) => vz === -0.5)).toBe(true);
    expect(vehicle.commands.map(({ command }) => command)).not.toContain(MavCmd.NAV_TAKEOFF);
    flight.page.sticks = { forward: 1, right: 0, up: 0, yawRight: 0 };
    await until("north", () => (vehicle.newest?.vx ?? 0) > 0.1);
    expect(vehicle.newest).toMatchObject({ coordinateFrame: 1, typeMask: 0x5c7 });
    // Killed, it says nothing more; what it has set beforehand lands the vehicle.
    site.gateway.kill("SIGKILL");
    await until("AUTO.LAND", () => vehicle.mode === px4Personality.landing, 3_000);
    await until("the ground", () => !vehicle.armed);
    flight.page.close();
  }, 60_000);
});
