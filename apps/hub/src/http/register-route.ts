import {
  type BodyOf,
  type OkOf,
  type ParamsOf,
  Problem,
  type ProblemCode,
  type QueryOf,
  type Route,
} from "@pista/contracts";
import { type AssetId, assetId, fail, isId, ok, type Result } from "@pista/kernel";
import type { Decision, Question } from "@pista/programme";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type TSchema, Type } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import type { Asker } from "./asker.ts";
import { problemOf, type Refusal } from "./problems.ts";

type AnyRoute = Route<TSchema, TSchema, TSchema, TSchema>;

/** What a handler is given: parsed once, permitted once. */
export type Call<R> = {
  readonly asker: Asker;
  readonly decision: Extract<Decision, { answer: "allow" }>;
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly body: BodyOf<R>;
  /** The address it came from, for throttles. */
  readonly address: string;
  setCookie(token: string, maxAgeS: number): void;
};

export type Handler<R> = (call: Call<R>) => Promise<Result<OkOf<R>, Refusal>>;

export interface RoutePort {
  identify(request: FastifyRequest): Promise<Asker>;
  decide(question: Omit<Question, "atMs">): Decision;
  /** Whether a request with a cookie comes from our own pages. */
  isOwnOrigin(request: FastifyRequest): boolean;
  setCookie(reply: FastifyReply, token: string, maxAgeS: number): void;
}

/** Imports: 4 MB of XML and its JSON escapes, or an inventory; every other body is small. */
const bodyBytesMax = 65_536;
const importBytesMax = 8_388_608;

/**
 * Registers a route of the contract: who asks, whether he may, whether what he sent has the
 * contract's shape, then the handler. Nothing reaches a handler past decide().
 */
export function registerRoute<R extends AnyRoute>(
  app: FastifyInstance,
  route: R,
  port: RoutePort,
  handler: Handler<R>,
): void {
  const shapes = compileShapes(route);
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ":$1"),
    bodyLimit: route.action === "inventory.import" ? importBytesMax : bodyBytesMax,
    schema: documentation(route),
    // Before a byte of the body is taken in: a stranger may send none. It is asked again below, for a
    // body may take half a minute to come, and what was permitted before it may not be any more.
    preParsing: (request, reply, payload, done) => {
      if (!route.body) done(null, payload);
      else
        admit(route, port, request, reply).then(
          (admitted) => admitted && done(null, payload),
          (cause) => done(cause),
        );
    },
    handler: async (request, reply) => {
      const admitted = await admit(route, port, request, reply);
      if (!admitted) return reply;
      const { asker, decision } = admitted;
      const parsed = parseInput(shapes, request);
      if (!parsed.ok) return refuse(reply, "malformed-request", parsed.fault);
      const outcome = await handler({
        asker,
        decision,
        // Each was checked against the schema from which its type is derived.
        ...(parsed.value as Pick<Call<R>, "params" | "query" | "body">),
        address: request.ip,
        setCookie: (token, maxAgeS) => port.setCookie(reply, token, maxAgeS),
      });
      if (!outcome.ok)
        return refuse(reply, outcome.fault.kind, outcome.fault.detail, outcome.fault);
      reply.status(route.okStatus);
      return route.okStatus === 204 ? reply.send() : reply.send(outcome.value);
    },
  });
}

