import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { NetworkServer, UplinkAnswer } from "../intake-answers.ts";

type HookRefusal = "not-signed-in" | "not-permitted" | "too-many-requests" | "not-ready";

export interface HookPort {
  /** Whether this is the secret of this trial's hooks; takes as long either way. */
  isSecret(trialId: string, secret: string): boolean;
  /** [IN5] What this trial's hooks may cost, and how long they owe. Asked behind the right secret. */
  purseOf(trialId: string): {
    spend(cost: { bytes?: number; messages?: number }): void;
    debtMs(): number;
  };
  /** Resolves after so long. */
  pause(forMs: number): Promise<void>;
  /** [IN5] Whether so much waits for the store that nothing more is taken in. */
  isFull(): boolean;
  /** Resolves once the answer is durable (IN1); rejects when the store failed. */
  receive(message: {
    server: NetworkServer;
    trialId: string;
    body: Uint8Array;
  }): Promise<UplinkAnswer>;
  refused(cause: string): void;
  refuse(reply: FastifyReply, code: HookRefusal, detail: string): FastifyReply;
}

/** An uplink with a dozen gateways that heard it is some 10 kB. */
const bodyBytesMax = 65_536;

/** A network server speaks for every device of a trial from one address. */
const requestsPerMinuteMax = 12_000;

/**
 * Where LoRaWAN network servers deliver (DESIGN, section 6). They are devices' doors, not part of
 * the API: no account opens them, and who may is asked for each device.
 */
export async function serveHooks(app: FastifyInstance, port: HookPort): Promise<void> {
  const waiting = { count: 0 };
  // In a scope of its own, because here a body is bytes until its budget is spent.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    for (const server of ["tts", "chirpstack"] as const) {
      scope.route({
        method: "POST",
        url: `/hooks/${server}/:trialId`,
        bodyLimit: bodyBytesMax,
        schema: { hide: true },
        config: { rateLimit: { max: requestsPerMinuteMax, timeWindow: 60_000 } },
        onRequest: async (request, reply) => admit(port, waiting, request, reply),
        handler: (request, reply) => deliver(port, server, request, reply),
      });
    }
  });
}

const trialIdOf = (request: FastifyRequest): string => {
  const { trialId } = request.params as { trialId: string }; // The route's own pattern names it.
  return trialId;
};

/**
 * [IN5] Who is over budget waits for its turn, which also spreads a flood evenly: heard in bursts it
 * would hold up the others. One whose turn is further away than this waits as long and is refused: a
 * refusal costs almost what an uplink does, and whoever floods would ask again at once.
 */
const waitMsMax = 1_000;
/** So many wait; the next are refused at once. */
const waitingMax = 1_000;

/** Before a byte of the body is read: whose it is, and whether there is budget and room for it. */
async function admit(
  port: HookPort,
  waiting: { count: number },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const trialId = trialIdOf(request);
  const [, secret = ""] = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "") ?? [];
  const refuse = (code: HookRefusal, cause: string, detail: string): FastifyReply => {
    port.refused(cause);
    return port.refuse(reply, code, detail);
  };
  if (!port.isSecret(trialId, secret)) {
    return refuse("not-signed-in", "wrong-secret", "This is not the secret of this trial's hooks.");
  }
  const purse = port.purseOf(trialId);
  const owedMs = purse.debtMs();
  const hasTurn = owedMs <= waitMsMax && waiting.count < waitingMax;
  // Spent before its turn, so that the next one's comes after it.
  if (hasTurn) purse.spend({ messages: 1 });
  if (owedMs > 0 && waiting.count < waitingMax) {
    waiting.count += 1;
    await port.pause(Math.min(owedMs, waitMsMax));
    waiting.count -= 1;
  }
  if (!hasTurn) {
    askToWait(reply, owedMs);
    return refuse("too-many-requests", "hook-budget", "The hook's budget is spent.");
  }
  if (port.isFull()) {
    askToWait(reply, 1_000);
    return refuse("not-ready", "store-full", "The store has too much to write.");
  }
  return undefined;
}

const askToWait = (reply: FastifyReply, waitMs: number): FastifyReply =>
  reply.header("retry-after", Math.ceil(waitMs / 1_000));

async function deliver(
  port: HookPort,
  server: NetworkServer,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const trialId = trialIdOf(request);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  port.purseOf(trialId).spend({ bytes: body.length });
  const answer = await port.receive({ server, trialId, body });
  switch (answer.kind) {
    case "stored":
      return reply.status(200).send({ status: "stored" });
    case "ignored":
      return reply.status(204).send();
    case "quarantined":
      // Accepted, because sending it again would not make it readable.
      return reply.status(202).send({ status: "quarantined", detail: answer.detail });
    case "not-permitted":
      port.refused("hook-not-permitted");
      return port.refuse(reply, "not-permitted", `Refused: ${answer.detail}.`);
    case "over-budget":
      // Not 2xx, which would end the uplink unkept: the network server still has it.
      port.refused("hook-device-budget");
      askToWait(reply, answer.debtMs);
      return port.refuse(reply, "too-many-requests", answer.detail);
  }
}
