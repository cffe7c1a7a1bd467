import { addDevice, call } from "@pista/contracts";
import type { Command } from "commander";
import { withOperator } from "./operator.ts";
import { print, tellRefusal } from "./output.ts";

type AddOptions = { model: string; bay: string; trial?: string; data?: string; json?: boolean };

export function addDeviceCommand(program: Command): void {
  const device = program.command("device").description("Sensors and their keys");
  device
    .command("add")
    .description("Add a sensor to a bay; its key is printed once and kept by nobody")
    .requiredOption("--model <model>", "what it is, such as a maker's name for it")
    .requiredOption("--bay <id>", "the bay that it watches")
    .option("--trial <id>", "the trial under which it may report")
    .option("--data <directory>", "the hub's data directory")
    .option("--json", "print the outcome as JSON")
    .action(async (options: AddOptions) => {
      const { model, bay, trial } = options;
      await tellRefusal(async () => {
        const added = await withOperator(options, (transport) =>
          call(transport, addDevice, {
            body: { model, bayId: bay, ...(trial === undefined ? {} : { trialId: trial }) },
          }),
        );
        print(options.json, added, `id   ${added.id}\nkey  ${added.key}`);
      });
    });
}
