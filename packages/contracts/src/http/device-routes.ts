import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, Id, Instant, Nullable, PageQuery, pageOf } from "./shapes.ts";

export const DeviceView = Type.Object(
  {
    id: Id,
    model: Type.String(),
    bayId: Nullable(Id),
    connected: Type.Boolean(),
    /** Of the bay that it watches now. */
    lastReportAt: Nullable(Instant),
    modelId: Nullable(Id),
    devEui: Nullable(Type.String()),
  },
  closed,
);
export type DeviceView = Type.Static<typeof DeviceView>;

export const listDevices = defineRoute({
  method: "GET",
  path: "/v1/devices",
  summary: "Sensors and whether they are heard",
  tag: "devices",
  action: "device.read",
  query: PageQuery,
  ok: pageOf(DeviceView),
  okStatus: 200,
  refusals: [],
});

export const addDevice = defineRoute({
  method: "POST",
  path: "/v1/devices",
  summary: "Add a sensor to a bay: its key is shown once",
  tag: "devices",
  action: "device.manage",
  body: Type.Object(
    {
      model: Type.String({ minLength: 1, maxLength: 80 }),
      bayId: Id,
      /** The trial that lets it report; left out, it is added to none and is refused until one does. */
      trialId: Type.Optional(Id),
      /** The model whose codec reads this device's bytes; left out, it sends reports of its own. */
      modelId: Type.Optional(Id),
      devEui: Type.Optional(
        Type.String({
          pattern: "^[0-9a-fA-F]{16}$",
          description: "LoRaWAN DevEUI, hexadecimal",
          examples: ["70b3d57ed0001a2b"],
        }),
      ),
    },
    closed,
  ),
  ok: Type.Object({ id: Id, key: Type.String() }, closed),
  okStatus: 201,
  refusals: ["not-found", "id-taken"],
});

export const addGateway = defineRoute({
  method: "POST",
  path: "/v1/gateways",
  summary: "Announce a gateway: its one-time enrolment code is shown once",
  tag: "devices",
  action: "gateway.manage",
  body: Type.Object({ assetId: Id }, closed),
  ok: Type.Object({ id: Id, code: Type.String(), expiresAt: Instant }, closed),
  okStatus: 201,
  refusals: ["not-found"],
});

/** [AU8] The code is the credential, so the route itself is open. */
export const enrolGateway = defineRoute({
  method: "POST",
  path: "/v1/gateways/enrol",
  summary: "Enrol a gateway: it shows its code and its own key, and pins the hub's",
  tag: "devices",
  action: "public.read",
  body: Type.Object(
    {
      code: Type.String({ minLength: 1, maxLength: 200 }),
      publicKey: Type.String({ pattern: "^[0-9a-f]{64}$", description: "Ed25519, hexadecimal" }),
    },
    closed,
  ),
  ok: Type.Object(
    { gatewayId: Id, assetId: Id, leasePublicKey: Type.String({ pattern: "^[0-9a-f]{64}$" }) },
    closed,
  ),
  okStatus: 201,
  refusals: ["wrong-enrolment-code"],
});
