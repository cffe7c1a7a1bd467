import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { refuse } from "./register-route.ts";

/**
 * The console's built files. Every address that is no file and no API is a page of the console, so
 * that a reload finds it.
 */
export async function serveConsole(app: FastifyInstance, directory: string): Promise<boolean> {
  const isBuilt = existsSync(join(directory, "index.html"));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: directory,
      // The build has written each file's compressed twins beside it.
      preCompressed: true,
      // File names under assets/ carry their content's hash; the page itself is asked for anew.
      setHeaders: (reply, path) => {
        const isHashed = path.includes("/assets/");
        reply.header(
          "cache-control",
          isHashed ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === "GET" && !/^\/(v1|docs|assets)\//.test(request.url);
    if (!wantsPage)
      return refuse(reply, "not-found", `There is no ${request.method} ${request.url}.`);
    if (!isBuilt) {
      return refuse(reply, "not-ready", "The console is not built: run `npm run build`.");
    }
    return reply.sendFile("index.html");
  });
  return isBuilt;
}
