import { assertNever } from "@pista/kernel";
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
  /** [IN5] Whether the store has room, or has it within so long. */
  hasRoom(withinMs: number): Promise<boolean>;
  /** Resolves once the answer is durable (IN1); rejects when the store failed. */
  receive(message: {
    server: NetworkServer;
    trialId: string;
    body: Uint8Array;
    /** How long it may wait before anything is taken in. */
    withinMs: number;
  }): Promise<UplinkAnswer>;
  refused(cause: string): void;
  refuse(reply: FastifyReply, code: HookRefusal, detail: string): FastifyReply;
}

/** An uplink with a dozen gateways that heard it is some 10 kB. */
const bodyBytesMax = 65_536;

/** [IN5] What one address may try. Behind the right secret it is the trial's purse that counts. */
const wrongSecretsPerMinuteMax = 1_200;

/**
 * Where LoRaWAN network servers deliver (DESIGN, section 6). They are devices' doors, not part of
 * the API: no account opens them, and who may is asked for each device.
 */
export async function serveHooks(app: FastifyInstance, port: HookPort): Promise<void> {
  const waiting: Waiting = new Map();
  const tried = app.createRateLimit({ max: wrongSecretsPerMinuteMax, timeWindow: 60_000 });
  const isTooMuch = async (request: FastifyRequest): Promise<boolean> => {
    const standing = await tried(request);
    return !standing.isAllowed && standing.isExceeded;
  };
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
        config: { rateLimit: false },
        onRequest: async (request, reply) =>
          isSecret(port, request)
            ? admit(port, waiting, request, reply)
            : refuseStranger(port, await isTooMuch(request), reply),
        handler: (request, reply) => deliver(port, server, request, reply),
      });
    }
  });
}

const trialIdOf = (request: FastifyRequest): string => {
  const { trialId } = request.params as { trialId: string }; // The route's own pattern names it.
  return trialId;
};

function isSecret(port: HookPort, request: FastifyRequest): boolean {
  const [, secret = ""] = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "") ?? [];
  return port.isSecret(trialIdOf(request), secret);
}

function refuseStranger(port: HookPort, isTooMuch: boolean, reply: FastifyReply): FastifyReply {
  port.refused("wrong-secret");
  if (!isTooMuch) {
    return port.refuse(reply, "not-signed-in", "This is not the secret of this trial's hooks.");
  }
  askToWait(reply, 60_000);
  return port.refuse(reply, "too-many-requests", "Too many wrong secrets came from this address.");
}

/**
 * Network servers give up after five seconds (ChirpStack, integration/http.rs; The Things Stack's
 * `webhooks.timeout`; in its cloud ten), and what was not answered by then, or not with 2xx, most of
 * them never send again. So whatever may still be taken in is waited for, up to a second before that.
 */
const waitMsMax = 4_000;
/** So many wait for one trial's turn; the next are refused at once. */
const waitingMax = 1_000;

/** By trial: one that floods has its own line. */
type Waiting = Map<string, number>;

/**
 * [IN5] Before a byte of the body is read: whether there is budget and room for it. Who is over
 * budget waits for its turn, which also spreads a flood evenly: heard in bursts it would hold up the
 * others. One whose turn is further away than the wait waits as long and is refused: a refusal costs
 * almost what an uplink does, and whoever floods would ask again at once.
 */
async function admit(
  port: HookPort,
  waiting: Waiting,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const trialId = trialIdOf(request);
  const purse = port.purseOf(trialId);
  const owedMs = purse.debtMs();
  const inLine = waiting.get(trialId) ?? 0;
  const mayWait = inLine < waitingMax;
  const hasTurn = owedMs === 0 || (owedMs <= waitMsMax && mayWait);
  // Spent before its turn, so that the next one's comes after it.
  if (hasTurn) purse.spend({ messages: 1 });
  if (owedMs > 0 && mayWait) {
    waiting.set(trialId, inLine + 1);
    await port.pause(Math.min(owedMs, waitMsMax));
    waiting.set(trialId, (waiting.get(trialId) ?? 1) - 1);
  }
  if (!hasTurn) {
    port.refused("hook-budget");
    askToWait(reply, owedMs);
    return port.refuse(reply, "too-many-requests", "The hook's budget is spent.");
  }
  if (await port.hasRoom(waitMsMax - reply.elapsedTime)) return undefined;
  return refuseForRoom(port, reply, "store-full", "The store has too much to write.");
}

function refuseForRoom(
  port: HookPort,
  reply: FastifyReply,
  cause: string,
  detail: string,
): FastifyReply {
  port.refused(cause);
  askToWait(reply, 1_000);
  return port.refuse(reply, "not-ready", detail);
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
  const withinMs = waitMsMax - reply.elapsedTime;
  const answer = await port.receive({ server, trialId, body, withinMs });
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
      // At once: a network server has few hands, and those that waited here would fail the others.
      port.refused("hook-device-budget");
      askToWait(reply, answer.debtMs);
      return port.refuse(reply, "too-many-requests", answer.detail);
    case "busy":
      return refuseForRoom(port, reply, "codec-full", answer.detail);
    default:
      return assertNever(answer, "An uplink's answer");
  }
}
