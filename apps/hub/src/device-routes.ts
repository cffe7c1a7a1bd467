import type { DeviceView } from "@pista/contracts";
import {
  endDevice as endDeviceRoute,
  listDevices,
  listQuarantine,
  moveDevice as moveDeviceRoute,
  replayQuarantine as replayQuarantineRoute,
  rotateDeviceKey as rotateDeviceKeyRoute,
  setDeviceModel as setDeviceModelRoute,
} from "@pista/contracts";
import { ok } from "@pista/kernel";
import type { FastifyInstance } from "fastify";
import type { Asker } from "./http/asker.ts";
import { type RoutePort, registerRoute } from "./http/register-route.ts";
import type { RouteParts } from "./routes.ts";
import type { Asset } from "./store/assets.ts";
import {
  type DeviceChange,
  endDevice,
  moveDevice,
  rotateDeviceKey,
  setDeviceModel,
} from "./use-cases/device-life.ts";
import { listSensors } from "./use-cases/devices.ts";
import { listQuarantinePage, replayQuarantine } from "./use-cases/quarantine.ts";

/** The routes of a sensor's life, and of what could not be read of it; routes.ts joins them with the others. */
export function registerDeviceLifeRoutes(
  app: FastifyInstance,
  port: RoutePort,
  parts: RouteParts,
): void {
  const { context, models, registry } = parts;
  const view = (device: Asset): DeviceView => ({
    id: device.assetId,
    model: device.model,
    bayId: context.bays.bayOf(device.assetId)?.bayId ?? null,
    connected: parts.mqtt.isConnected(device.assetId),
    lastReportAt: context.bays.lastReportAt(device.assetId) ?? null,
    modelId: device.modelId ?? null,
    devEui: device.devEui ?? null,
  });
  const order = (asker: Asker, { deviceId }: { deviceId: string }): DeviceChange => ({
    ...{ context, registry, asker, deviceId },
  });
  registerRoute(app, listDevices, port, async ({ query }) => {
    const page = await listSensors(context, registry, query);
    if (!page.ok) return page;
    const { sensors, nextCursor } = page.value;
    return ok({ items: sensors.map(view), nextCursor });
  });
  registerRoute(app, rotateDeviceKeyRoute, port, ({ asker, params }) =>
    rotateDeviceKey(order(asker, params), parts.mqtt.disconnect),
  );
  registerRoute(app, moveDeviceRoute, port, async ({ asker, params, body }) => {
    const moved = await moveDevice(order(asker, params), body);
    return moved.ok ? ok(view(moved.value)) : moved;
  });
  registerRoute(app, setDeviceModelRoute, port, async ({ asker, params, body }) => {
    const changed = await setDeviceModel(order(asker, params), models, body);
    return changed.ok ? ok(view(changed.value)) : changed;
  });
  registerRoute(app, listQuarantine, port, ({ asker, query }) =>
    listQuarantinePage(context, asker, query),
  );
  registerRoute(app, replayQuarantineRoute, port, ({ asker, body }) =>
    replayQuarantine(context, parts.intake.receiver, asker, body),
  );
  registerRoute(app, endDeviceRoute, port, ({ asker, params }) =>
    endDevice(order(asker, params), parts.mqtt.disconnect),
  );
}
