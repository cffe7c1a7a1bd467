import {
  importInventory,
  listAreas,
  listBayVersions,
  listCurbObjects,
  listOffStreet,
  listPolicies,
  readBay,
  readZone,
} from "@pista/contracts";
import type { FastifyInstance } from "fastify";
import { type RoutePort, registerRoute } from "./http/register-route.ts";
import type { HubContext } from "./use-cases/context.ts";
import type { InventoryImports } from "./use-cases/import-inventory.ts";
import {
  listBayHistory,
  listItems,
  readBayItem,
  readZoneItem,
} from "./use-cases/inventory-pages.ts";

/** The routes of the inventory; routes.ts joins them with the others. */
export function registerInventoryRoutes(
  app: FastifyInstance,
  port: RoutePort,
  context: HubContext,
  imports: InventoryImports,
): void {
  registerRoute(app, listPolicies, port, ({ query }) => listItems(context, "policy", query));
  registerRoute(app, listAreas, port, ({ query }) => listItems(context, "area", query));
  registerRoute(app, listCurbObjects, port, ({ query }) =>
    listItems(context, "curb-object", query),
  );
  registerRoute(app, listOffStreet, port, ({ query }) => listItems(context, "off-street", query));
  registerRoute(app, readZone, port, ({ params }) => readZoneItem(context, params.zoneId));
  registerRoute(app, readBay, port, ({ params }) => readBayItem(context, params.bayId));
  registerRoute(app, listBayVersions, port, ({ params, query }) =>
    listBayHistory(context, params.bayId, query),
  );
  registerRoute(app, importInventory, port, ({ asker, query, body }) =>
    imports.run(asker, body, { isDryRun: query.dryRun === "true" }),
  );
}
