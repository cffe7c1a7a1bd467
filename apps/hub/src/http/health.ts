import type { FastifyInstance } from "fastify";
import { refuse } from "./register-route.ts";

export interface HealthPort {
  /** Resolves when the store answers, rejects when it does not. */
  askStore(): Promise<void>;
  metrics(): Promise<{ contentType: string; text: string }>;
}

/** For whoever watches over the hub. None of it tells anything of a person or a vehicle. */
export function serveHealth(app: FastifyInstance, port: HealthPort): void {
  // hide: the API document is for those who use the API.
  const schema = { hide: true };
  app.get("/health", { schema }, async () => ({ status: "alive" }));
  app.get("/ready", { schema }, async (request, reply) => {
    try {
      await port.askStore();
    } catch (cause) {
      request.log.error({ err: cause }, "The store does not answer");
      return refuse(reply, "not-ready", "The store does not answer.");
    }
    return { status: "ready" };
  });
  app.get("/metrics", { schema }, async (_request, reply) => {
    const { contentType, text } = await port.metrics();
    return reply.type(contentType).send(text);
  });
  app.get("/openapi.json", { schema }, async () => app.swagger());
}
