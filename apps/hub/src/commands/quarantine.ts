import { call, listQuarantine, type QuarantineView, replayQuarantine } from "@pista/contracts";
import type { Command } from "commander";
import { HubError } from "../errors.ts";
import { ask, type Options, withDoors } from "./ask-hub.ts";

export function addQuarantineCommand(program: Command): void {
  const quarantine = program.command("quarantine").description("What could not be read");
  addList(quarantine);
  addReplay(quarantine);
}

function addList(quarantine: Command): void {
  withDoors(quarantine.command("list"))
    .description("A page of what could not be read, newest first, with the reason and the bytes")
    .option("--device <id>", "of this device only")
    .option("--cursor <cursor>", "where the page before it ended")
    .action((options: Options & { device?: string; cursor?: string }) => {
      const { device, cursor } = options;
      const query = { ...(device ? { device } : {}), ...(cursor ? { cursor } : {}) };
      return ask(
        options,
        (transport) => call(transport, listQuarantine, { query }),
        ({ items, nextCursor }) =>
          [...items.map(entryWords), ...(nextCursor ? [`older: --cursor ${nextCursor}`] : [])].join(
            "\n",
          ),
      );
    });
}

const entryWords = ({ receivedAt, deviceId, topic, fault, payload }: QuarantineView): string =>
  [receivedAt, deviceId ?? "nobody known", topic, fault, payload].join("  ");

function addReplay(quarantine: Command): void {
  withDoors(quarantine.command("replay"))
    .description("Read again what was kept, by the model that its device has now")
    .option("--device <id>", "of this device")
    .option("--model <id>", "of every device of this model")
    .action((options: Options & { device?: string; model?: string }) => {
      const { device, model } = options;
      if ((device === undefined) === (model === undefined)) {
        throw new HubError("HUB_SETTINGS", "Say whose: --device DEVICE, or --model MODEL.");
      }
      const whose = {
        ...(device ? { deviceId: device } : {}),
        ...(model ? { modelId: model } : {}),
      };
      return ask(
        options,
        async (transport) => {
          const sum = { replayed: 0, unreadable: 0 };
          for (let place = {}; ; ) {
            const body = { ...whose, ...place };
            const done = await call(transport, replayQuarantine, { body });
            sum.replayed += done.replayed;
            sum.unreadable += done.unreadable;
            if (done.nextCursor === null) return sum;
            place = { cursor: done.nextCursor };
          }
        },
        ({ replayed, unreadable }) => `${replayed} read and stored, ${unreadable} still unreadable`,
      );
    });
}
