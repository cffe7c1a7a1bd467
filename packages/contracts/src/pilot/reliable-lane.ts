import { Type } from "typebox";
import { closed, Nullable } from "../http/shapes.ts";

/** Labels of the data channels: one lane each (LG4). The fourth lane is the media. */
export const pilotLanes = { sticks: "sticks", commands: "commands", stop: "stop" } as const;

const CommandId = Type.Integer({ minimum: 1 });

/** [LG4] Of the newest beacon that the pilot had seen by then: it bounds the age of the wish. */
const BeaconSequence = Type.Optional(Type.Integer({ minimum: 0 }));

/** Pilot to gateway, JSON, reliable and in order. */
export const FromPilot = Type.Union([
  Type.Object(
    {
      op: Type.Literal("prove"),
      publicKey: Type.Object(
        { x: Type.String({ maxLength: 64 }), y: Type.String({ maxLength: 64 }) },
        closed,
      ),
      signature: Type.String({ maxLength: 128 }),
    },
    closed,
  ),
  Type.Object(
    { op: Type.Literal("take-off"), commandId: CommandId, beaconSequence: BeaconSequence },
    closed,
  ),
  Type.Object({ op: Type.Literal("land"), commandId: CommandId }, closed),
  Type.Object(
    {
      op: Type.Literal("release-stop"),
      commandId: CommandId,
      stopSequence: Type.Integer({ minimum: 0 }),
      beaconSequence: BeaconSequence,
    },
    closed,
  ),
  Type.Object(
    { op: Type.Literal("motors-off"), commandId: CommandId, beaconSequence: BeaconSequence },
    closed,
  ),
  Type.Object({ op: Type.Literal("stop"), stopSequence: Type.Integer({ minimum: 1 }) }, closed),
]);
export type FromPilot = Type.Static<typeof FromPilot>;

/** Gateway to pilot, on the same lane. */
export const ToPilot = Type.Union([
  Type.Object({ op: Type.Literal("challenge"), challenge: Type.String() }, closed),
  Type.Object({ op: Type.Literal("welcome"), epoch: Type.Integer() }, closed),
  Type.Object(
    {
      op: Type.Literal("answer"),
      commandId: CommandId,
      /** Null: it was accepted. */
      refusal: Type.Union([Type.String(), Type.Null()]),
    },
    closed,
  ),
  /** What was accepted, the autopilot would not do: its own words, as a rule English. */
  Type.Object(
    {
      op: Type.Literal("refused"),
      order: Type.Union([
        Type.Literal("take-off"),
        Type.Literal("land"),
        Type.Literal("motors-off"),
      ]),
      reason: Type.String(),
    },
    closed,
  ),
  /** At each gate of the site's circuit; null before the first. A page that knows no laps drops it. */
  Type.Object(
    {
      op: Type.Literal("laps"),
      /** Its place in the site's list, from 0. */
      nextGate: Type.Integer({ minimum: 0, maximum: 31 }),
      /** On the clock of the beacons. */
      lapStartedAtMs: Nullable(Type.Number()),
      lapsFlown: Type.Integer({ minimum: 0 }),
      lastLapMs: Nullable(Type.Number()),
      bestLapMs: Nullable(Type.Number()),
    },
    closed,
  ),
]);
export type ToPilot = Type.Static<typeof ToPilot>;
