import { addPerson, call } from "@pista/contracts";
import type { Command } from "commander";
import { withOperator } from "./operator.ts";
import { print, tellRefusal } from "./output.ts";

type AddOptions = { name?: string; data?: string; json?: boolean };

export function addAdminCommand(program: Command): void {
  const admin = program.command("admin").description("People who run the hub");
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
}
