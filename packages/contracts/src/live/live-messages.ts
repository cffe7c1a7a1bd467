import { Type } from "typebox";
import { BayStateView, CarParkView } from "../http/city-routes.ts";
import { DroneView } from "../http/flight-routes.ts";
import { TrialView } from "../http/programme-routes.ts";
import { closed } from "../http/shapes.ts";

/** What one may subscribe to at GET /live, and what each entry of it looks like. */
export type LiveTopics = {
  bays: BayStateView;
  "car-parks": CarParkView;
  drones: DroneView;
  trials: TrialView;
};
export type LiveTopic = keyof LiveTopics;

export const liveTopics = ["bays", "car-parks", "drones", "trials"] as const;

/** Entries of every topic are told apart by their `id`. */
export const liveEntrySchemas = {
  bays: BayStateView,
  "car-parks": CarParkView,
  drones: DroneView,
  trials: TrialView,
} as const;

const SubscriptionId = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });

export const Subscribe = Type.Object(
  {
    op: Type.Literal("subscribe"),
    id: SubscriptionId,
    topic: Type.Union([
      Type.Literal("bays"),
      Type.Literal("car-parks"),
      Type.Literal("drones"),
      Type.Literal("trials"),
    ]),
    /** West, south, east, north; degrees. Of the topic "bays" only. */
    bbox: Type.Optional(Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()])),
    maxHz: Type.Optional(Type.Number({ minimum: 0.1, maximum: 20 })),
  },
  closed,
);
export const Unsubscribe = Type.Object(
  { op: Type.Literal("unsubscribe"), id: SubscriptionId },
  closed,
);

/** [LV8] Whether anybody is still there: a quiet stream and a dead line look the same. */
export const LivePing = Type.Object({ op: Type.Literal("ping") }, closed);

export const LiveRequest = Type.Union([Subscribe, Unsubscribe, LivePing]);
export type LiveRequest = Type.Static<typeof LiveRequest>;

/** One subscriber may hold this many subscriptions on a connection. */
export const subscriptionsMax = 32;

export type LiveEvent<Topic extends LiveTopic = LiveTopic> =
  | { readonly id: number; readonly seq: 0; readonly snapshot: readonly LiveTopics[Topic][] }
  | { readonly id: number; readonly seq: number; readonly changes: readonly LiveTopics[Topic][] }
  /** The subscription is over, or was never begun. */
  | {
      readonly id: number | null;
      readonly error: { readonly code: LiveErrorCode; readonly detail: string };
    };

/** [LV8] The answer to a ping; whoever sends none never hears one. */
export type LivePong = { readonly op: "pong" };

export type LiveErrorCode =
  | "malformed-request"
  | "not-permitted"
  | "id-taken"
  | "too-many-subscriptions"
  | "too-many-bays";

/** After silence a change leaves at once; then changes leave together, this often (DESIGN 6). */
export const flushMs = 50;
