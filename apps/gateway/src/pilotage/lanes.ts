import {
  decodeStickFrame,
  decodeStop,
  encodeBeacon,
  FromPilot,
  type ToPilot,
} from "@pista/contracts";
import type { PeerEffect, PeerEvent } from "@pista/flight";
import { assertNever, fail, type MonotonicMs, ok, type Result } from "@pista/kernel";
import { Compile } from "typebox/compile";
import { parseJson } from "../durable-file.ts";
import type { Lane, Payload } from "./ports.ts";

const fromPilot = Compile(FromPilot);

/** Why a frame from the pilot means nothing. */
export type FrameFault =
  | "not-a-frame"
  | "not-a-stop"
  | "text-on-a-binary-lane"
  | "not-text"
  | "not-a-command";

/** [LG4] What a pilot's frame says, whichever lane brought it; a stop is understood on all three. */
export function readFrame(
  lane: Lane,
  payload: Payload,
  atMs: MonotonicMs,
): Result<PeerEvent, FrameFault> {
  if (lane === "commands") {
    return typeof payload === "string" ? readCommand(payload, atMs) : fail("not-text");
  }
  if (typeof payload === "string") return fail("text-on-a-binary-lane");
  const stopSequence = decodeStop(payload);
  if (stopSequence !== undefined) return ok({ kind: "stop-received", stopSequence, atMs });
  if (lane === "stop") return fail("not-a-stop");
  const frame = decodeStickFrame(payload);
  return frame ? ok({ kind: "frame-received", frame, atMs }) : fail("not-a-frame");
}

function readCommand(text: string, atMs: MonotonicMs): Result<PeerEvent, FrameFault> {
  const value = parseJson(text);
  if (!fromPilot.Check(value)) return fail("not-a-command");
  switch (value.op) {
    case "prove": {
      const { publicKey, signature } = value;
      return ok({ kind: "proof-received", proof: { publicKey, signature }, atMs });
    }
    case "stop":
      return ok({ kind: "stop-received", stopSequence: value.stopSequence, atMs });
    case "release-stop":
    case "take-off":
    case "land":
    case "motors-off": {
      const { commandId, ...command } = value;
      return ok({ kind: "command-received", commandId, command, atMs });
    }
    default:
      return assertNever(value, "A pilot's message");
  }
}

type ToPilotEffect = Exclude<PeerEffect, { kind: "close-peer" }>;

/** What the guard says to the pilot, on the lane it belongs to. */
export function writeFrame(effect: ToPilotEffect): { lane: Lane; payload: Payload } {
  const text = (message: ToPilot) =>
    ({ lane: "commands", payload: JSON.stringify(message) }) as const;
  switch (effect.kind) {
    case "send-beacon":
      return { lane: "sticks", payload: encodeBeacon(effect.beacon) };
    case "send-challenge":
      return text({ op: "challenge", challenge: effect.challenge });
    case "send-welcome":
      return text({ op: "welcome", epoch: effect.epoch });
    case "answer-command":
      return text({
        op: "answer",
        commandId: effect.commandId,
        refusal: effect.refusal ?? null,
      });
    case "tell-refusal":
      return text({ op: "refused", order: effect.order, reason: effect.reason });
    default:
      return assertNever(effect, "An effect for the pilot");
  }
}
