import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { ApiFault, ApiRefusal, call, pathOf, type Transport } from "./client.ts";
import { Empty, IdParams, NoContent } from "./http/shapes.ts";
import { defineRoute } from "./route.ts";

const shared = { summary: "", tag: "city", action: "city.read", refusals: [] } as const;
const readBay = defineRoute({
  ...shared,
  method: "GET",
  path: "/v1/bays/{bayId}/reports",
  params: IdParams("bayId"),
  query: Type.Object({ from: Type.Optional(Type.String()), limit: Type.Optional(Type.Integer()) }),
  ok: Type.Object({ items: Type.Array(Type.String()) }),
  okStatus: 200,
});
const signOut = defineRoute({
  ...shared,
  method: "POST",
  path: "/v1/sign-out",
  body: Empty,
  ok: NoContent,
  okStatus: 204,
});

type Request = Parameters<Transport>[0];

/** Answers every request alike and keeps what was asked. */
function hub(status: number, text: string): { asked: Request[]; transport: Transport } {
  const asked: Request[] = [];
  return {
    asked,
    transport: async (request) => {
      asked.push(request);
      return { status, text };
    },
  };
}
const problem = {
  type: "about:blank",
  title: "Not found",
  status: 404,
  detail: "There is no such bay.",
  code: "not-found",
};

describe("a path", () => {
  test("[HT4] has its parameters in place, encoded", () => {
    expect(pathOf(readBay, { params: { bayId: "bay-1" } })).toBe("/v1/bays/bay-1/reports");
    expect(pathOf(readBay, { params: { bayId: "a/b?c" } })).toBe("/v1/bays/a%2Fb%3Fc/reports");
  });

  test("[HT4] has its query behind it, without what is left out", () => {
    const query = { from: "2026-11-22T14:00:00+01:00", limit: undefined };
    expect(pathOf(readBay, { params: { bayId: "b" }, query })).toBe(
      "/v1/bays/b/reports?from=2026-11-22T14%3A00%3A00%2B01%3A00",
    );
    expect(pathOf(readBay, { params: { bayId: "b" }, query: { from: "x", limit: 5 } })).toBe(
      "/v1/bays/b/reports?from=x&limit=5",
    );
  });
});

describe("a call", () => {
  test("[HT4] sends what the route says and gives what it answers", async () => {
    const { asked, transport } = hub(200, '{"items":["a"]}');
    expect(await call(transport, readBay, { params: { bayId: "b" } })).toEqual({ items: ["a"] });
    expect(asked).toEqual([{ method: "GET", path: "/v1/bays/b/reports", body: undefined }]);
  });

  test("[HT4] a body travels as JSON, and a 204 is null", async () => {
    const { asked, transport } = hub(204, "");
    expect(await call(transport, signOut, { body: {} })).toBeNull();
    expect(asked[0]?.body).toBe("{}");
  });

  test("[HT5] a problem is thrown as the hub's refusal, whole", async () => {
    const { transport } = hub(404, JSON.stringify(problem));
    const refused = call(transport, readBay, { params: { bayId: "b" } });
    await expect(refused).rejects.toThrow(ApiRefusal);
    await expect(refused).rejects.toMatchObject({ message: problem.detail, problem });
  });

  test.each([
    ["a page of some other server", 502, "<html></html>"],
    ["nothing", 500, ""],
    ["JSON that is no problem", 500, '{"error":"x"}'],
    ["a problem without a code", 500, '{"detail":"x","code":7}'],
    ["null", 500, "null"],
    ["another success than the contract's", 202, "{}"],
  ])("[HT5] %s is not the contract's answer", async (_, status, text) => {
    const { transport } = hub(status, text);
    await expect(call(transport, readBay, { params: { bayId: "b" } })).rejects.toThrow(ApiFault);
  });

  test("[HT5] what the transport throws comes through", async () => {
    const transport: Transport = async () => {
      throw new TypeError("no network");
    };
    await expect(call(transport, signOut, { body: {} })).rejects.toThrow("no network");
  });
});
