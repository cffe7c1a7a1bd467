import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, Empty, Id, IdParams, Instant, Nullable, Position } from "./shapes.ts";

/** An upright rectangle in the air, to be flown through in its direction. */
export const GateView = Type.Object(
  {
    centre: Type.Object(
      { eastM: Type.Number(), northM: Type.Number(), upM: Type.Number() },
      closed,
    ),
    /** Clockwise from north. */
    headingDeg: Type.Number(),
    widthM: Type.Number(),
    heightM: Type.Number(),
  },
  closed,
);
export type GateView = Type.Static<typeof GateView>;

export const IndoorView = Type.Object(
  {
    origin: Position,
    sizeM: Type.Object({ eastM: Type.Number(), northM: Type.Number(), upM: Type.Number() }, closed),
    obstacles: Type.Array(
      Type.Object(
        {
          westM: Type.Number(),
          southM: Type.Number(),
          eastM: Type.Number(),
          northM: Type.Number(),
          topM: Type.Number(),
        },
        closed,
      ),
    ),
    landingSpots: Type.Array(Type.Object({ eastM: Type.Number(), northM: Type.Number() }, closed)),
    /** The circuit, in the order in which it is flown; empty where the site has none. */
    gates: Type.Array(GateView),
  },
  closed,
);
export type IndoorView = Type.Static<typeof IndoorView>;

export const SiteView = Type.Object(
  {
    id: Id,
    version: Type.Integer(),
    name: Type.String(),
    ring: Type.Array(Position),
    heightBandM: Type.Object({ lowM: Type.Number(), highM: Type.Number() }, closed),
    indoor: Nullable(IndoorView),
  },
  closed,
);
export type SiteView = Type.Static<typeof SiteView>;

export const TrialStateName = Type.Union([
  Type.Literal("draft"),
  Type.Literal("submitted"),
  Type.Literal("assessed"),
  Type.Literal("authorised"),
  Type.Literal("activated"),
  Type.Literal("suspended"),
  Type.Literal("closed"),
  Type.Literal("evaluated"),
]);

export const TrialView = Type.Object(
  {
    id: Id,
    version: Type.Integer(),
    title: Type.String(),
    organisation: Type.Object({ id: Id, name: Type.String() }, closed),
    site: SiteView,
    window: Type.Object(
      {
        timeZone: Type.Literal("Europe/Rome"),
        weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 })),
        fromMinute: Type.Integer(),
        toMinute: Type.Integer(),
        firstDay: Type.String(),
        lastDay: Type.String(),
      },
      closed,
    ),
    assets: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Type.String(),
          kind: Type.Union([Type.Literal("drone"), Type.Literal("sensor")]),
        },
        closed,
      ),
    ),
    grants: Type.Array(
      Type.Object(
        { personId: Id, personName: Type.String(), action: Type.String(), assetId: Id },
        closed,
      ),
    ),
    state: TrialStateName,
    /** Since when it is activated or suspended. */
    since: Nullable(Instant),
    /** Why it is suspended. */
    reason: Nullable(Type.String()),
    isDemonstration: Type.Boolean(),
  },
  closed,
);
export type TrialView = Type.Static<typeof TrialView>;

export const listTrials = defineRoute({
  method: "GET",
  path: "/v1/trials",
  summary: "Trials as they stand",
  tag: "programme",
  action: "trial.read",
  ok: Type.Object({ items: Type.Array(TrialView) }, closed),
  okStatus: 200,
  refusals: [],
});

export const suspendTrialRoute = defineRoute({
  method: "POST",
  path: "/v1/trials/{trialId}/suspend",
  summary: "Suspend a trial: its machines stop and its reports are refused",
  tag: "programme",
  action: "trial.suspend",
  params: IdParams("trialId"),
  body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
  ok: TrialView,
  okStatus: 200,
  refusals: ["not-found", "trial-not-activated", "reason-missing"],
});

export const resumeTrialRoute = defineRoute({
  method: "POST",
  path: "/v1/trials/{trialId}/resume",
  summary: "Let a suspended trial go on",
  tag: "programme",
  action: "trial.resume",
  params: IdParams("trialId"),
  body: Empty,
  ok: TrialView,
  okStatus: 200,
  refusals: ["not-found", "trial-not-suspended"],
});

export const AuditView = Type.Object(
  {
    id: Type.Integer(),
    at: Instant,
    actor: Type.Object({ kind: Type.String(), id: Nullable(Id), name: Type.String() }, closed),
    action: Type.String(),
    subject: Type.Object({ kind: Type.String(), id: Type.String() }, closed),
    detail: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
export type AuditView = Type.Static<typeof AuditView>;

export const listAudit = defineRoute({
  method: "GET",
  path: "/v1/audit",
  summary: "Every change by a person, newest first",
  tag: "programme",
  action: "audit.read",
  query: Type.Object(
    {
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    },
    closed,
  ),
  ok: Type.Object({ items: Type.Array(AuditView), nextCursor: Nullable(Type.String()) }, closed),
  okStatus: 200,
  refusals: [],
});
