import { describe, expect, test } from "vitest";
import { leaseId } from "./identity.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";
import { proofFor } from "./testing/test-lease.ts";

const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const centred = { forward: 0, right: 0, up: 0, yawRight: 0 };

function flyingForward(): GatewayDriver {
  const driver = GatewayDriver.flying();
  driver.run(1_500);
  driver.page.sticks = forward;
  driver.run(200);
  return driver;
}

describe("stop", () => {
  test.each(["a stick frame", "a message of its own"])(
    "[LG4] %s brakes to zero and latches",
    (lane) => {
      const driver = flyingForward();
      if (lane === "a stick frame") driver.page.stopSequence = 1;
      else driver.hear({ kind: "stop-received", stopSequence: 1 });
      driver.run(50);
      const mark = driver.mark;
      driver.run(3_000);
      expect(driver.speedsSince(mark).length).toBeGreaterThan(100);
      expect(Math.max(...driver.speedsSince(mark))).toBe(0);
      expect(driver.state).toMatchObject({ lock: "stop-latched", phase: "flying" });
      expect(driver.since(mark, "send-beacon").at(-1)?.effect.beacon).toMatchObject({
        stopSequence: 1,
        stopLatched: true,
      });
      expect(driver.ordersSince(mark)).toEqual([]);
    },
  );

  test("[LG4] zero velocity leaves in the step that brought it", () => {
    const driver = flyingForward();
    const effects = driver.hear({ kind: "stop-received", stopSequence: 1 });
    expect(effects.find(({ kind }) => kind === "set-velocity")).toMatchObject({
      velocity: { eastMps: 0, northMps: 0, upMps: 0 },
    });
  });

  test.each([
    ["older than every beacon we remember", { beaconSequence: 0 }],
    ["dated seconds ago", { sampledAtBrowserMs: 0 }],
    ["overtaken by a newer frame", { sequence: 1 }],
  ])("[LG4] a frame %s still stops", (_, changes) => {
    const driver = flyingForward();
    const frame = driver.nextFrame({ stopSequence: 1, ...changes });
    driver.hear({ kind: "frame-received", frame });
    expect(driver.state.stop).toMatchObject({ sequence: 1, latched: true });
    expect(driver.recordsSince(0)).toContainEqual({
      kind: "stop-latched",
      cause: "pressed",
      stopSequence: 1,
    });
  });

  test("[AU2] [LG4] until it has proved its key it stops nothing; its page repeats it, and then it counts", () => {
    const driver = new GatewayDriver();
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    const { dtlsFingerprint } = driver.lease;
    driver.hear({ kind: "peer-opened", dtlsFingerprint, challenge: "prove it" });
    driver.hear({ kind: "stop-received", stopSequence: 1 });
    expect(driver.state.stop.latched).toBe(false);
    expect(driver.recordsSince(0)).toContainEqual({
      kind: "stop-refused",
      cause: "not-proved",
      stopSequence: 1,
    });
    driver.hear({ kind: "proof-received", proof: proofFor(driver.lease, "prove it") });
    driver.hear({ kind: "stop-received", stopSequence: 1 });
    expect(driver.state.stop.latched).toBe(true);
  });

  test("[LG4] it is released by centred sticks and a deliberate act, both", () => {
    const driver = flyingForward();
    driver.page.stopSequence = 1;
    driver.run(100);
    const release = { op: "release-stop", stopSequence: 1 } as const;
    expect(driver.command(release)).toBe("sticks-not-centred");
    driver.page.sticks = centred;
    driver.run(3_000);
    expect(driver.state.lock).toBe("stop-latched");
    expect(driver.command(release)).toBeUndefined();
    expect(driver.state.lock).toBeUndefined();
    expect(driver.command(release)).toBe("stop-not-latched");
  });

  test("[LG4] repeats of a stop that was released do not latch again", () => {
    const driver = flyingForward();
    driver.page.sticks = centred;
    driver.page.stopSequence = 1;
    driver.run(100);
    driver.command({ op: "release-stop", stopSequence: 1 });
    driver.hear({ kind: "stop-received", stopSequence: 1 });
    driver.run(100);
    expect(driver.state.stop.latched).toBe(false);
    driver.page.stopSequence = 2;
    driver.run(50);
    expect(driver.state.stop).toMatchObject({ sequence: 2, latched: true });
  });

  test("[LG4] an act that meant an earlier stop does not release a newer one", () => {
    const driver = flyingForward();
    driver.page.sticks = centred;
    driver.page.stopSequence = 2;
    driver.run(100);
    expect(driver.command({ op: "release-stop", stopSequence: 1 })).toBe("stop-latched");
    expect(driver.state.stop.latched).toBe(true);
  });

  test("[LG1] [LG4] (b) a frame that names too old a beacon acts no more, and releases nothing", () => {
    const driver = GatewayDriver.flying();
    driver.page.stopSequence = 1;
    driver.run(2_000);
    expect(driver.state.lock).toBe("stop-latched");
    // Beacons cease, frames go on coming: their estimated age is low still as wall (b) is passed.
    driver.link.downlinkMs = 60_000;
    while (driver.state.lock === "stop-latched") driver.run(10);
    expect(driver.state.lock).toBe("command-old");
    expect(driver.command({ op: "release-stop", stopSequence: 1 })).toBe("sticks-not-centred");
  });

  test("[LG4] (b) a release that was wished long ago releases nothing", () => {
    const driver = GatewayDriver.flying();
    driver.page.stopSequence = 1;
    driver.run(500);
    const { beaconSequence } = driver.state;
    const release = { op: "release-stop", stopSequence: 1, beaconSequence } as const;
    driver.run(420);
    expect(driver.command(release)).toBe("too-late");
    expect(driver.state.stop.latched).toBe(true);
  });

  test("[LG4] sticks that were centred when the link was last good release nothing", () => {
    const driver = flyingForward();
    driver.page.sticks = centred;
    driver.page.stopSequence = 1;
    driver.run(100);
    driver.page.isSending = false;
    driver.run(500);
    expect(driver.command({ op: "release-stop", stopSequence: 1 })).toBe("sticks-not-centred");
  });

  test("[LG4] it survives a refreshed page, which counts its own stops from the beacon's 0", () => {
    const driver = flyingForward();
    driver.page.stopSequence = 3;
    driver.run(100);
    driver.page.stopSequence = 0;
    driver.page.sticks = centred;
    driver.connect();
    expect(driver.state.stop).toMatchObject({ sequence: 0, latched: true });
    driver.run(1_900);
    expect(driver.state.lock).toBe("stop-latched");
    expect(driver.command({ op: "release-stop", stopSequence: 0 })).toBeUndefined();
    driver.page.stopSequence = 1;
    driver.run(50);
    expect(driver.state.stop).toMatchObject({ sequence: 1, latched: true });
  });

  test("[LG4] it survives its lease: the next pilot releases it deliberately", () => {
    const driver = flyingForward();
    driver.page.stopSequence = 1;
    driver.run(100);
    driver.page.stopSequence = 0;
    driver.page.sticks = centred;
    driver.grant({ leaseId: leaseId("lease-2"), epoch: 2 });
    driver.connect();
    driver.run(1_900);
    expect(driver.state.lock).toBe("stop-latched");
    expect(driver.command({ op: "release-stop", stopSequence: 0 })).toBeUndefined();
  });

  test("[LG4] a lost link under a latched stop still ends in a landing", () => {
    const driver = flyingForward();
    driver.page.stopSequence = 1;
    driver.run(100);
    const mark = driver.mark;
    driver.page.isSending = false;
    driver.run(2_300);
    expect(driver.ordersSince(mark).map(({ order }) => order)).toEqual(["land"]);
  });
});

