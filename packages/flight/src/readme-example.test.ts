import { readFileSync } from "node:fs";
import {
  type GatewayEffect,
  type GatewayEvent,
  initialGatewayState,
  stepGateway,
} from "@pista/flight";
import { assetId, type MonotonicMs, monotonicMs } from "@pista/kernel";
import { expect, test } from "vitest";
import { gatewayId } from "./identity.ts";
import { hubPublicKey } from "./testing/test-lease.ts";

const setup = {
  gatewayId: gatewayId("gateway-1"),
  assetId: assetId("drone-1"),
  leasePublicKey: hubPublicKey,
  vehicle: { guardToMotionS: 0.1, decelerationMps2: 2 },
};
const highestStoredEpoch = 0;
const seen: unknown[] = [];
const carryOut = (effect: GatewayEffect): void => void seen.push(effect.kind);
const wakeAt = (atMs: MonotonicMs | undefined): void => void seen.push(atMs);

// The lines up to the next such comment stand in README.md as they stand here.
let state = initialGatewayState(setup, highestStoredEpoch);

function hear(event: GatewayEvent): void {
  const step = stepGateway(state, event);
  state = step.state;
  for (const effect of step.effects) carryOut(effect);
  wakeAt(step.wakeAtMs); // A "tick" then, and one every 20 ms.
}
// The lines down to here.

test("[LG1] the example of README.md runs, and README.md shows it", () => {
  hear({ kind: "tick", atMs: monotonicMs(0) });
  expect(seen).toEqual([undefined]);
  const here = readFileSync(new URL(import.meta.url), "utf8");
  const [, example = ""] = here.split(/\/\/ The lines .*\n/);
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(example.trim());
});
