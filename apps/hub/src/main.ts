import { Command, CommanderError } from "commander";
import { addAdminCommand } from "./commands/admin.ts";
import { addBackupCommand } from "./commands/backup.ts";
import { addDeviceCommand } from "./commands/device.ts";
import { addImportCommand } from "./commands/import.ts";
import { addQuarantineCommand } from "./commands/quarantine.ts";
import { addRestoreCommand } from "./commands/restore.ts";
import { addServeCommand } from "./commands/serve.ts";
import { HubError } from "./errors.ts";
import { StoreError } from "./store/errors.ts";

/** The hub's part of the command line: the first word is the command. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command("pista").exitOverride();
  addServeCommand(program);
  addImportCommand(program);
  addDeviceCommand(program);
  addQuarantineCommand(program);
  addAdminCommand(program);
  addBackupCommand(program);
  addRestoreCommand(program);
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else if (error instanceof HubError || error instanceof StoreError) {
      process.stderr.write(`pista: ${error.code}: ${wordsOf(error)}\n`);
      process.exitCode = 1;
    } else if (isFileFault(error)) {
      // "ENOSPC: no space left on device, open '/var/lib/pista/hub.json.new'" says it all.
      process.stderr.write(`pista: ${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

/** What the file system refused, such as a file on a full disk. */
const isFileFault = (error: unknown): error is Error =>
  error instanceof Error && "syscall" in error && "path" in error;

/** A message with what lies behind it, so that nobody has to run it again to learn why. */
function wordsOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
}
