import { addPerson, call, rotateLeaseKey } from "@pista/contracts";
import type { Command } from "commander";
import { withOperator } from "./operator.ts";
import { print, tellRefusal } from "./output.ts";

type Options = { data?: string; json?: boolean };
type AddOptions = Options & { name?: string };

export function addAdminCommand(program: Command): void {
  const admin = program.command("admin").description("What whoever runs the hub does");
  admin
    .command("add")
    .description("Give somebody an account with all rights; the password is printed once")
    .argument("<email>", "the address to sign in with")
    .option("--name <name>", "how pages call this person")
    .option("--data <directory>", "the hub's data directory")
    .option("--json", "print the outcome as JSON")
    .action(async (email: string, options: AddOptions) => {
      await tellRefusal(async () => {
        const name = options.name ?? email.split("@")[0] ?? email;
        const added = await withOperator(options, (transport) =>
          call(transport, addPerson, { body: { email, name, roles: ["administrator"] } }),
        );
        print(options.json, added, `e-mail    ${added.person.email}\npassword  ${added.password}`);
      });
    });
  admin
    .command("rotate-lease-key")
    .description("Sign leases with a new key; gateways follow it by themselves, in flight too")
    .option("--data <directory>", "the hub's data directory")
    .option("--json", "print the outcome as JSON")
    .action(async (options: Options) => {
      await tellRefusal(async () => {
        const rotated = await withOperator(options, (transport) =>
          call(transport, rotateLeaseKey, { body: {} }),
        );
        const { serial, publicKey } = rotated;
        print(options.json, rotated, `rotation  ${serial}\nnew key   ${publicKey}`);
      });
    });
}
