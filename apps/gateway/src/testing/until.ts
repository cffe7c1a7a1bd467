/** Waits for a condition, looking every 5 ms; when its time is over it says what was awaited. */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | false,
  limitMs = 8_000,
): Promise<Value> {
  const startMs = performance.now();
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() - startMs > limitMs) throw new Error(`Waited in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
