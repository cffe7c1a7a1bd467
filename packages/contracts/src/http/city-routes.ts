import { type TProperties, Type } from "typebox";
import { defineRoute } from "../route.ts";
import { BboxQuery, closed, Id, IdParams, Instant, Nullable, Position } from "./shapes.ts";

export const BayStateName = Type.Union([
  Type.Literal("free"),
  Type.Literal("occupied"),
  Type.Literal("unknown"),
]);

/** What the live stream says of a bay; its place comes from the routes below. */
export const BayStateView = Type.Object(
  {
    id: Id,
    state: BayStateName,
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    observedAt: Nullable(Instant),
    receivedAt: Nullable(Instant),
  },
  closed,
);
export type BayStateView = Type.Static<typeof BayStateView>;

const fault = <Kind extends string, Rest extends TProperties>(kind: Kind, rest: Rest) =>
  Type.Object({ kind: Type.Literal(kind), ...rest }, closed);

/** [BS4] What is the matter with a bay's sensor; the rules are in packages/parking/SPEC.md. */
export const SensorFaultView = Type.Union([
  fault("silent", { since: Nullable(Instant) }),
  fault("flapping", { changes: Type.Integer({ description: "Among the last eight readings" }) }),
  fault("clock-ahead", {}),
  fault("clock-behind", { lagMs: Type.Integer({ description: "Receipt less the sensor's time" }) }),
  fault("stuck", {
    neighbourChanges: Type.Integer({ description: "The median of its neighbours in that day" }),
  }),
]);
export type SensorFaultView = Type.Static<typeof SensorFaultView>;

export const BayView = Type.Object(
  {
    ...BayStateView.properties,
    zoneId: Id,
    label: Type.String(),
    kerb: Type.Tuple([Position, Position], { description: "The bay's two ends along the kerb" }),
    hasSensor: Type.Boolean(),
    faults: Type.Array(SensorFaultView),
  },
  closed,
);
export type BayView = Type.Static<typeof BayView>;

export const CarParkView = Type.Object(
  {
    id: Id,
    name: Type.String(),
    position: Position,
    spaces: Type.Integer({ minimum: 0 }),
    freeSpaces: Nullable(Type.Integer({ minimum: 0, description: "Null is unknown, never full" })),
    isStale: Type.Boolean({
      description: "Older than twenty minutes: what was last told, not now",
    }),
    tendency: Type.Union([
      Type.Literal("filling"),
      Type.Literal("steady"),
      Type.Literal("emptying"),
      Type.Literal("unknown"),
    ]),
    observedAt: Instant,
    publishedAt: Nullable(Instant),
    receivedAt: Nullable(Instant),
    source: Type.String({ description: "Whom to credit" }),
  },
  closed,
);
export type CarParkView = Type.Static<typeof CarParkView>;

export const ReportView = Type.Object(
  {
    deviceId: Id,
    epoch: Type.Integer(),
    counter: Type.Integer(),
    state: Type.Union([Type.Literal("free"), Type.Literal("occupied")]),
    observedAt: Instant,
    receivedAt: Instant,
    clockAhead: Type.Boolean(),
    batteryPct: Nullable(Type.Number()),
    rssiDbm: Nullable(Type.Number()),
    temperatureC: Nullable(Type.Number()),
  },
  closed,
);
export type ReportView = Type.Static<typeof ReportView>;

export const FeedView = Type.Object(
  {
    id: Id,
    state: Type.Union([Type.Literal("starting"), Type.Literal("well"), Type.Literal("failing")]),
    failingSince: Nullable(Instant),
    /** How often in a row it failed; 0 where it did not. */
    attempts: Type.Integer({ minimum: 0 }),
    cause: Nullable(Type.String({ description: "Why it failed last, for programs" })),
    detail: Nullable(Type.String({ description: "The same in words" })),
    lastSuccessAt: Nullable(Instant),
    nextPollAt: Nullable(Instant),
    newestReadingAt: Nullable(Instant),
    isStale: Type.Boolean({ description: "Even its newest reading is too old to be believed" }),
  },
  closed,
);
export type FeedView = Type.Static<typeof FeedView>;

const bays = {
  items: Type.Array(BayView),
  isDemonstration: Type.Boolean({ description: "The city shown is the demonstration's: invented" }),
};

export const listBays = defineRoute({
  method: "GET",
  path: "/v1/bays",
  summary: "Bays with their state",
  tag: "city",
  action: "city.read",
  query: BboxQuery,
  ok: Type.Object(bays, closed),
  okStatus: 200,
  refusals: ["too-many-bays"],
});

export const listPublicBays = defineRoute({
  method: "GET",
  path: "/v1/public/bays",
  summary: "Bays with their state, without an account",
  tag: "city",
  action: "public.read",
  query: BboxQuery,
  ok: Type.Object(bays, closed),
  okStatus: 200,
  refusals: ["too-many-bays"],
});

export const listPublicCarParks = defineRoute({
  method: "GET",
  path: "/v1/public/car-parks",
  summary: "Car parks with their free spaces, without an account",
  tag: "city",
  action: "public.read",
  query: BboxQuery,
  ok: Type.Object({ items: Type.Array(CarParkView) }, closed),
  okStatus: 200,
  refusals: [],
});

export const listBayReports = defineRoute({
  method: "GET",
  path: "/v1/bays/{bayId}/reports",
  summary: "Every stored report of a bay, oldest first",
  tag: "city",
  action: "city.read",
  params: IdParams("bayId"),
  query: Type.Object(
    {
      from: Type.Optional(Instant),
      to: Type.Optional(Instant),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
    },
    closed,
  ),
  ok: Type.Object({ items: Type.Array(ReportView), nextCursor: Nullable(Type.String()) }, closed),
  okStatus: 200,
  refusals: ["not-found"],
});

export const listFeeds = defineRoute({
  method: "GET",
  path: "/v1/feeds",
  summary: "What the hub fetches from others, and how that goes",
  tag: "city",
  action: "city.read",
  ok: Type.Object({ items: Type.Array(FeedView) }, closed),
  okStatus: 200,
  refusals: [],
});

export const importCarParks = defineRoute({
  method: "POST",
  path: "/v1/imports/5t-car-parks",
  summary: "Take in a snapshot of Turin's 5T car-park feed",
  tag: "city",
  action: "inventory.import",
  body: Type.Object({ xml: Type.String({ maxLength: 4_000_000 }) }, closed),
  ok: Type.Object(
    {
      imported: Type.Integer(),
      /** Of these, how many do not say how many spaces are free. */
      withoutFreeSpaces: Type.Integer(),
      generatedAt: Instant,
    },
    closed,
  ),
  okStatus: 200,
  refusals: ["feed-unreadable"],
});
