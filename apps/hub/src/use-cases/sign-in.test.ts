import { createManualClock } from "@pista/kernel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type HttpAnswer } from "../testing/http-client.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";
import { createThrottle } from "./sign-in-throttle.ts";

const clock = createManualClock(Date.parse("2026-11-22T12:00:00Z"));
let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub({ clock });
}, 60_000);
afterAll(() => hub.close());

const signIn = (email: string, password: string, on = hub): Promise<HttpAnswer> =>
  on.visitor.send("POST", "/v1/sign-in", { body: { email, password } });
const waitOut = (): void => clock.advance(3_600_000);
const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe("signing in", () => {
  test("sets a cookie that scripts cannot read and other sites cannot send", async () => {
    const { email, password } = hub.account("manager");
    const answer = await signIn(email.toUpperCase(), password);
    expect(answer.json.person.email).toBe(email);
    const [cookie, ...flags] = (answer.headers.get("set-cookie") ?? "").split("; ");
    expect(cookie).toMatch(/^pista_sign_in=[A-Za-z0-9_-]{43}$/);
    expect(flags.sort()).toEqual(["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Strict"]);
    expect(answer.text).not.toContain(cookie?.split("=")[1]);
  });

  test("a wrong password and an unknown address are told in the same words and time", async () => {
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 4; round++) {
      const texts: string[] = [];
      for (const [kind, email] of [
        ["known", hub.account("pilot").email],
        ["unknown", "nobody@test.invalid"],
      ] as const) {
        const startedMs = performance.now();
        const answer = await signIn(email, "not the password");
        times[kind].push(performance.now() - startedMs);
        expect([answer.status, answer.json.code]).toEqual([401, "wrong-credentials"]);
        texts.push(answer.text);
      }
      expect(texts[0]).toBe(texts[1]);
    }
    // The hash takes tens of milliseconds: without it the unknown would be answered in one or two.
    expect(medianOf(times.unknown)).toBeGreaterThan(medianOf(times.known) / 4);
    waitOut();
  });

  test("after five failures one waits, even with the right password, and then does not", async () => {
    const { email, password } = hub.account("steward");
    for (let tries = 0; tries < 5; tries++) {
      expect((await signIn(email, `wrong ${tries}`)).status).toBe(401);
    }
    const refused = await signIn(email, password);
    expect([refused.status, refused.json.code]).toEqual([429, "too-many-requests"]);
    expect(refused.json.detail).toMatch(/again in 30 s/);
    clock.advance(30_000);
    expect((await signIn(email, password)).status).toBe(200);
  });

  test("guesses that are sent all at once pass no further than one after the other", async () => {
    const email = "many@test.invalid";
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, index) => signIn(email, `guess ${index}`)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    waitOut();
  });

  test("one address that tries many names is slowed, and its successes do not count", async () => {
    const { email, password } = hub.account("manager");
    for (let round = 0; round < 25; round++) {
      expect((await signIn(email, password)).status).toBe(200);
    }
    const codes: number[] = [];
    for (let index = 0; index < 21; index++) {
      codes.push((await signIn(`name-${index}@test.invalid`, "guess")).status);
    }
    expect(codes.lastIndexOf(401)).toBe(19);
    expect(codes[20]).toBe(429);
    waitOut();
  });

  test("names that were tried are not remembered for ever", () => {
    const throttle = createThrottle(clock, { burst: 1, perMs: 1_000 });
    throttle.tried("first");
    for (let index = 0; index < 20_000; index++) throttle.tried(`name ${index}`);
    expect(throttle.waitMs("first")).toBe(0);
    expect(throttle.waitMs("name 19999")).toBe(1_000);
  });

  test("signing out ends it at once", async () => {
    const client = await hub.signedIn("admin");
    expect((await client.send("GET", "/v1/people")).status).toBe(200);
    const out = await client.send("POST", "/v1/sign-out", {
      body: {},
      headers: { origin: hub.url },
    });
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toMatch(/^pista_sign_in=; Max-Age=0/);
    expect((await client.send("GET", "/v1/people")).status).toBe(401);
  });

  test("a sign-in ends after twelve hours", async () => {
    const client = await hub.signedIn("admin");
    clock.advance(12 * 3_600_000 - 1);
    expect((await client.send("GET", "/v1/people")).status).toBe(200);
    clock.advance(5_001);
    expect((await client.send("GET", "/v1/people")).status).toBe(401);
  });

  test("an API key opens what its person may and dies when it is removed", async () => {
    const client = await hub.signedIn("admin");
    const body = { label: "measuring" };
    const made = await client.send("POST", "/v1/me/api-keys", {
      body,
      headers: { origin: hub.url },
    });
    const key = createClient(hub.url, { authorization: `Bearer ${made.json.secret}` });
    // A key comes from no page, so it needs no Origin.
    expect((await key.send("POST", "/v1/me/api-keys", { body })).status).toBe(201);
    expect((await key.send("GET", "/v1/people")).status).toBe(200);
    const { items } = (await client.send("GET", "/v1/me/api-keys")).json;
    expect(JSON.stringify(items)).not.toContain(made.json.secret);
    expect(items[0].lastUsedAt).not.toBeNull();
    const path = `/v1/me/api-keys/${made.json.apiKey.id}`;
    expect((await hub.operator.send("DELETE", path)).status).toBe(403);
    expect((await client.send("DELETE", path, { headers: { origin: hub.url } })).status).toBe(204);
    expect((await key.send("GET", "/v1/people")).status).toBe(401);
    expect((await key.send("DELETE", path)).status).toBe(401);
  });

  test("an e-mail address has one account, in whatever case it is written", async () => {
    const person = { email: "Twice@test.invalid", name: "Twice", roles: ["viewer"] };
    const first = await hub.operator.send("POST", "/v1/people", { body: person });
    expect(first.json.password).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const again = { ...person, email: "tWICE@test.invalid" };
    const second = await hub.operator.send("POST", "/v1/people", { body: again });
    expect([second.status, second.json.code]).toEqual([409, "email-taken"]);
    expect((await signIn("twice@test.invalid", first.json.password)).status).toBe(200);
  });
});