describe("commands", () => {
  test("[LG4] none is obeyed without a lease and a proof", () => {
    const driver = new GatewayDriver();
    for (const op of ["take-off", "land", "motors-off"] as const) {
      expect(driver.command({ op })).toBe("no-lease");
    }
  });

  test("[LG4] land descends, and the sticks say nothing more", () => {
    const driver = flyingForward();
    expect(driver.command({ op: "land" })).toBeUndefined();
    const mark = driver.mark;
    driver.run(500);
    expect(Math.max(...driver.speedsSince(mark))).toBe(0);
    expect(driver.command({ op: "land" })).toBe("not-flying");
    expect(driver.since(mark, "send-beacon").at(-1)?.effect.beacon.rung).toBe("land");
  });

  test.each([
    [0.3, undefined],
    [0.31, "too-high"],
    [1.5, "too-high"],
  ])("[LG4] motors off at %d m: %s", (upM, refusal) => {
    const driver = flyingForward();
    driver.vehicle.position.upM = upM;
    driver.run(40);
    const mark = driver.mark;
    expect(driver.command({ op: "motors-off" })).toBe(refusal);
    expect(driver.ordersSince(mark)).toHaveLength(refusal ? 0 : 1);
  });

  test.each([
    [-0.9, -0.55, "too-high"],
    [-0.9, -0.65, undefined],
    [0.8, 1.05, undefined],
    // It flew off what it stood on, and nothing tells how far below the floor is.
    [3, 2.6, "too-high"],
  ])("[LG4] from where it stood at %d m, motors off at %d m: %s", (restedUpM, upM, refusal) => {
    const driver = new GatewayDriver();
    driver.vehicle.position.upM = restedUpM;
    driver.status({ mode: "guided", landed: true });
    driver.grant();
    driver.connect();
    driver.run(2_000);
    driver.command({ op: "take-off" });
    driver.status({ armed: true, landed: false });
    driver.vehicle.position.upM = upM;
    driver.run(40);
    expect(driver.command({ op: "motors-off" })).toBe(refusal);
  });

  test("[LG4] motors off is refused where nobody saw the vehicle stand: to land is not", () => {
    const driver = new GatewayDriver(4);
    driver.vehicle.position.upM = 1.5;
    // Begun anew in flight: the first poses come before anything is told of its motors.
    driver.run(100);
    driver.status({ armed: true, mode: "guided", landed: false });
    driver.grant({ epoch: 5 });
    driver.connect();
    driver.run(2_000);
    expect(driver.command({ op: "motors-off" })).toBe("vehicle-unknown");
    expect(driver.command({ op: "land" })).toBeUndefined();
  });

  test("[LG4] motors off is refused where the height is only remembered", () => {
    const driver = flyingForward();
    driver.vehicle.position.upM = 0.1;
    driver.run(40);
    driver.vehicle.hasOdometry = false;
    driver.run(300);
    expect(driver.command({ op: "motors-off" })).toBe("no-position");
  });

  test("[LG4] to land needs no odometry: a vehicle never located can be landed", () => {
    const driver = new GatewayDriver();
    driver.vehicle.hasOdometry = false;
    driver.status({ armed: true, mode: "guided", landed: false });
    driver.grant();
    driver.connect();
    expect(driver.command({ op: "motors-off" })).toBe("vehicle-unknown");
    expect(driver.command({ op: "land" })).toBeUndefined();
  });

  test("[LG4] a vehicle whose autopilot is not heard takes no command", () => {
    const driver = flyingForward();
    driver.status({ mode: "unknown" });
    expect(driver.command({ op: "land" })).toBe("vehicle-unknown");
  });

  test("[LG8] every command is answered by its number", () => {
    const driver = GatewayDriver.standing();
    driver.command({ op: "land" });
    driver.command({ op: "take-off" });
    expect(driver.since(0, "answer-command").map(({ effect }) => effect)).toMatchObject([
      { commandId: 1, refusal: "not-flying" },
      { commandId: 2, refusal: undefined },
    ]);
  });

  test("[LG8] a command that is refused is recorded with its cause, and changes nothing", () => {
    const driver = GatewayDriver.standing();
    const { mark, state } = driver;
    driver.command({ op: "land" });
    expect(driver.recordsSince(mark)).toEqual([
      { kind: "command-refused", op: "land", cause: "not-flying" },
    ]);
    expect(driver.state).toEqual(state);
  });

  test("[AU2] a lease that ran out is over before a command is heard, though no tick came first", () => {
    const driver = GatewayDriver.standing();
    driver.hub.isUp = false;
    const { authority } = driver.state;
    driver.nowMs = authority.state === "held" ? authority.expiresAtMs : driver.nowMs;
    expect(driver.command({ op: "take-off" })).toBe("no-lease");
    expect(driver.ordersSince(0)).toEqual([]);
  });

  test("[LG8] what the autopilot would not do is told to a pilot who has proved who they are", () => {
    const refusal = { kind: "autopilot-refused", order: "take-off", reason: "compass" } as const;
    const driver = GatewayDriver.standing();
    driver.hear(refusal);
    expect(driver.since(0, "tell-refusal").map(({ effect }) => effect)).toEqual([
      { kind: "tell-refusal", order: "take-off", reason: "compass" },
    ]);
    driver.hear({ kind: "peer-closed" });
    const mark = driver.mark;
    driver.hear(refusal);
    expect(driver.since(mark, "tell-refusal")).toEqual([]);
  });
});
