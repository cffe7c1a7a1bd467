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
  if (value.op !== "answer" || !("commandId" in value) || !("refusal" in value)) return undefined;
  const { commandId, refusal } = value;
  const isRefusal = refusal === null || typeof refusal === "string";
  return typeof commandId === "number" && isRefusal
    ? { op: "answer", commandId, refusal }
    : undefined;
}
