import { type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StoreError } from "../store/errors.ts";
import { contractRoutes, routeName } from "../testing/contract-routes.ts";
import { openTestHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub();
}, 60_000);
afterAll(() => hub.close());

describe("what a hub tells of itself", () => {
  test("it lives, is ready, and counts", async () => {
    expect((await hub.visitor.send("GET", "/health")).json).toEqual({ status: "alive" });
    expect((await hub.visitor.send("GET", "/ready")).json).toEqual({ status: "ready" });
    const metrics = await hub.visitor.send("GET", "/metrics");
    expect(metrics.headers.get("content-type")).toMatch(/^text\/plain/);
    for (const name of ["reports_stored_total", "live_watchers", "device_connections"]) {
      expect(metrics.text).toMatch(new RegExp(`^pista_${name} 0$`, "m"));
    }
  });

  test("it is not ready while its disk has no room for what may come", async () => {
    const refusing = await openTestHub({
      prepare(open) {
        Object.assign(open.database, {
          checkRoom: () => Promise.reject(new StoreError("STORE_DISK_FULL", { freeBytes: 0 })),
        });
      },
    });
    const { status, json } = await refusing.visitor.send("GET", "/ready");
    await refusing.close();
    expect([status, json.code]).toEqual([503, "not-ready"]);
  }, 60_000);

  test("every answer carries the headers that keep a page safe", async () => {
    for (const path of ["/health", "/v1/me", "/openapi.json", "/v1/nothing", "/docs/"]) {
      const { headers } = await hub.visitor.send("GET", path);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toMatch(/default-src 'self'/);
      expect(headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe/);
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("strict-transport-security")).toBeNull();
    }
    const policy = (await hub.visitor.send("GET", "/health")).headers.get(
      "content-security-policy",
    );
    expect(policy).toMatch(/frame-ancestors 'none'/);
  });

  test("its document is OpenAPI 3.1 and names every route of the contract", async () => {
    const { json, status } = await hub.visitor.send("GET", "/openapi.json");
    expect(status).toBe(200);
    expect(json.openapi).toMatch(/^3\.1\./);
    const documented = Object.entries<Record<string, { operationId: string }>>(json.paths).flatMap(
      ([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(contractRoutes.map(routeName).sort());
    const ids = Object.values<Record<string, { operationId: string }>>(json.paths).flatMap(
      (operations) => Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(contractRoutes.length);
  });

  test("every schema of its document compiles, and every example fits its schema", async () => {
    const { json } = await hub.visitor.send("GET", "/openapi.json");
    const examples: { schema: TSchema; example: unknown }[] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return;
      const { examples: given, type } = node as { examples?: unknown[]; type?: string };
      // A document's node is plain JSON Schema, which is what Compile takes.
      const schema = node as TSchema;
      if (Array.isArray(given) && type) {
        examples.push(...given.map((example) => ({ schema, example })));
      }
      for (const child of Object.values(node)) walk(child);
    };
    walk(json);
    expect(examples.length).toBeGreaterThan(0);
    for (const { schema, example } of examples) expect(Compile(schema).Check(example)).toBe(true);
    for (const route of contractRoutes) {
      for (const schema of [route.ok, route.body, route.query, route.params]) {
        if (schema) expect(() => Compile(schema).Check({})).not.toThrow();
      }
    }
    expect(Type.IsSchema(contractRoutes[0]?.ok)).toBe(true);
  });

  test("its document can be read as pages", async () => {
    const page = await hub.visitor.send("GET", "/docs/");
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.text).not.toMatch(/<script>(?!\s*<\/script>)/);
    const sources = [...page.text.matchAll(/src="([^"]+)"/g)].map(([, source]) => source ?? "");
    for (const source of sources.filter((one) => one.endsWith(".js"))) {
      expect(
        (await hub.visitor.send("GET", new URL(source, `${hub.url}/docs/`).pathname)).status,
      ).toBe(200);
    }
  });
});
