import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import {
  AreaView,
  BayVersionView,
  CurbObjectView,
  DrawnBayView,
  OffStreetView,
  PolicyView,
  ZoneView,
} from "./inventory-items.ts";
import { closed, Id, IdParams, PageQuery, pageOf } from "./shapes.ts";

/** CDS keeps what is drawn at the kerb open to everybody, and so does this. */
const open = { tag: "city", action: "public.read", okStatus: 200 } as const;

export const listPolicies = defineRoute({
  ...open,
  method: "GET",
  path: "/v1/policies",
  summary: "What may be done at kerbs, by whom, when and for how long",
  query: PageQuery,
  ok: pageOf(PolicyView),
  refusals: [],
});

export const listAreas = defineRoute({
  ...open,
  method: "GET",
  path: "/v1/areas",
  summary: "Neighbourhoods and corridors, made of zones",
  query: PageQuery,
  ok: pageOf(AreaView),
  refusals: [],
});

export const listCurbObjects = defineRoute({
  ...open,
  method: "GET",
  path: "/v1/curb-objects",
  summary: "Things at kerbs: signs, meters, chargers",
  query: PageQuery,
  ok: pageOf(CurbObjectView),
  refusals: [],
});

export const listOffStreet = defineRoute({
  ...open,
  method: "GET",
  path: "/v1/off-street",
  summary: "Car parks as they are built; /v1/public/car-parks has their live counts",
  query: PageQuery,
  ok: pageOf(OffStreetView),
  refusals: [],
});

export const readZone = defineRoute({
  ...open,
  method: "GET",
  path: "/v1/zones/{zoneId}",
  summary: "A zone as it is drawn",
  params: IdParams("zoneId"),
  ok: ZoneView,
  refusals: ["not-found"],
});

export const readBay = defineRoute({
  ...open,
  method: "GET",
  path: "/v1/bays/{bayId}",
  summary: "A bay as it is drawn, with the rules in force now",
  params: IdParams("bayId"),
  ok: DrawnBayView,
  refusals: ["not-found"],
});

export const listBayVersions = defineRoute({
  method: "GET",
  path: "/v1/bays/{bayId}/versions",
  summary: "What a bay was and is, newest first",
  tag: "city",
  action: "city.read",
  params: IdParams("bayId"),
  query: PageQuery,
  ok: pageOf(BayVersionView),
  okStatus: 200,
  refusals: ["not-found"],
});

/** Read by `parseInventory` of @pista/parking, which lists every fault with its place. */
const Items = Type.Optional(Type.Array(Type.Unknown()));

export const InventoryImport = Type.Object(
  {
    dryRun: Type.Boolean(),
    added: Type.Integer(),
    changed: Type.Integer(),
    ended: Type.Integer(),
    unchanged: Type.Integer(),
    /** The first 200 of them. */
    changes: Type.Array(
      Type.Object(
        {
          change: Type.Enum(["added", "changed", "ended"]),
          kind: Type.Enum(["policy", "area", "zone", "bay", "curb-object", "off-street"]),
          id: Id,
          version: Type.Integer(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type InventoryImport = Type.Static<typeof InventoryImport>;

export const importInventory = defineRoute({
  method: "PUT",
  path: "/v1/inventory",
  summary: "Import an organisation's inventory (docs/import-the-inventory.md), whole or not at all",
  tag: "city",
  action: "inventory.import",
  query: Type.Object(
    { dryRun: Type.Optional(Type.Enum(["true", "false"], { description: "Only tell" })) },
    closed,
  ),
  body: Type.Object(
    {
      replaces: Type.Enum(["everything", "listed-zones"]),
      endedZoneIds: Items,
      policies: Items,
      areas: Items,
      zones: Items,
      bays: Items,
      curbObjects: Items,
      offStreet: Items,
    },
    closed,
  ),
  ok: InventoryImport,
  okStatus: 200,
  refusals: ["inventory-unreadable", "body-too-large", "id-taken", "version-conflict"],
});
