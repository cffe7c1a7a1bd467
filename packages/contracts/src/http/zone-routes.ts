import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, Id, IdParams, Instant, Nullable, PageQuery, pageOf } from "./shapes.ts";

export const ZoneCountsView = Type.Object(
  {
    id: Id,
    name: Type.String(),
    bays: Type.Integer({ minimum: 0 }),
    free: Type.Integer({ minimum: 0 }),
    occupied: Type.Integer({ minimum: 0 }),
    unknown: Type.Integer({ minimum: 0, description: "Bays of which nothing was heard lately" }),
  },
  closed,
);
export type ZoneCountsView = Type.Static<typeof ZoneCountsView>;

const MeanBays = Type.Number({ minimum: 0 });

/** Five minutes of a zone: of its bays, how many were on average free, occupied and unknown. */
export const OccupancySlotView = Type.Object(
  {
    from: Instant,
    free: Nullable(Type.Number({ minimum: 0, description: "Null where nothing is known" })),
    occupied: Nullable(MeanBays),
    unknown: MeanBays,
    occupiedShare: Nullable(
      Type.Number({ minimum: 0, maximum: 1, description: "Of what is known, not of all bays" }),
    ),
  },
  closed,
);
export type OccupancySlotView = Type.Static<typeof OccupancySlotView>;

export const listZones = defineRoute({
  method: "GET",
  path: "/v1/zones",
  summary: "Parking zones with what their bays are at present",
  tag: "city",
  action: "city.read",
  query: PageQuery,
  ok: pageOf(ZoneCountsView),
  okStatus: 200,
  refusals: [],
});

/** At most this much is answered at once: whoever wants more asks again from where it ended. */
export const occupancyDaysMax = 7;

export const readZoneOccupancy = defineRoute({
  method: "GET",
  path: "/v1/zones/{zoneId}/occupancy",
  summary: "How full a zone was, in slots of five minutes that are over; the last day unless asked",
  tag: "city",
  action: "city.read",
  params: IdParams("zoneId"),
  query: Type.Object({ from: Type.Optional(Instant), to: Type.Optional(Instant) }, closed),
  ok: Type.Object(
    {
      zoneId: Id,
      bays: Type.Integer({ minimum: 0, description: "Bays that the zone has today" }),
      slotMinutes: Type.Integer(),
      items: Type.Array(OccupancySlotView),
    },
    closed,
  ),
  okStatus: 200,
  refusals: ["not-found"],
});
