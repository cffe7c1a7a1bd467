import {
  type BodyOf,
  call,
  type InventoryImport,
  importInventory,
  type Transport,
} from "@pista/contracts";
import { type Inventory, type InventoryFault, parseInventory } from "@pista/parking";
import type { Command } from "commander";
import { inventoryParts } from "./inventory-parts.ts";
import { lineOfPath, lineOfSyntaxFault } from "./json-places.ts";
import { withOperator } from "./operator.ts";
import { print, tellRefusal } from "./output.ts";

type Options = { dryRun?: boolean; data?: string; json?: boolean };

/** `pista import inventory FILE`, below `pista import FILE`, which stays what it was. */
export function addImportInventoryCommand(
  program: Command,
  readText: (file: string) => Promise<string>,
): void {
  program
    .command("inventory")
    .description("Import an inventory of kerbs and car parks (docs/import-the-inventory.md)")
    .argument("<file>", "the JSON document to read")
    .option("--dry-run", "tell what would change, and change nothing")
    .option("--data <directory>", "the hub's data directory")
    .option("--json", "print the outcome as JSON")
    .action(async (file: string, _own: Options, command: Command) => {
      // The command above has options of the same names, and commander gives them to it.
      const options = command.optsWithGlobals<Options>();
      const text = await readText(file);
      const read = readDocument(text);
      if ("faults" in read) tellFaults(file, read.faults, options);
      else await tellRefusal(() => importParts(inventoryParts(read.inventory), options));
    });
}

type PlacedFault = InventoryFault & { readonly line: number | undefined };

function readDocument(text: string): { faults: readonly PlacedFault[] } | { inventory: Inventory } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const line = lineOfSyntaxFault(text, cause);
    return { faults: [{ at: "", line, what: cause.message, remedy: "Mend the JSON." }] };
  }
  const parsed = parseInventory(document);
  if (parsed.ok) return { inventory: parsed.value };
  return { faults: parsed.fault.map((fault) => ({ ...fault, line: lineOfPath(text, fault.at) })) };
}

function tellFaults(file: string, faults: readonly PlacedFault[], { json }: Options): void {
  process.exitCode = 1;
  if (json) {
    print(true, { faults }, "");
    return;
  }
  for (const { at, line, what, remedy } of faults) {
    const place = [file, line].filter((part) => part !== undefined).join(":");
    process.stderr.write(`${place}: ${at === "" ? "" : `${at}: `}${what}. ${remedy}\n`);
  }
  process.stderr.write("pista: inventory-unreadable: Nothing was imported.\n");
}

async function importParts(
  parts: readonly BodyOf<typeof importInventory>[],
  options: Options,
): Promise<void> {
  const report = await withOperator(options, (transport) => sendParts(transport, parts, options));
  const { added, changed, ended, unchanged } = report;
  const sum = `${added} added, ${changed} changed, ${ended} ended, ${unchanged} unchanged`;
  const list = report.changes.map(({ change, kind, id }) => `${change} ${kind} ${id}\n`);
  print(
    options.json,
    report,
    report.dryRun ? `${list.join("")}${sum} (nothing was imported)` : sum,
  );
}

async function sendParts(
  transport: Transport,
  parts: readonly BodyOf<typeof importInventory>[],
  { dryRun }: Options,
): Promise<InventoryImport> {
  const sum: InventoryImport = {
    ...{ dryRun: dryRun === true, added: 0, changed: 0, ended: 0, unchanged: 0, changes: [] },
  };
  for (const [index, body] of parts.entries()) {
    if (parts.length > 1) process.stderr.write(`Part ${index + 1} of ${parts.length}\n`);
    const query = dryRun ? { dryRun: "true" as const } : {};
    const report = await call(transport, importInventory, { query, body });
    for (const count of ["added", "changed", "ended", "unchanged"] as const) {
      sum[count] += report[count];
    }
    sum.changes.push(...report.changes);
  }
  return sum;
}
