import type { ToPilot } from "@pista/contracts";

/** What the gateway says on the reliable lane; undefined when this version does not know it. */
export function parseToPilot(text: string): ToPilot | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Not JSON: the caller drops it.
  }
  if (typeof value !== "object" || value === null || !("op" in value)) return undefined;
  if (value.op === "challenge" && "challenge" in value && typeof value.challenge === "string") {
    return { op: "challenge", challenge: value.challenge };
  }
  if (value.op === "welcome" && "epoch" in value && typeof value.epoch === "number") {
    return { op: "welcome", epoch: value.epoch };
  }
  if (value.op === "answer") return parseAnswer(value);
  if (value.op === "refused") return parseRefused(value);
  return value.op === "laps" ? parseLaps(value) : undefined;
}

function parseAnswer(value: object): ToPilot | undefined {
  if (!("commandId" in value && "refusal" in value)) return undefined;
  const { commandId, refusal } = value;
  const isRefusal = refusal === null || typeof refusal === "string";
  return typeof commandId === "number" && isRefusal
    ? { op: "answer", commandId, refusal }
    : undefined;
}

function parseRefused(value: object): ToPilot | undefined {
  if (!("order" in value && "reason" in value)) return undefined;
  const { order, reason } = value;
  const isOrder = order === "take-off" || order === "land" || order === "motors-off";
  return isOrder && typeof reason === "string" ? { op: "refused", order, reason } : undefined;
}

function parseLaps(value: object): ToPilot | undefined {
  if (!("nextGate" in value && "lapsFlown" in value && "lapStartedAtMs" in value)) return undefined;
  if (!("lastLapMs" in value && "bestLapMs" in value)) return undefined;
  const { nextGate, lapsFlown, lapStartedAtMs, lastLapMs, bestLapMs } = value;
  return typeof nextGate === "number" &&
    typeof lapsFlown === "number" &&
    isNumberOrNull(lapStartedAtMs) &&
    isNumberOrNull(lastLapMs) &&
    isNumberOrNull(bestLapMs)
    ? { op: "laps", nextGate, lapsFlown, lapStartedAtMs, lastLapMs, bestLapMs }
    : undefined;
}

const isNumberOrNull = (value: unknown): value is number | null =>
  value === null || typeof value === "number";
