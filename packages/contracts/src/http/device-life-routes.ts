import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { DeviceView } from "./device-routes.ts";
import { closed, Empty, Id, IdParams, NoContent, Nullable } from "./shapes.ts";

/** What every change of one sensor has in common. */
const ofDevice = {
  tag: "devices",
  action: "device.manage",
  params: IdParams("deviceId"),
} as const;

export const rotateDeviceKey = defineRoute({
  ...ofDevice,
  method: "POST",
  path: "/v1/devices/{deviceId}/key",
  summary: "Give a sensor a new key, shown once: the old one is void and its connection closed",
  body: Empty,
  ok: Type.Object({ id: Id, key: Type.String() }, closed),
  okStatus: 201,
  refusals: ["not-found"],
});

export const moveDevice = defineRoute({
  ...ofDevice,
  method: "PUT",
  path: "/v1/devices/{deviceId}/bay",
  summary: "Put a sensor on another bay, or on none: reports stay with the bay they were made at",
  body: Type.Object({ bayId: Nullable(Id) }, closed),
  ok: DeviceView,
  okStatus: 200,
  refusals: ["not-found", "id-taken"],
});

export const setDeviceModel = defineRoute({
  ...ofDevice,
  method: "PUT",
  path: "/v1/devices/{deviceId}/model",
  summary: "Have a sensor's bytes read by another model's codec, or by none",
  body: Type.Object(
    {
      modelId: Nullable(Id),
      /** What it is called; left out, that stays. */
      model: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
    },
    closed,
  ),
  ok: DeviceView,
  okStatus: 200,
  refusals: ["not-found"],
});

export const endDevice = defineRoute({
  ...ofDevice,
  method: "DELETE",
  path: "/v1/devices/{deviceId}",
  summary: "End a sensor for good: its bay and its DevEUI are free, and what it reported stays",
  ok: NoContent,
  okStatus: 204,
  refusals: ["not-found"],
});
