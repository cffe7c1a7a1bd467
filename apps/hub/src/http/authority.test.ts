import { me, Problem, signIn, signOut } from "@pista/contracts";
import { type Action, isPlatformAction, roles, rolesFor } from "@pista/programme";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractRoutes, routeName } from "../testing/contract-routes.ts";
import type { HttpClient } from "../testing/http-client.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
const askers = new Map<string, HttpClient>();

beforeAll(async () => {
  hub = await openTestHub();
  askers.set("visitor", hub.visitor);
  askers.set("operator", hub.operator);
  for (const role of roles) askers.set(role, await hub.personOf(role));
}, 60_000);
afterAll(() => hub.close());

const problem = Compile(Problem);

function isAllowed(asker: string, action: Action): boolean {
  if (action === "public.read") return true;
  // Nobody here has a grant, so nobody may do what only a trial permits.
  if (asker === "visitor" || !isPlatformAction(action)) return false;
  const allowed: readonly string[] = rolesFor[action];
  return asker === "operator" || allowed.includes(asker);
}

/** Misspelt on purpose: it passes who may and changes nothing. */
const askWrongly = (client: HttpClient, route: (typeof contractRoutes)[number]) =>
  client.send(route.method, route.path.replaceAll(/\{\w+\}/g, "demo-drone"), {
    ...(route.body ? { body: { misspelt: true } } : {}),
    headers: { origin: hub.url },
  });

describe("[DC1] who may", () => {
  test.each(contractRoutes.map((route) => [routeName(route), route] as const))(
    "%s asks decide() before it looks at anything",
    async (_name, route) => {
      for (const [asker, client] of askers) {
        const answer = await askWrongly(client, route);
        const expected = isAllowed(asker, route.action) ? "heard" : "denied";
        const wasDenied = answer.status >= 400 && answer.json.reasons !== undefined;
        expect([asker, wasDenied ? "denied" : "heard"]).toEqual([asker, expected]);
        if (wasDenied) {
          expect(answer.status).toBe(asker === "visitor" ? 401 : 403);
          expect(answer.json.code).toBe(asker === "visitor" ? "not-signed-in" : "not-permitted");
        }
        if (answer.status >= 400) {
          expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
          expect(problem.Check(answer.json)).toBe(true);
          expect(answer.json.status).toBe(answer.status);
        }
      }
    },
  );

  test.each(
    contractRoutes
      .filter(({ body }) => body !== undefined)
      .map((route) => [routeName(route), route] as const),
  )("%s refuses a member that nobody knows", async (_name, route) => {
    const allowed = [...askers].find(([asker]) => isAllowed(asker, route.action));
    if (!allowed) return; // The routes of a trial: lease-routes.test.ts has a pilot with a grant.
    const answer = await askWrongly(allowed[1], route);
    expect(answer.status).toBe(400);
    expect(answer.json.code).toBe("malformed-request");
    expect(answer.json.detail).toMatch(/^body/);
  });

  test("a cookie counts only for the hub's own pages", async () => {
    const client = await hub.signedIn("admin");
    const path = "/v1/me/api-keys";
    for (const origin of ["https://elsewhere.invalid", "null", `${hub.url}0`]) {
      const answer = await client.send("POST", path, {
        body: { label: "key" },
        headers: { origin },
      });
      expect([answer.status, answer.json.code]).toEqual([403, "wrong-origin"]);
    }
    const inBrowser = { "sec-fetch-site": "cross-site" };
    const without = await client.send("POST", path, { body: { label: "k" }, headers: inBrowser });
    expect(without.json.code).toBe("wrong-origin");
    const own = await client.send("POST", path, {
      body: { label: "key" },
      headers: { origin: hub.url },
    });
    expect(own.status).toBe(201);
    expect(
      (await client.send("GET", path, { headers: { origin: "https://x.invalid" } })).status,
    ).toBe(200);
  });

  test("a token that is none of ours is a visitor's", async () => {
    const tokens = ["", "x", "a".repeat(43), "a".repeat(5_000), hub.hub.operatorToken.slice(1)];
    for (const token of tokens) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await hub.visitor.send("GET", "/v1/people", { headers })).status).toBe(401);
    }
    const cookie = { cookie: "pista_sign_in=%zz; pista_sign_in" };
    expect((await hub.visitor.send("GET", "/v1/people", { headers: cookie })).status).toBe(401);
  });

  test("the operator is told apart by the token and by nothing else", async () => {
    const answer = await hub.operator.send("GET", me.path);
    expect(answer.json.person).toBeNull();
    expect((await hub.operator.send("GET", "/v1/people")).status).toBe(200);
  });

  test("signing in and out is open to all", () => {
    expect([signIn.action, signOut.action]).toEqual(["public.read", "public.read"]);
  });
});
