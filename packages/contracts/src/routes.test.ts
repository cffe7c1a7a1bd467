import { rolesFor } from "@pista/programme";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { describe, expect, test } from "vitest";
import * as contracts from "./index.ts";
import type { Route } from "./route.ts";

type AnyRoute = Route<TSchema, TSchema, TSchema, TSchema>;
const isRoute = (value: unknown): value is AnyRoute =>
  typeof value === "object" && value !== null && "method" in value && "path" in value;

const routes: [string, AnyRoute][] = Object.entries(contracts).flatMap(([name, value]) =>
  isRoute(value) ? [[name, value]] : [],
);
const trialActions = ["drone.fly", "drone.watch", "report.publish", "public.read"];
const keysOf = (schema: TSchema | undefined): string[] => {
  const properties = (schema as { properties?: object } | undefined)?.properties; // An object's.
  return Object.keys(properties ?? {}).sort();
};

test("[HT1] every route has a method and path of its own", () => {
  expect(routes.length).toBeGreaterThan(20);
  // Two paths that differ in a parameter's name alone are the same to whoever asks.
  const doors = routes.map(
    ([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`,
  );
  expect(doors.filter((door, index) => doors.indexOf(door) !== index)).toEqual([]);
});

describe.each(routes)("%s", (_, route) => {
  test("[HT1] its path is under /v1, in lower case and hyphens", () => {
    expect(route.path).toMatch(/^\/v1(\/([a-z0-9-]+|\{[a-zA-Z]+\}))+$/);
    expect(route.summary).not.toBe("");
  });

  test("[HT2] its parameters are those of its path", () => {
    const inPath = Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, name = ""]) => name);
    expect(keysOf(route.params)).toEqual(inPath.sort());
  });

  test("[HT2] nothing beyond what is written may come in", () => {
    for (const schema of [route.params, route.query, route.body]) {
      if (schema) expect(schema).toMatchObject({ additionalProperties: false });
    }
  });

  test("[HT2] a GET has no body, everything else but DELETE has one", () => {
    expect(route.body !== undefined).toBe(route.method === "POST" || route.method === "PUT");
  });

  test("[HT3] its action is one that decide() knows", () => {
    expect([...Object.keys(rolesFor), ...trialActions]).toContain(route.action);
  });

  test("[HT3] it says each refusal once, and a 204 carries no body", () => {
    expect(new Set(route.refusals).size).toBe(route.refusals.length);
    expect(Compile(route.ok).Check(null)).toBe(route.okStatus === 204);
  });
});

test("[HT3] only what needs no account is open to the public", () => {
  const open = routes.filter(([, { action }]) => action === "public.read");
  expect(open.map(([, { path }]) => path).sort()).toEqual([
    "/v1/areas",
    "/v1/bays/{bayId}",
    "/v1/curb-objects",
    "/v1/gateways/enrol",
    "/v1/me",
    "/v1/off-street",
    "/v1/policies",
    "/v1/public/bays",
    "/v1/public/car-parks",
    "/v1/sign-in",
    "/v1/sign-out",
    "/v1/zones/{zoneId}",
  ]);
});
