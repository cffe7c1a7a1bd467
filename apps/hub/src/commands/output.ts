import { ApiFault, ApiRefusal } from "@pista/contracts";

/** A person reads words, a program asks for JSON. */
export function print(isJson: boolean | undefined, value: unknown, words: string): void {
  process.stdout.write(isJson ? `${JSON.stringify(value)}\n` : `${words}\n`);
}

/** Says in one line what the hub answered instead of what was asked; the rest is thrown on. */
export async function tellRefusal(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    process.exitCode = 1;
    if (cause instanceof ApiFault) {
      process.stderr.write(`pista: no hub of this version answers. ${cause.message}\n`);
      return;
    }
    if (!(cause instanceof ApiRefusal)) throw cause;
    const { title, detail, code } = cause.problem;
    process.stderr.write(`pista: ${code}: ${title}. ${detail}\n`);
  }
}
