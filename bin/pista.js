#!/usr/bin/env node
// The one command of the house: it finds the program and hands it the rest of the line.
import { register } from "tsx/esm/api";

register();

/** Which program carries out a command. Loaded on demand: a gateway needs nothing of the hub. */
const programs = {
  serve: {
    from: "hub",
    does: "Run the city's server (with the demonstration city, unless --no-demo)",
  },
  gateway: { from: "gateway", does: "Run at the site, beside the drone" },
  simulate: {
    from: "simulator",
    does: "Run simulated sensors or a simulated drone as real devices",
  },
  import: { from: "hub", does: "Take in a file, such as Turin's 5T car-park feed" },
  device: { from: "hub", does: "Add a sensor, give it a new key, move it, end it" },
  quarantine: { from: "hub", does: "See what could not be read, and read it again" },
  admin: { from: "hub", does: "Give somebody an account with all rights; rotate the lease key" },
  backup: { from: "hub", does: "Write all that the hub keeps into a file, while it runs" },
  restore: { from: "hub", does: "Make a new data directory of such a file" },
};

const [command = "", ...rest] = process.argv.slice(2);
const isKnown = Object.hasOwn(programs, command);

if (isKnown) {
  const program = programs[command];
  const { run } = await import(`../apps/${program.from}/src/main.ts`);
  await run(program.from === "hub" ? [command, ...rest] : rest);
} else {
  const wantsHelp = ["", "help", "--help", "-h"].includes(command);
  const lines = Object.entries(programs).map(([name, { does }]) => `  ${name.padEnd(12)}${does}`);
  const help = `Usage: pista COMMAND [OPTIONS]\n\n${lines.join("\n")}\n\npista COMMAND --help tells more.\n`;
  if (wantsHelp) process.stdout.write(help);
  else {
    process.stderr.write(`pista: there is no command "${command}".\n\n${help}`);
    process.exitCode = 2;
  }
}
