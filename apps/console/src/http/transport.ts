import type { Transport } from "@pista/contracts";

/** A request that takes longer is given up: the page says so instead of waiting for ever. */
const requestMsMax = 15_000;

/** The hub serves this page, so the cookie and the origin are right without more ado. */
export function createTransport(fetchLike: typeof fetch): Transport {
  return async ({ method, path, body }) => {
    const response = await fetchLike(path, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body }),
      // A page that is being left may still give its lease back; such bodies are small.
      keepalive: method !== "GET" && (body?.length ?? 0) < 30_000,
      signal: AbortSignal.timeout(requestMsMax),
    });
    return { status: response.status, text: await response.text() };
  };
}
