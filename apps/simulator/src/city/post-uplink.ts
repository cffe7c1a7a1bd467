import type { HookOutcome, PostUplink } from "./network-server.ts";

const answerWithinMs = 10_000;
/** Longer is not waited, whatever the hub asks. */
const retryAfterMsMax = 5 * 60_000;

/** Posts to one hook of the hub over connections that are kept. The secret goes nowhere else. */
export function uplinkPost(url: string, secret: string): PostUplink {
  const headers = { "content-type": "application/json", authorization: `Bearer ${secret}` };
  return async (body): Promise<HookOutcome> => {
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const answer = await fetch(url, { method: "POST", headers, body, signal });
      // Read to its end, or the connection cannot carry the next one.
      await answer.arrayBuffer();
      return {
        kind: "answered",
        status: answer.status,
        retryAfterMs: waitOf(answer.headers.get("retry-after")),
      };
    } catch (cause) {
      return { kind: "unreachable", cause: causeOf(cause) };
    }
  };
}

/** Seconds (RFC 9110, section 10.2.3); the hub never answers with a date. */
function waitOf(text: string | null): number {
  return /^\d{1,6}$/.test(text ?? "") ? Math.min(retryAfterMsMax, Number(text) * 1_000) : 0;
}

/** What fetch throws is its own error around the network's. */
function causeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause instanceof Error ? cause.cause : cause;
  return "code" in inner && typeof inner.code === "string" ? inner.code : inner.name;
}
