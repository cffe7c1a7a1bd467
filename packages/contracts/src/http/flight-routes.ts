import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { SiteView } from "./programme-routes.ts";
import { closed, Id, IdParams, Instant, NoContent, Nullable, Position } from "./shapes.ts";

export const FlightPhaseName = Type.Union([
  Type.Literal("grounded"),
  Type.Literal("taking-off"),
  Type.Literal("flying"),
  Type.Literal("landing"),
  Type.Literal("diverting"),
]);
export const RungName = Type.Union([
  Type.Literal("fly"),
  Type.Literal("slow"),
  Type.Literal("hold"),
  Type.Literal("land"),
]);

/** MAVLink between gateway and autopilot: "signed" refuses what their shared key did not sign. */
export const SigningState = Type.Object(
  {
    state: Type.Union([Type.Literal("signed"), Type.Literal("unsigned")]),
    refusedFrames: Type.Integer({ minimum: 0 }),
  },
  closed,
);
export type SigningState = Type.Static<typeof SigningState>;

/** [LG6] What the brakings flown so far have shown of the bounds that are declared for a drone. */
export const BrakesState = Type.Union([
  Type.Object({ state: Type.Literal("untested") }, closed),
  Type.Object(
    {
      state: Type.Literal("kept"),
      brakings: Type.Integer({ minimum: 1 }),
      fastestMps: Type.Number(),
      /** Of the way that the bounds promise, the most that a braking used. */
      wayShare: Type.Number(),
    },
    closed,
  ),
  /** No take-off until what was measured is declared. */
  Type.Object(
    {
      state: Type.Literal("worse"),
      /** Rounded down to a tenth: what may be declared. */
      measuredMps2: Type.Number(),
      declaredMps2: Type.Number(),
    },
    closed,
  ),
]);
export type BrakesState = Type.Static<typeof BrakesState>;

const LocalMetres = Type.Object(
  { eastM: Type.Number(), northM: Type.Number(), upM: Type.Number() },
  closed,
);

/** A drone as the hub last heard of it from its gateway; the pilot's own page hears it directly. */
export const DroneView = Type.Object(
  {
    id: Id,
    name: Type.String(),
    trialId: Nullable(Id),
    gateway: Type.Union([Type.Literal("online"), Type.Literal("offline"), Type.Literal("none")]),
    pilot: Nullable(Type.Object({ personId: Id, name: Type.String() }, closed)),
    leaseId: Nullable(Id),
    /** Who asks the pilot for the controls. */
    asking: Nullable(Type.Object({ askId: Id, personId: Id, name: Type.String() }, closed)),
    phase: Nullable(FlightPhaseName),
    armed: Nullable(Type.Boolean()),
    rung: Nullable(RungName),
    lock: Nullable(Type.String()),
    commandAgeMs: Nullable(Type.Number()),
    batteryPct: Nullable(Type.Number()),
    signing: Nullable(SigningState),
    brakes: Nullable(BrakesState),
    position: Nullable(LocalMetres),
    onMap: Nullable(Position),
    headingDeg: Nullable(Type.Number()),
    speedMps: Nullable(Type.Number()),
    observedAt: Nullable(Instant),
  },
  closed,
);
export type DroneView = Type.Static<typeof DroneView>;

export const listDrones = defineRoute({
  method: "GET",
  path: "/v1/drones",
  summary: "Drones as their gateways last told",
  tag: "flight",
  action: "city.read",
  ok: Type.Object({ items: Type.Array(DroneView) }, closed),
  okStatus: 200,
  refusals: [],
});

export const LeaseView = Type.Object(
  {
    id: Id,
    droneId: Id,
    epoch: Type.Integer(),
    renewal: Type.Integer(),
    expiresAt: Instant,
    windowEndsAt: Instant,
    speedMpsMax: Type.Number(),
    view: Type.Union([Type.Literal("telemetry"), Type.Literal("camera")]),
    site: SiteView,
  },
  closed,
);
export type LeaseView = Type.Static<typeof LeaseView>;

/** [AU2] What makes one browser the pilot whom a lease names. */
export const PilotKeys = Type.Object(
  {
    dtlsFingerprint: Type.String({ pattern: "^([0-9A-F]{2}:){31}[0-9A-F]{2}$" }),
    keyThumbprint: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
  },
  closed,
);

export const takeLease = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease",
  summary: "Ask for the right to fly a drone now",
  tag: "flight",
  action: "drone.fly",
  params: IdParams("droneId"),
  body: PilotKeys,
  ok: LeaseView,
  okStatus: 201,
  refusals: ["not-found", "drone-taken", "gateway-offline"],
});

export const renewLease = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease/renew",
  summary: "Renew your lease; every 3 s, or it ends 15 s after the last renewal",
  tag: "flight",
  action: "drone.fly",
  params: IdParams("droneId"),
  body: Type.Object({ leaseId: Id }, closed),
  ok: LeaseView,
  okStatus: 200,
  refusals: ["not-found", "lease-ended", "handed-over"],
});

export const releaseLease = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease/release",
  summary: "Give the lease back",
  tag: "flight",
  action: "self.manage",
  params: IdParams("droneId"),
  body: Type.Object({ leaseId: Id }, closed),
  ok: NoContent,
  okStatus: 204,
  refusals: ["not-found", "lease-ended"],
});

export const revokeLeaseRoute = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease/revoke",
  summary: "Take the lease from whoever flies the drone: it brakes, holds and lands",
  tag: "flight",
  action: "lease.revoke",
  params: IdParams("droneId"),
  body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
  ok: NoContent,
  okStatus: 204,
  refusals: ["not-found", "lease-ended"],
});

export const offerPeer = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease/offer",
  summary: "Pass your WebRTC offer to the gateway and get its answer",
  tag: "flight",
  action: "drone.fly",
  params: IdParams("droneId"),
  body: Type.Object({ leaseId: Id, sdp: Type.String({ maxLength: 20_000 }) }, closed),
  ok: Type.Object({ sdp: Type.String() }, closed),
  okStatus: 200,
  refusals: ["not-found", "lease-ended", "gateway-offline"],
});
