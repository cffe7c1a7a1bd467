import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { LeaseView, PilotKeys } from "./flight-routes.ts";
import { closed, Id, IdParams, NoContent, Nullable } from "./shapes.ts";

/** One pilot's wish to take over a drone that another flies; it is forgotten a minute later. */
export const AskView = Type.Object(
  {
    id: Id,
    state: Type.Union([
      Type.Literal("waiting"),
      Type.Literal("granted"),
      Type.Literal("refused"),
      /** Nobody answered in time, whoever was asked flies no more, or it was taken back. */
      Type.Literal("over"),
    ]),
    /** The asker's own lease, once granted: to be renewed like any, and obeyed once proved (AU3). */
    lease: Nullable(LeaseView),
  },
  closed,
);
export type AskView = Type.Static<typeof AskView>;

const AskParams = Type.Object({ droneId: Id, askId: Id }, closed);

export const askForDrone = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease/asks",
  summary: "Ask whoever flies a drone to hand it over to you",
  tag: "flight",
  action: "drone.fly",
  params: IdParams("droneId"),
  body: PilotKeys,
  ok: AskView,
  okStatus: 201,
  refusals: ["not-found", "drone-taken", "gateway-offline", "lease-ended"],
});

export const readAsk = defineRoute({
  method: "GET",
  path: "/v1/drones/{droneId}/lease/asks/{askId}",
  summary: "What became of your ask; with your lease, once it is granted",
  tag: "flight",
  action: "drone.fly",
  params: AskParams,
  ok: AskView,
  okStatus: 200,
  refusals: ["not-found"],
});

export const withdrawAsk = defineRoute({
  method: "DELETE",
  path: "/v1/drones/{droneId}/lease/asks/{askId}",
  summary: "Take your ask back; with the lease that it has brought meanwhile",
  tag: "flight",
  action: "self.manage",
  params: AskParams,
  ok: NoContent,
  okStatus: 204,
  refusals: ["not-found", "lease-ended"],
});

export const answerAsk = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease/asks/{askId}/answer",
  summary: "Hand over the drone that you fly to whoever asks, or refuse",
  tag: "flight",
  action: "drone.fly",
  params: AskParams,
  body: Type.Object({ isAgreed: Type.Boolean() }, closed),
  ok: NoContent,
  okStatus: 204,
  refusals: ["not-found", "drone-taken", "gateway-offline", "lease-ended"],
});

export const forceHandover = defineRoute({
  method: "POST",
  path: "/v1/drones/{droneId}/lease/asks/{askId}/force",
  summary: "Hand a drone over to whoever asks for it, without its pilot's consent",
  tag: "flight",
  action: "lease.revoke",
  params: AskParams,
  body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
  ok: NoContent,
  okStatus: 204,
  refusals: ["not-found", "drone-taken", "gateway-offline", "lease-ended"],
});
