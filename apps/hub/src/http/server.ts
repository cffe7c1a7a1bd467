import { readFileSync } from "node:fs";
import fastifyCookie from "@fastify/cookie";
import fastifyHelmet from "@fastify/helmet";
import fastifyRateLimit from "@fastify/rate-limit";
import fastifySwagger from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  LogController,
} from "fastify";
import { refuse } from "./register-route.ts";

export type ServerSettings = {
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  readonly behindProxy: boolean;
  readonly version: string;
};

/** Twenty a second on average: a person with a few pages open stays far below. */
const requestsPerMinuteMax = 1_200;

/** The HTTP server with what holds for every route: headers, limits, problems, the API document. */
export async function createHttpServer(
  settings: ServerSettings,
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One hop: what stands before the proxy's own entry in X-Forwarded-For anybody may have written.
    trustProxy: settings.behindProxy ? (_address, hop) => hop < 1 : false,
    // What fails before there is a route, such as an address with a broken escape.
    frameworkErrors: (error, _request, reply) => refuse(reply, "malformed-request", error.message),
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    routerOptions: { maxParamLength: 100 },
    ...(settings.tls
      ? {
          https: {
            cert: readFileSync(settings.tls.certificateFile),
            key: readFileSync(settings.tls.keyFile),
          },
        }
      : {}),
  });
  // Shapes are checked by register-route.ts, and answers come from the contract's own types.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    // Fonts, map and pages are our own; nothing of ours is meant to be embedded elsewhere.
    crossOriginEmbedderPolicy: false,
    hsts: settings.tls || settings.behindProxy ? { maxAge: 15_552_000 } : false,
  });
  await app.register(fastifyRateLimit, {
    max: requestsPerMinuteMax,
    timeWindow: 60_000,
    cache: 10_000,
    allowList: (request) => request.url === "/health",
    errorResponseBuilder: (_request, context) => ({
      statusCode: 429,
      message: `More than ${requestsPerMinuteMax} requests a minute; try again in ${context.after}.`,
    }),
  });
  await registerDocument(app, settings);
  answerFaults(app);
  return app;
}

const contentSecurityPolicy = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  // Mantine and MapLibre set styles on elements.
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", "data:", "blob:"],
  fontSrc: ["'self'"],
  workerSrc: ["'self'", "blob:"],
  connectSrc: ["'self'", "ws:", "wss:"],
  objectSrc: ["'none'"],
  baseUri: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

async function registerDocument(app: FastifyInstance, settings: ServerSettings): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Pista",
        version: settings.version,
        description: "The city's testbed: flight, parking and the programme that permits both.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer" },
          cookie: { type: "apiKey", in: "cookie", name: "pista_sign_in" },
        },
      },
      security: [{ key: [] }, { cookie: [] }],
    },
  });
  await app.register(fastifySwaggerUi, { routePrefix: "/docs", staticCSP: true });
}

/** Whatever goes wrong below a route is answered as a problem; the cause goes to the log only. */
function answerFaults(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.statusCode === 413) {
      return refuse(reply, "body-too-large", "The body is larger than this route takes.");
    }
    if (error.statusCode === 429) return refuse(reply, "too-many-requests", error.message);
    if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
      return refuse(reply, "malformed-request", error.message);
    }
    request.log.error({ err: error, url: request.routeOptions.url }, "A request failed");
    return refuse(reply, "internal", "The hub's log says why. Nothing was acknowledged.");
  });
}
