import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, Empty, Id, IdParams, Instant } from "./shapes.ts";

const Field = Type.String({
  minLength: 1,
  maxLength: 120,
  description: "Path in the decoded data: names with dots",
  examples: ["parking.status"],
});
const MappedValues = Type.Array(
  Type.Union([Type.String({ maxLength: 80 }), Type.Number(), Type.Boolean()]),
  { minItems: 1, maxItems: 20 },
);
const measurements = {
  batteryField: Type.Optional(Field),
  temperatureField: Type.Optional(Field),
};

/** What a model's decoded data mean (`ReportMapping` of @pista/parking). */
export const ReportMappingBody = Type.Union([
  Type.Object(
    { stateField: Field, occupied: MappedValues, free: MappedValues, ...measurements },
    closed,
  ),
  Type.Object(
    {
      distanceField: Field,
      occupiedBelowCm: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
      ...measurements,
    },
    closed,
  ),
]);
export type ReportMappingBody = Type.Static<typeof ReportMappingBody>;

export const DeviceModelView = Type.Object(
  {
    id: Id,
    name: Type.String(),
    mapping: ReportMappingBody,
    createdAt: Instant,
    /** Since the hub started: how often the codec had to be killed. */
    kills: Type.Integer(),
    /** Killed too often of late: payloads are quarantined until it is tried again. */
    isRefused: Type.Boolean(),
  },
  closed,
);
export type DeviceModelView = Type.Static<typeof DeviceModelView>;

export const addDeviceModel = defineRoute({
  method: "POST",
  path: "/v1/device-models",
  summary: "Add a make of sensor: its payload codec and what the decoded data mean",
  tag: "devices",
  action: "device.manage",
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 80 }),
      codec: Type.String({
        minLength: 1,
        maxLength: 60_000,
        description: "JavaScript with decodeUplink (LoRaWAN Payload Codec API, TS013)",
      }),
      mapping: ReportMappingBody,
    },
    closed,
  ),
  ok: DeviceModelView,
  okStatus: 201,
  refusals: [],
});

export const listDeviceModels = defineRoute({
  method: "GET",
  path: "/v1/device-models",
  summary: "Makes of sensors, and whether their codecs behave",
  tag: "devices",
  action: "device.read",
  ok: Type.Object({ items: Type.Array(DeviceModelView) }, closed),
  okStatus: 200,
  refusals: [],
});

export const makeHookSecret = defineRoute({
  method: "POST",
  path: "/v1/trials/{trialId}/hook-secret",
  summary: "Make the secret of the trial's LoRaWAN hooks: it is shown once and replaces the old",
  tag: "devices",
  action: "device.manage",
  params: IdParams("trialId"),
  body: Empty,
  ok: Type.Object({ secret: Type.String() }, closed),
  okStatus: 201,
  refusals: ["not-found"],
});