describe("behind a proxy", () => {
  let proxied: TestHub;
  beforeAll(async () => {
    proxied = await openTestHub({ settings: { behindProxy: true } });
  }, 60_000);
  afterAll(() => proxied.close());

  test("demonstration accounts are refused, although the hub listens on the loopback", async () => {
    const { email, password } = proxied.account("admin");
    expect((await signIn(email, password, proxied)).json.code).toBe("wrong-credentials");
  });

  test("the cookie travels by TLS only, and the name that the browser asked for counts", async () => {
    const person = { email: "a@test.invalid", name: "A", roles: ["viewer"] };
    const added = await proxied.operator.send("POST", "/v1/people", { body: person });
    const answer = await signIn(person.email, added.json.password, proxied);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; Secure/);
    expect(answer.headers.get("strict-transport-security")).toMatch(/max-age=\d+/);
    const client = createClient(proxied.url, { cookie: cookie.split(";")[0] ?? "" });
    const from = (origin: string) => ({ origin, "x-forwarded-host": "city.invalid" });
    const send = (origin: string) =>
      client.send("POST", "/v1/me/api-keys", { body: { label: "k" }, headers: from(origin) });
    expect((await send("https://city.invalid")).status).toBe(201);
    expect((await send("https://elsewhere.invalid")).json.code).toBe("wrong-origin");
  });

  test("a forged address in front of the proxy's own buys no further guesses", async () => {
    const codes: number[] = [];
    for (let index = 0; index < 21; index++) {
      const headers = { "x-forwarded-for": `10.0.0.${index}, 192.0.2.7` };
      const body = { email: `name-${index}@test.invalid`, password: "guess" };
      const answer = await proxied.visitor.send("POST", "/v1/sign-in", { body, headers });
      codes.push(answer.status);
    }
    expect(codes.at(-1)).toBe(429);
  });
});
