import type { Migration } from "./migrations.ts";
import { skeleton } from "./steps/0001-skeleton.ts";
import { lorawan } from "./steps/0002-lorawan.ts";
import { reportPartitions } from "./steps/0003-report-partitions.ts";
import { deviceCommands } from "./steps/0004-device-commands.ts";
import { inventory } from "./steps/0005-inventory.ts";
import { carParkTimes } from "./steps/0006-car-park-times.ts";
import { handover } from "./steps/0007-handover.ts";
import { inventoryImports } from "./steps/0008-inventory-imports.ts";
import { quarantinedFrames } from "./steps/0009-quarantined-frames.ts";
import { deviceLife } from "./steps/0010-device-life.ts";
import { quarantineReplays } from "./steps/0011-quarantine-replays.ts";
import { heardBays } from "./steps/0012-heard-bays.ts";

/** Every step of the schema, in order; `Tables` is what they leave. */
export const schemaSteps: readonly Migration[] = [
  skeleton,
  lorawan,
  reportPartitions,
  deviceCommands,
  inventory,
  carParkTimes,
  handover,
  inventoryImports,
  quarantinedFrames,
  deviceLife,
  quarantineReplays,
  heardBays,
];
