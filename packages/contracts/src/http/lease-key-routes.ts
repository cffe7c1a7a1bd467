import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, Instant } from "./shapes.ts";

/** [AU8] The operator's alone: whoever holds the data directory has the key itself. */
export const rotateLeaseKey = defineRoute({
  method: "POST",
  path: "/v1/lease-key/rotations",
  summary: "Make another lease key, which gateways follow by themselves",
  tag: "flight",
  action: "lease-key.rotate",
  body: Type.Object({}, closed),
  ok: Type.Object(
    {
      serial: Type.Integer(),
      publicKey: Type.String({ pattern: "^[0-9a-f]{64}$", description: "Ed25519, hexadecimal" }),
      rotatedAt: Instant,
    },
    closed,
  ),
  okStatus: 201,
  refusals: [],
});
