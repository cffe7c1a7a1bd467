import { describe, expect, test } from "vitest";
import { argumentsFrom } from "./flags.ts";
import { type GatewayPlan, type GivenFlags, planGateway } from "./vehicle-plans.ts";

const shared = { data: "/var/lib/pista", hub: "https://hub.example" };
const two = ["hangar-1=udp://0.0.0.0:14550", "hangar-2=tcp://192.0.2.7:5760"];

function several(given: GivenFlags): Extract<GatewayPlan, { kind: "several" }>["vehicles"] {
  const plan = planGateway(shared, given);
  if (plan.kind !== "several") throw new Error("That is one vehicle.");
  return plan.vehicles;
}

describe("one vehicle", () => {
  test("needs no name, and no option", () => {
    expect(planGateway(shared, {})).toMatchObject({
      kind: "one",
      settings: {
        vehicle: { text: "udp://127.0.0.1:14550" },
        directory: "/var/lib/pista",
        ownSystemId: 248,
        enrolmentCode: undefined,
        bounds: { guardToMotionS: 0.4, decelerationMps2: 1.5 },
        recordingsBytesMax: 4_096e6,
      },
    });
  });

  test("its options are taken whole, whatever is in them, and the last one counts", () => {
    const given = {
      vehicle: ["serial:/dev/a=b:57600"],
      mavlinkKeyFile: ["one=/etc/key"],
      code: ["old", "hangar-1=new"],
    };
    expect(planGateway(shared, given)).toMatchObject({
      kind: "one",
      settings: {
        vehicle: { path: "/dev/a=b" },
        mavlinkKeyFile: "one=/etc/key",
        enrolmentCode: "hangar-1=new",
      },
    });
  });
});

