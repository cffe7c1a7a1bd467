import type { EnuMps } from "@pista/kernel";
import { expect, test } from "vitest";
import { still } from "./acting.ts";
import { GatewayDriver } from "./testing/gateway-driver.ts";

const fence = { westM: 0, southM: 0, eastM: 60, northM: 200, floorM: 0, topM: 10 };
const forward = { forward: 1, right: 0, up: 0, yawRight: 0 };
const left = { forward: 0, right: -1, up: 0, yawRight: 0 };
/** 0.3 m and three sigmas of 0.05 m. */
const keepM = 0.45;
const stepMs = 5;

/**
 * A vehicle that does exactly what its bounds declare: it obeys after 0.1 s, and then accelerates by
 * 2 m/s2, in whatever direction.
 */
class DeclaredVehicle {
  readonly driver: GatewayDriver;
  readonly #asked: { atMs: number; velocity: EnuMps }[] = [];
  #velocity = still;
  #goal = still;

  constructor(speedMpsMax: number, eastM: number) {
    const open = { obstacles: [], landingSpots: [], clearViewM: 100 };
    this.driver = GatewayDriver.flying({ limits: { speedMpsMax, fence, ...open } });
    const { vehicle } = this.driver;
    vehicle.headingDeg = 90;
    vehicle.sigmaM = 0.05;
    vehicle.position.eastM = eastM;
    vehicle.position.northM = 60;
  }

  /** @returns how far east it came at most. */
  run(forMs: number, before: (leftM: number) => void): number {
    const { driver } = this;
    const { position } = driver.vehicle;
    let mostM = position.eastM;
    for (let ms = 0; ms < forMs; ms += stepMs) {
      before(fence.eastM - keepM - position.eastM);
      const { mark } = driver;
      driver.run(stepMs);
      for (const { atMs, effect } of driver.since(mark, "set-velocity")) {
        this.#asked.push({ atMs: atMs + 100, velocity: effect.velocity });
      }
      this.#move(driver.nowMs);
      position.eastM += (this.#velocity.eastMps * stepMs) / 1_000;
      position.northM += (this.#velocity.northMps * stepMs) / 1_000;
      driver.vehicle.velocity = this.#velocity;
      mostM = Math.max(mostM, position.eastM);
    }
    return mostM;
  }

  #move(nowMs: number): void {
    while (this.#asked[0] && this.#asked[0].atMs <= nowMs) {
      this.#goal = this.#asked.shift()?.velocity ?? still;
    }
    const { eastMps, northMps } = this.#velocity;
    const change = {
      eastMps: this.#goal.eastMps - eastMps,
      northMps: this.#goal.northMps - northMps,
    };
    const size = Math.hypot(change.eastMps, change.northMps);
    const share = size === 0 ? 0 : Math.min(1, (2 * stepMs) / 1_000 / size);
    this.#velocity = {
      eastMps: eastMps + change.eastMps * share,
      northMps: northMps + change.northMps * share,
      upMps: 0,
    };
  }
}

type Surprise = (vehicle: DeclaredVehicle, isDue: boolean) => void;
const straight: Surprise = () => undefined;
const turn: Surprise = ({ driver }, isDue) => {
  if (isDue) driver.page.sticks = left;
};
/** [LG11] Odometry up to 200 ms old is good. */
function gap(): Surprise {
  let fromMs = Number.POSITIVE_INFINITY;
  return ({ driver }, isDue) => {
    if (isDue) fromMs = Math.min(fromMs, driver.nowMs);
    driver.vehicle.hasOdometry = !(driver.nowMs >= fromMs && driver.nowMs <= fromMs + 190);
  };
}

test.each([
  ["flying straight at it", () => straight],
  ["turning away at any moment", () => turn],
  ["with 190 ms without a position at any moment", gap],
])("[LG6] (a) at most half the stand-off is used up before a fence, %s", (_what, surprise) => {
  for (const speedMpsMax of [0.5, 2, 4]) {
    const needM = speedMpsMax * 0.1 + speedMpsMax ** 2 / 4;
    for (let earlyM = -0.4; earlyM <= 0.4; earlyM += 0.1) {
      const vehicle = new DeclaredVehicle(speedMpsMax, fence.eastM - keepM - 2 * needM - 1);
      vehicle.run(1_500, () => undefined);
      vehicle.driver.page.sticks = forward;
      const happens = surprise();
      const mostM = vehicle.run(8_000, (leftM) => happens(vehicle, leftM < needM + earlyM));
      expect(mostM - (fence.eastM - keepM)).toBeLessThan(0.15);
    }
  }
});
