import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, Id, Instant, Nullable, pageOf } from "./shapes.ts";

export const QuarantineView = Type.Object(
  {
    id: Type.Integer(),
    receivedAt: Instant,
    /** Null where nobody knows from whom it came. */
    deviceId: Nullable(Id),
    topic: Type.String({ description: "The door it came by: report, raw or hooks/SERVER" }),
    fault: Type.String({ description: "A code, a colon, and what it means in words" }),
    payload: Type.String({ description: "Its first 4,096 bytes as they came, base64" }),
    /** Its model's codec may be tried on it again. */
    canReplay: Type.Boolean(),
    replayedAt: Nullable(Instant),
  },
  closed,
);
export type QuarantineView = Type.Static<typeof QuarantineView>;

export const listQuarantine = defineRoute({
  method: "GET",
  path: "/v1/quarantine",
  summary: "What could not be read, newest first: of your organisation's sensors, or of the city's",
  tag: "devices",
  action: "quarantine.read",
  query: Type.Object(
    {
      device: Type.Optional(Id),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    },
    closed,
  ),
  ok: pageOf(QuarantineView),
  okStatus: 200,
  refusals: [],
});

/** Entries of one request: each takes its codec 100 ms at most. */
export const replayedAtOnceMax = 200;

export const replayQuarantine = defineRoute({
  method: "POST",
  path: "/v1/quarantine/replay",
  summary: "Read again what was kept of a device, or of a model's devices, by the model of today",
  tag: "devices",
  action: "device.manage",
  body: Type.Object(
    {
      /** One of these two. */
      deviceId: Type.Optional(Id),
      modelId: Type.Optional(Id),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    },
    closed,
  ),
  ok: Type.Object(
    {
      replayed: Type.Integer({ description: "Stored as reports of the moment they were received" }),
      unreadable: Type.Integer({ description: "Kept, with what is the matter now" }),
      nextCursor: Nullable(
        Type.String({ description: `${replayedAtOnceMax} were tried: ask again from here` }),
      ),
    },
    closed,
  ),
  okStatus: 200,
  refusals: ["not-found"],
});
