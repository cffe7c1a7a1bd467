import type { IncomingMessage } from "node:http";
import { fastifyCookie } from "@fastify/cookie";
import { type Credentials, cookieName } from "./asker.ts";

/** A token is 43 characters; whatever is much longer is none. */
const tokenLengthMax = 200;

/** What the headers of a request show of its sender; the same for HTTP and for upgrades. */
export function credentialsOf(headers: IncomingMessage["headers"]): Credentials {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const cookie = headers.cookie ? fastifyCookie.parse(headers.cookie)[cookieName] : undefined;
  const plausible = (token: string | undefined): string | undefined =>
    token && token.length <= tokenLengthMax ? token : undefined;
  return { bearerToken: plausible(bearer), cookieToken: plausible(cookie) };
}

/**
 * Whether a browser says that its page is this hub's own. Browsers send Origin with everything that
 * may change something and with every WebSocket; a request without one comes from no page.
 */
export function isOwnOrigin(
  headers: IncomingMessage["headers"],
  { behindProxy }: { behindProxy: boolean },
): boolean {
  const { origin } = headers;
  if (origin === undefined) return headers["sec-fetch-site"] === undefined;
  if (!URL.canParse(origin)) return false;
  // A proxy may ask under a name of its own and say here which name the browser asked for.
  const forwarded = behindProxy ? headers["x-forwarded-host"] : undefined;
  return new URL(origin).host === (forwarded ?? headers.host);
}
