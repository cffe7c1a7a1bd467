import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, IdParams, Instant, Nullable } from "./shapes.ts";

/** Bytes of one command before base64. */
export const commandBytesMax = 1_024;
/** Commands that may wait for one device. */
export const commandsWaitingMax = 16;
const dayS = 86_400;

const Base64 = Type.String({
  pattern: "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
  minLength: 4,
  maxLength: Math.ceil(commandBytesMax / 3) * 4,
  description: `Base64, 1 to ${commandBytesMax} bytes: the device gets them as they are`,
  examples: ["eyJyZXBvcnRFdmVyeVMiOjYwfQ=="],
});

export const DeviceCommandView = Type.Object(
  {
    /** Rises with each command; the device gets them in this order. */
    id: Type.Integer(),
    /** "sent" is not acknowledged yet: the device may have it. "refused" is the device's own answer. */
    state: Type.Union([
      Type.Literal("waiting"),
      Type.Literal("sent"),
      Type.Literal("delivered"),
      Type.Literal("refused"),
      Type.Literal("expired"),
    ]),
    payload: Base64,
    createdAt: Instant,
    expiresAt: Instant,
    answeredAt: Nullable(Instant),
  },
  closed,
);
export type DeviceCommandView = Type.Static<typeof DeviceCommandView>;

export const addDeviceCommand = defineRoute({
  method: "POST",
  path: "/v1/devices/{deviceId}/commands",
  summary: "Send a command to a sensor: kept until the sensor acknowledges it, or it expires",
  tag: "devices",
  action: "device.manage",
  params: IdParams("deviceId"),
  body: Type.Object(
    {
      payload: Base64,
      expiresInS: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 30 * dayS, default: 7 * dayS }),
      ),
    },
    closed,
  ),
  ok: DeviceCommandView,
  okStatus: 201,
  refusals: ["not-found", "commands-full"],
});

export const listDeviceCommands = defineRoute({
  method: "GET",
  path: "/v1/devices/{deviceId}/commands",
  summary: "A sensor's commands of at least the last thirty days, newest first",
  tag: "devices",
  action: "device.read",
  params: IdParams("deviceId"),
  query: Type.Object(
    {
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    },
    closed,
  ),
  ok: Type.Object(
    { items: Type.Array(DeviceCommandView), nextCursor: Nullable(Type.String()) },
    closed,
  ),
  okStatus: 200,
  refusals: ["not-found"],
});
