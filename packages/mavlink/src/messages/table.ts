import { commandsMessages } from "./commands.ts";
import { controlMessages } from "./control.ts";
import type { MessageDefinition } from "./definition.ts";
import { missionsMessages } from "./missions.ts";
import { parametersMessages } from "./parameters.ts";
import { poseMessages } from "./pose.ts";
import { sensorsMessages } from "./sensors.ts";
import { systemMessages } from "./system.ts";

/** Every message this package knows, by ascending id. */
export const messageTable: readonly MessageDefinition[] = [
  ...systemMessages,
  ...commandsMessages,
  ...parametersMessages,
  ...poseMessages,
  ...controlMessages,
  ...missionsMessages,
  ...sensorsMessages,
].sort((one, other) => one.id - other.id);
