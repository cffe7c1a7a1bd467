import {
  type BrakeLedger,
  emptyLedger,
  type GatewayEvent,
  gatewayId,
  initialGatewayState,
} from "@pista/flight";
import { assetId, monotonicMs } from "@pista/kernel";
import { createManualClock } from "@pista/kernel/testing";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { BrakeWatch } from "./brake-watch.ts";
import type { Recorded } from "./ports.ts";

const declared = { guardToMotionS: 0.4, decelerationMps2: 1.5 };
const initial = initialGatewayState(
  {
    gatewayId: gatewayId("gateway-one"),
    assetId: assetId("drone-one"),
    leasePublicKey: new Uint8Array(32),
    vehicle: declared,
  },
  0,
);
const flying = {
  ...initial,
  vehicle: { ...initial.vehicle, armed: true, mode: "guided" as const },
};

let heard: GatewayEvent[];
let recorded: Recorded[];
let logged: { level: number; msg: string }[];
let stored: BrakeLedger[];
/** What the world does when it is spoken to. */
let world: () => void;
let disk: () => Promise<void>;
let watch: BrakeWatch;
let nowMs: number;

const open = (ledger: BrakeLedger): BrakeWatch =>
  new BrakeWatch({
    guard: { hear: (event) => heard.push(event) },
    brakes: {
      ledger,
      store(next) {
        stored.push(next);
        return disk();
      },
    },
    recorder: {
      record(entry) {
        world();
        recorded.push(entry);
      },
    },
    clock: createManualClock(),
    log: pino({ level: "debug" }, { write: (line: string) => logged.push(JSON.parse(line)) }),
  });

beforeEach(() => {
  nowMs = 1_000;
  [heard, recorded, logged, stored] = [[], [], [], []];
  world = () => undefined;
  disk = () => Promise.resolve();
  watch = open(emptyLedger(declared));
});

/** East at 1 m/s for two seconds, let go, and slower by so much each second. */
function brake(decelerationMps2: number): void {
  let eastM = 0;
  for (let step = 0; step < 400; step++) {
    nowMs += 20;
    const atMs = monotonicMs(nowMs);
    const sinceS = (20 * step - 2_000) / 1_000;
    const eastMps = sinceS < 0 ? 1 : Math.max(0, 1 - decelerationMps2 * sinceS);
    eastM += eastMps * 0.02;
    const position = { eastM, northM: 0, upM: 2 };
    const velocity = { eastMps, northMps: 0, upMps: 0 };
    const pose = { position, velocity, headingDeg: 90, sigmaM: undefined };
    const step0 = { state: flying, effects: [], wakeAtMs: undefined };
    watch.heard({ kind: "pose-received", pose, atMs }, step0);
    const asked = { eastMps: sinceS < 0 ? 1 : 0, northMps: 0, upMps: 0 };
    const effect = { kind: "set-velocity", velocity: asked, yawRateDegps: 0 } as const;
    watch.heard({ kind: "tick", atMs }, { ...step0, effects: [effect] });
  }
}

describe("the watch of brakings", () => {
  test("[LG6] tells what was kept, records it and stores it", () => {
    expect(watch.state).toEqual({ state: "untested" });
    brake(2);
    brake(2.5);
    expect(watch.state).toMatchObject({
      state: "kept",
      brakings: 2,
      fastestMps: expect.closeTo(1),
    });
    expect(recorded).toMatchObject([
      { kind: "brake-measured", verdict: "kept", figures: { speedMps: expect.closeTo(1) } },
      { kind: "brake-measured", verdict: "kept" },
    ]);
    expect(stored).toHaveLength(2);
    expect(heard).toEqual([]);
  });

  test("[LG6] one that was worse is the guard's at once, and says what to declare", () => {
    brake(0.4);
    expect(heard).toMatchObject([
      { kind: "brakes-contradicted", decelerationMps2: expect.closeTo(0.59, 1) },
    ]);
    expect(watch.state).toEqual({ state: "worse", measuredMps2: 0.5, declaredMps2: 1.5 });
    expect(logged.at(-1)?.msg).toMatch(
      /0\.\d\d m\/s2 measured, 1\.5 declared.*--deceleration 0\.5$/,
    );
  });

  test("[LG6] a watch that begins with worse brakes says so, and so does its state", () => {
    brake(0.4);
    const [ledger] = stored;
    logged = [];
    watch = open(ledger ?? emptyLedger(declared));
    expect(watch.state.state).toBe("worse");
    expect(logged[0]?.msg).toContain("the brakes were worse than declared");
  });

  test("a disk that fails is told, and the verdict stands until this program ends", async () => {
    disk = () => Promise.reject(new Error("The disk is full."));
    brake(0.4);
    await Promise.resolve();
    expect(JSON.stringify(logged)).toContain("The disk is full.");
    expect(watch.state.state).toBe("worse");
  });

  test("never throws into the guard's loop: it says so once and measures no more", () => {
    world = () => {
      throw new Error("The recorder is on fire.");
    };
    expect(() => brake(0.4)).not.toThrow();
    // The guard and the disk had it before anything else was done.
    expect([heard.length, stored.length]).toEqual([1, 1]);
    expect(logged.map(({ msg }) => msg)).toEqual([
      "brakings are no longer measured; the guard goes on",
    ]);
    world = () => undefined;
    brake(0.4);
    expect(recorded).toEqual([]);
  });
});
