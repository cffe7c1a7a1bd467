import type { Command } from "commander";
import { templateCache } from "../open-hub.ts";
import { readSettings } from "../settings.ts";
import { restoreArchive } from "../store/restore.ts";
import { schemaSteps } from "../store/schema.ts";
import { wordsOf } from "./backup.ts";
import { print } from "./output.ts";

export function addRestoreCommand(program: Command): void {
  program
    .command("restore")
    .description(
      "Make a new data directory of a backup, with the rows on a server where DATABASE_URL is set",
    )
    .argument("<file>", "what pista backup has written")
    .requiredOption("--data <directory>", "the directory to make; an empty one may be there")
    .option("--json", "print the outcome as JSON")
    .action(async (file: string, options: { data: string; json?: boolean }) => {
      const settings = readSettings({ data: options.data, host: "127.0.0.1" }, process.env);
      const { createdAt, rows } = await restoreArchive({
        file,
        directory: settings.dataDirectory,
        databaseUrl: settings.databaseUrl,
        templateCache,
        steps: schemaSteps,
        onProgress: (text) => process.stderr.write(`pista: ${text}\n`),
      });
      const outcome = { directory: settings.dataDirectory, createdAt, rows };
      print(
        options.json,
        outcome,
        `${settings.dataDirectory}: ${wordsOf({ createdAt, rows })}. Start it with pista serve.`,
      );
    });
}