describe("several vehicles", () => {
  test("[AU8] each has a directory and a code of its own", () => {
    for (const code of [["hangar-1=A", "hangar-2=B"], ["hangar-1=A  hangar-2=B\n"]]) {
      const plans = several({ vehicle: two, code }).map(({ settings }) => settings);
      expect(plans.map(({ directory }) => directory)).toEqual([
        "/var/lib/pista/vehicles/hangar-1",
        "/var/lib/pista/vehicles/hangar-2",
      ]);
      expect(plans.map(({ enrolmentCode }) => enrolmentCode)).toEqual(["A", "B"]);
    }
    expect(several({ vehicle: two, code: [""] })[0]?.settings.enrolmentCode).toBeUndefined();
  });

  test("an option is for one by its name, and otherwise for all", () => {
    const [first, second] = several({
      vehicle: two,
      earthOrigin: ["45.0703,7.6869,239"],
      deceleration: ["1.2", "hangar-2=0.8"],
      mavlinkKeyFile: ["hangar-1=/etc/pista/a=b.key"],
    }).map(({ settings }) => settings);
    expect(first).toMatchObject({
      bounds: { decelerationMps2: 1.2, guardToMotionS: 0.4 },
      earthOrigin: { altitudeM: 239 },
      mavlinkKeyFile: "/etc/pista/a=b.key",
    });
    expect(second).toMatchObject({
      bounds: { decelerationMps2: 0.8 },
      earthOrigin: { altitudeM: 239 },
      mavlinkKeyFile: undefined,
    });
  });

  test("[LG10] no two are the same ground station", () => {
    const ids = (given: GivenFlags) => several(given).map(({ settings }) => settings.ownSystemId);
    expect(ids({ vehicle: two })).toEqual([248, 247]);
    expect(ids({ vehicle: two, ownSystem: ["hangar-1=240"] })).toEqual([240, 247]);
    expect(() => ids({ vehicle: two, ownSystem: ["240"] })).toThrow(/both told --own-system 240/);
  });

  test("what each process is told is what was planned for it, but for the code", () => {
    const [plan] = several({ vehicle: two, code: ["hangar-1=A"], earthOrigin: ["45,7,239"] });
    if (!plan) throw new Error("There are two.");
    const told = argumentsFrom(plan.shared, plan.flags);
    expect(told).toEqual([
      ...["--data", "/var/lib/pista/vehicles/hangar-1", "--hub", "https://hub.example"],
      ...["--own-system", "248", "--vehicle", "udp://0.0.0.0:14550", "--earth-origin", "45,7,239"],
    ]);
  });

  test.each<[string, GivenFlags, RegExp]>([
    ["no name", { vehicle: ["udp://[::1]:1", "udp://[::1]:2"] }, /each needs a name/],
    ["one name of two", { vehicle: ["a=udp://[::1]:1", "udp://[::1]:2"] }, /each needs a name/],
    ["an empty name", { vehicle: ["=udp://[::1]:1"] }, /"" is none/],
    ["a way out", { vehicle: ["../a=udp://[::1]:1"] }, /"\.\.\/a" is none/],
    ["capitals", { vehicle: ["Hangar=udp://[::1]:1"] }, /"Hangar" is none/],
    ["a long name", { vehicle: [`${"a".repeat(33)}=udp://[::1]:1`] }, /is none/],
    ["one name twice", { vehicle: ["a=udp://[::1]:1", "a=udp://[::1]:2"] }, /Two .* named a\./],
    ["an address that is none", { vehicle: ["a=udp://[::1]"] }, /^a: --vehicle must be written/],
    ["seventeen", { vehicle: Array.from({ length: 17 }, (_, i) => `v${i}=tcp://h:${i}`) }, /16/],
    ["nobody's code", { vehicle: two, code: ["hangar-3=A"] }, /--code: .* no vehicle .* hangar-3/],
    ["everybody's code", { vehicle: two, code: ["A"] }, /write --code NAME=CODE/],
    ["two codes", { vehicle: two, code: ["hangar-1=A hangar-1=B"] }, /twice for hangar-1/],
    ["nobody's brakes", { vehicle: two, deceleration: ["x=1"] }, /--deceleration: .* named x/],
    ["brakes twice", { vehicle: two, deceleration: ["1", "2"] }, /twice for all vehicles/],
    [
      "a wrong number",
      { vehicle: two, deceleration: ["hangar-2=no"] },
      /^hangar-2: --deceleration/,
    ],
    [
      "one local page for two",
      { vehicle: two, localPage: ["[::]:1"], localPageCert: ["a"], localPageKey: ["b"] },
      /hangar-1 and hangar-2 both have their --local-page at port 1/,
    ],
    ["half a system", { vehicle: two, ownSystem: ["hangar-2=1.5"] }, /^hangar-2: --own-system/],
  ])("%s is refused in words", (_, given, message) => {
    expect(() => planGateway(shared, given)).toThrow(message);
  });

  test.each([
    ["udp://127.0.0.1:14550", "udp://127.0.0.1:14550"],
    ["udp://127.0.0.1:14550?system=1", "udp://127.0.0.1:14550?system=2"],
    ["udp://0.0.0.0:14550", "udp://192.0.2.7:14550"],
    ["udp://[::1]:14550", "udp://[::]:14550"],
    ["tcp://192.0.2.7:5760", "tcp://192.0.2.7:5760"],
    ["tcp://192.0.2.7:5760", "tcp://192.0.2.7:5760?system=2"],
    ["tcp://192.0.2.7:5760?system=2", "tcp://192.0.2.7:5760?system=2"],
    ["serial:/dev/ttyACM0:57600", "serial:/dev/ttyACM0:921600"],
  ])("%s and %s are one line", (one, other) => {
    const given = { vehicle: [`a=${one}`, `b=${other}`] };
    expect(() => planGateway(shared, given)).toThrow(/a and b are on one line/);
  });

  test.each([
    ["udp://192.0.2.7:14550", "udp://192.0.2.8:14550"],
    ["udp://0.0.0.0:14550", "udp://0.0.0.0:14551"],
    ["udp://127.0.0.1:5760", "tcp://127.0.0.1:5760"],
    ["tcp://192.0.2.7:5760?system=1", "tcp://192.0.2.7:5760?system=2"],
    ["serial:/dev/ttyACM0:57600", "serial:/dev/ttyACM1:57600"],
  ])("%s and %s are two", (one, other) => {
    expect(several({ vehicle: [`a=${one}`, `b=${other}`] })).toHaveLength(2);
  });
});
