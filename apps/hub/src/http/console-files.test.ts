import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import Fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveConsole } from "./console-files.ts";

const page = "<!doctype html><title>Pista</title>";
const script = "console.log('the city')";

describe("the console's files", () => {
  let directory: string;
  let app: FastifyInstance;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pista-console-"));
    await mkdir(join(directory, "assets"));
    for (const [name, text] of [
      ["index.html", page],
      ["assets/page-1234.js", script],
    ] as const) {
      await writeFile(join(directory, name), text);
      await writeFile(join(directory, `${name}.br`), brotliCompressSync(text));
      await writeFile(join(directory, `${name}.gz`), gzipSync(text));
    }
    await writeFile(join(directory, "mark.svg"), "<svg/>");
    app = Fastify();
    await serveConsole(app, directory);
  });

  afterAll(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });

  const get = (url: string, encodings?: string) =>
    app.inject({ url, headers: encodings ? { "accept-encoding": encodings } : {} });

  test.each([
    ["gzip, deflate, br", "br", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
    [undefined, undefined, (bytes: Buffer) => bytes],
  ])("who takes %s is sent %s", async (taken, sent, open) => {
    const answer = await get("/assets/page-1234.js", taken);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-encoding"]).toBe(sent);
    expect(answer.headers["content-type"]).toMatch(/javascript/);
    expect(answer.headers["cache-control"]).toMatch(/immutable/);
    expect(answer.headers.vary).toMatch(/accept-encoding/i);
    expect(open(answer.rawPayload).toString()).toBe(script);
  });

  test.each(["/", "/fly/demo-drone"])("%s is the page, and is asked for anew", async (url) => {
    const answer = await get(url, "br");
    expect(answer.headers["content-encoding"]).toBe("br");
    expect(answer.headers["content-type"]).toMatch(/html/);
    expect(answer.headers["cache-control"]).toBe("no-cache");
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe(page);
  });

  test("a file without a twin is sent as it is", async () => {
    const answer = await get("/mark.svg", "br, gzip");
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect(answer.payload).toBe("<svg/>");
  });
});
