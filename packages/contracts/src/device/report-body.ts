import { Type } from "typebox";
import { closed } from "../http/shapes.ts";

const uint32 = { minimum: 0, maximum: 2 ** 32 - 1 } as const;

/** What a bay sensor publishes to `pista/v1/DEVICE/report` (DESIGN, section 6). */
export const ReportBody = Type.Object(
  {
    state: Type.Union([Type.Literal("occupied"), Type.Literal("free")]),
    observedAt: Type.String({ maxLength: 40, description: "RFC 3339" }),
    counter: Type.Integer(uint32),
    epoch: Type.Optional(Type.Integer(uint32)),
    batteryPct: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    rssiDbm: Type.Optional(Type.Number({ minimum: -200, maximum: 50 })),
    temperatureC: Type.Optional(Type.Number({ minimum: -100, maximum: 200 })),
  },
  closed,
);
export type ReportBody = Type.Static<typeof ReportBody>;

/** Device topics: the device's id stands between these. */
export const topicOf = (deviceId: string, kind: "report" | "raw" | "command"): string =>
  `pista/v1/${deviceId}/${kind}`;
