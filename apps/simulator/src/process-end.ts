/** Resolves when this process is asked to end: by a signal, or by the end of a parent that said so. */
export function processEnd(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => resolve(signal));
    if (process.env.PISTA_EXIT_WITH_PARENT !== "1") return;
    // The parent holds the other end of this pipe; it closes when the parent is gone, however it went.
    process.stdin.once("end", () => resolve("parent"));
    process.stdin.once("error", () => resolve("parent"));
    process.stdin.resume();
  });
}
