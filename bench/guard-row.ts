import { type GatewayEvent, type GatewayState, stepGateway } from "@pista/flight";
import { GatewayDriver } from "../packages/flight/src/testing/gateway-driver.ts";
import { quantile, rounded } from "./statistics.ts";

type Heard = { readonly state: GatewayState; readonly event: GatewayEvent };

/** Keeps what the guard was asked, and in which state. */
class Listener extends GatewayDriver {
  readonly heard: Heard[] = [];

  override hear(event: Parameters<GatewayDriver["hear"]>[0]) {
    // As the driver itself does it: an event is exactly what is given and its time.
    const timed = { ...event, atMs: this.nowMs } as GatewayEvent;
    this.heard?.push({ state: this.state, event: timed });
    return super.hear(event);
  }
}

/** Half a minute of flight between obstacles, with a pilot who flies about. */
function recordFlight(): readonly Heard[] {
  const driver = new Listener();
  driver.status({ mode: "other", landed: true });
  const obstacles = Array.from({ length: 50 }, (_, index) => {
    const [westM, southM] = [2 + (index % 10) * 5.5, 1 + Math.floor(index / 10) * 5.5];
    return { westM, southM, eastM: westM + 0.3, northM: southM + 0.3, topM: 2 };
  });
  driver.grant({ limits: { ...driver.lease.limits, obstacles } });
  driver.connect();
  driver.run(2_000);
  driver.command({ op: "take-off" });
  driver.status({ armed: true, mode: "guided", landed: false });
  driver.vehicle.position.upM = 1.5;
  driver.run(1_000);
  for (let second = 0; second < 30; second++) {
    driver.page.sticks = { forward: Math.sin(second), right: Math.cos(second), up: 0, yawRight: 0 };
    driver.run(1_000);
  }
  const kinds = new Set(["frame-received", "pose-received", "tick"]);
  return driver.heard.filter(({ event }) => kinds.has(event.kind));
}

/** What one event costs the guard: the same flight again and again, each step timed by itself. */
export async function measureGuard(forS: number) {
  const flight = recordFlight();
  const moving = flight.filter(({ state }) => state.lock === undefined).length;
  if (moving < flight.length / 2) throw new Error("The pilot of the bench did not fly.");
  for (const { state, event } of flight) stepGateway(state, event);
  const steps = new Map<string, number[]>();
  const untilMs = performance.now() + forS * 1_000;
  while (performance.now() < untilMs) {
    for (const { state, event } of flight) {
      const startMs = performance.now();
      stepGateway(state, event);
      const us = (performance.now() - startMs) * 1_000;
      const known = steps.get(event.kind) ?? [];
      if (known.length < 500_000) known.push(us);
      steps.set(event.kind, known);
    }
  }
  const figures = [...steps].flatMap(([kind, us]) => [
    [`${kind} p50 us`, rounded(quantile(us, 0.5))],
    [`${kind} p99 us`, rounded(quantile(us, 0.99))],
  ]);
  return {
    row: `one step of the guard, ${flight.length} events of a flight among 50 obstacles, ${forS} s`,
    ...Object.fromEntries(figures),
  };
}
