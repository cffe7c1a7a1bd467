import { type GatewayEvent, gatewayId, initialGatewayState, stepGateway } from "@pista/flight";
import { assetId, monotonicMs } from "@pista/kernel";
import { expect, test } from "vitest";
import { localStateOf } from "./local-state.ts";

const setup = {
  gatewayId: gatewayId("gateway-1"),
  assetId: assetId("drone-1"),
  leasePublicKey: new Uint8Array(32),
  vehicle: { guardToMotionS: 0.4, decelerationMps2: 1.5 },
};
const beside = { vehicle: "drone-1", modeName: "LOITER", isHubUp: false, recent: [] };
const status = {
  kind: "vehicle-status",
  mode: "other",
  ...{ armed: false, landed: true, batteryPct: undefined, guardsConfirmed: true },
} as const;
const pose = {
  position: { eastM: 0, northM: 0, upM: -0.9 },
  velocity: { eastMps: 0.3, northMps: 0.4, upMps: 0 },
  headingDeg: 0,
  sigmaM: undefined,
};
const at = (ms: number) => ({ atMs: monotonicMs(ms) });
const after = (...events: GatewayEvent[]) =>
  events.reduce((state, event) => stepGateway(state, event).state, initialGatewayState(setup, 0));

test("[AU4] before anything is heard all of it is unknown", () => {
  expect(localStateOf(after(), beside, monotonicMs(1_000))).toMatchObject({
    ...{ isHeard: false, modeName: null, isArmed: null, holder: "nobody", pilotId: null },
    ...{ heightM: null, speedMps: null, batteryPct: null, commandAgeMs: null, odometryAgeMs: null },
  });
});

test("[AU4] whose it is, and the height above where it stood; old odometry tells neither height nor speed", () => {
  const flown = after(
    { ...status, ...at(0) },
    { kind: "pose-received", pose, ...at(0) },
    { ...status, armed: true, landed: false, batteryPct: 55, ...at(10) },
    {
      ...{ kind: "pose-received", ...at(20) },
      pose: { ...pose, position: { ...pose.position, upM: 0.6 } },
    },
  );
  const fresh = localStateOf(flown, beside, monotonicMs(1_020));
  expect(fresh).toMatchObject({ holder: "safety-pilot", modeName: "LOITER", isArmed: true });
  expect(fresh).toMatchObject({ speedMps: 0.5, batteryPct: 55, odometryAgeMs: 1_000 });
  expect(fresh.heightM).toBeCloseTo(1.5);
  expect(localStateOf(flown, beside, monotonicMs(1_021))).toMatchObject({
    ...{ heightM: null, speedMps: null, odometryAgeMs: 1_001 },
  });
});
