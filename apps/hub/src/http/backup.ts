import { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { Result } from "@pista/kernel";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Asker } from "./asker.ts";
import type { Refusal } from "./problems.ts";
import { refuse } from "./register-route.ts";

export interface BackupPort {
  identify(request: FastifyRequest): Promise<Asker>;
  start(): Promise<Result<Readable, Refusal>>;
}

/** How long the command line may stop reading: what is read from is kept for it that long. */
const silenceMsMax = 600_000;

/**
 * The way of `pista backup` to a hub that runs. It is no route of the contract, because no role and
 * no key may have what it gives: only whoever can read the data directory anyway.
 */
export function serveBackup(app: FastifyInstance, port: BackupPort): void {
  app.post("/operator/backup", { schema: { hide: true } }, async (request, reply) => {
    const { subject } = await port.identify(request);
    if (subject.kind !== "operator") {
      return refuse(reply, "not-permitted", "Only the operator's command line may do this.");
    }
    // Copying the store's files may take minutes before the first byte is there.
    const { socket } = request.raw;
    // Without a hub that runs, the command line asks in its own process and there is no network.
    if (socket instanceof Socket) socket.setTimeout(silenceMsMax);
    const archive = await port.start();
    if (!archive.ok) return refuse(reply, archive.fault.kind, archive.fault.detail);
    return reply.type("application/gzip").send(archive.value);
  });
}
