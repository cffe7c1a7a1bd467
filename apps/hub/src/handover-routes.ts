import {
  type AskView,
  answerAsk,
  askForDrone,
  forceHandover as forceHandoverRoute,
  readAsk,
  withdrawAsk,
} from "@pista/contracts";
import { assetId, ok } from "@pista/kernel";
import type { FastifyInstance } from "fastify";
import { type RoutePort, registerRoute } from "./http/register-route.ts";
import type { HubContext } from "./use-cases/context.ts";
import type { Registry } from "./use-cases/devices.ts";
import type { Ask, HandoverAsks } from "./use-cases/handover-asks.ts";
import { leaseView } from "./use-cases/lease-views.ts";
import { leaseWish } from "./use-cases/lease-wish.ts";

/** [AU3] The routes of a handover; routes.ts joins them with the others. */
export function registerHandoverRoutes(
  app: FastifyInstance,
  port: RoutePort,
  parts: { context: HubContext; registry: Registry; asks: HandoverAsks },
): void {
  const { context, registry, asks } = parts;
  const view = (ask: Ask): AskView => {
    const granted = asks.leaseOf(ask);
    // A lease that has ended since is no lease to go on with.
    const state = ask.state === "granted" && !granted ? "over" : ask.state;
    return { id: ask.askId, state, lease: granted ? leaseView(context, granted) : null };
  };
  const refOf = (params: { droneId: string; askId: string }) => ({
    assetId: assetId(params.droneId),
    askId: params.askId,
  });
  registerRoute(app, askForDrone, port, async ({ asker, params, body }) => {
    const wish = leaseWish(registry, params.droneId, body);
    if (!wish.ok) return wish;
    const ask = await asks.ask(asker, wish.value);
    return ask.ok ? ok(view(ask.value)) : ask;
  });
  registerRoute(app, readAsk, port, async ({ asker, params }) => {
    const ask = asks.read(asker, refOf(params));
    return ask.ok ? ok(view(ask.value)) : ask;
  });
  registerRoute(app, withdrawAsk, port, ({ asker, params }) => asks.withdraw(asker, refOf(params)));
  registerRoute(app, answerAsk, port, ({ asker, params, body }) =>
    asks.answer(asker, refOf(params), body.isAgreed),
  );
  registerRoute(app, forceHandoverRoute, port, ({ asker, params, body }) =>
    asks.force(asker, refOf(params), body.reason),
  );
}