/** Who asks, if he may; undefined when he was refused, and answered. */
async function admit(
  route: AnyRoute,
  port: RoutePort,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Pick<Call<AnyRoute>, "asker" | "decision"> | undefined> {
  const asker = await port.identify(request);
  if (asker.byCookie && route.method !== "GET" && !port.isOwnOrigin(request)) {
    refuse(reply, "wrong-origin", "A cookie counts only for this hub's own pages.");
    return undefined;
  }
  const decision = port.decide({
    subject: asker.subject,
    action: route.action,
    ...assetOf(request.params),
  });
  if (decision.answer === "allow") return { asker, decision };
  deny(reply, decision);
  return undefined;
}

/** A path that names a drone asks about that drone. */
function assetOf(params: unknown): { assetId: AssetId } | undefined {
  const { droneId } = (params ?? {}) as { droneId?: unknown }; // Fastify gives an object of texts.
  return typeof droneId === "string" && isId(droneId) ? { assetId: assetId(droneId) } : undefined;
}

export function refuse(
  reply: FastifyReply,
  code: ProblemCode,
  detail: string,
  { faults }: Pick<Refusal, "faults"> = {},
): FastifyReply {
  const problem = { ...problemOf(code, detail), ...(faults ? { faults } : {}) };
  return reply.status(problem.status).type("application/problem+json").send(problem);
}

function deny(reply: FastifyReply, decision: Extract<Decision, { answer: "deny" }>): FastifyReply {
  const isUnknown = decision.reasons.some(({ kind }) => kind === "not-signed-in");
  const detail = decision.reasons.map(({ kind }) => kind).join(", ");
  const code = isUnknown ? "not-signed-in" : "not-permitted";
  const problem = problemOf(code, `Refused: ${detail}.`, decision.reasons);
  return reply.status(problem.status).type("application/problem+json").send(problem);
}

type Shapes = Record<"params" | "query" | "body", Validator | undefined>;

const compileShapes = (route: AnyRoute): Shapes => ({
  params: route.params && Compile(route.params),
  query: route.query && Compile(route.query),
  body: route.body && Compile(route.body),
});

function parseInput(shapes: Shapes, request: FastifyRequest): Result<object, string> {
  const given = { params: request.params, query: request.query, body: request.body ?? {} };
  const parsed: Record<string, unknown> = {};
  for (const part of ["params", "query", "body"] as const) {
    const shape = shapes[part];
    if (!shape) continue;
    const value = part === "query" ? readNumbers(given[part], shape.Type()) : given[part];
    if (!shape.Check(value)) {
      const [first] = shape.Errors(value);
      return fail(`${part}${first?.instancePath ?? ""} ${first?.message ?? "is malformed"}.`);
    }
    // PostgreSQL stores no U+0000 in a text, so it is refused here rather than failed on there.
    if (holdsNul(value)) return fail(`${part} holds the character U+0000.`);
    parsed[part] = value;
  }
  return ok(parsed);
}

/** A query is text; what the schema calls a number is read as one where it is written as one. */
function readNumbers(query: unknown, schema: TSchema): unknown {
  if (!Type.IsObject(schema) || typeof query !== "object" || query === null) return query;
  const read = Object.entries<unknown>({ ...query }).map(([name, text]) => {
    const member = schema.properties[name];
    const isNumber = Type.IsInteger(member) || Type.IsNumber(member);
    const isWritten = typeof text === "string" && /^-?\d{1,15}(\.\d{1,15})?$/.test(text);
    return [name, isNumber && isWritten ? Number(text) : text];
  });
  return Object.fromEntries(read);
}

/** Bodies are small and flat by their schemas, which were checked before. */
function holdsNul(value: unknown): boolean {
  if (typeof value === "string") return value.includes("\0");
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsNul);
}

/** What the API document says of the route. */
function documentation(route: AnyRoute): object {
  return {
    summary: route.summary,
    tags: [route.tag],
    operationId: operationId(route),
    ...(route.params ? { params: route.params } : {}),
    ...(route.query ? { querystring: route.query } : {}),
    ...(route.body ? { body: route.body } : {}),
    response: {
      [route.okStatus]: route.okStatus === 204 ? { description: "Done", type: "null" } : route.ok,
      "4XX": {
        description: "Refused, with its reason",
        content: { "application/problem+json": { schema: Problem } },
      },
    },
    ...(route.action === "public.read" ? { security: [] } : {}),
  };
}

/** "POST /v1/trials/{trialId}/suspend" -> "postTrialsTrialIdSuspend" */
const operationId = (route: AnyRoute): string =>
  `${route.method.toLowerCase()}${route.path
    .replace("/v1", "")
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")}`;
