import { readFile } from "node:fs/promises";
import { call, importCarParks } from "@pista/contracts";
import type { Command } from "commander";
import { HubError } from "../errors.ts";
import { addImportInventoryCommand } from "./import-inventory.ts";
import { withOperator } from "./operator.ts";
import { print, tellRefusal } from "./output.ts";

export function addImportCommand(program: Command): void {
  const command = program
    .command("import")
    .description("Take in a snapshot of Turin's 5T car-park feed (XML)")
    .argument("<file>", "the file to read")
    .option("--data <directory>", "the hub's data directory")
    .option("--json", "print the outcome as JSON")
    .action(async (file: string, options: { data?: string; json?: boolean }) => {
      const xml = await readText(file);
      await tellRefusal(async () => {
        const report = await withOperator(options, (transport) =>
          call(transport, importCarParks, { body: { xml } }),
        );
        const words = `${report.imported} car parks of ${report.generatedAt}, ${report.withoutFreeSpaces} of them without free places`;
        print(options.json, report, words);
      });
    });
  addImportInventoryCommand(command, readText);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new HubError("HUB_SETTINGS", `${file} cannot be read.`, { cause });
  }
}
