/** Kinds that may come hundreds of times a second, told apart by cause and lane. */
const repeating: ReadonlySet<string> = new Set([
  "frame-dropped",
  "malformed-frame",
  "odometry-refused",
  "lease-refused",
  "peer-refused",
  "stop-refused",
  "autopilot-said",
]);

const periodMs = 1_000;
/** There are some thirty causes; a bug that made up new ones must not fill the memory. */
const keysMax = 256;

type Entry = { readonly kind: string; readonly [member: string]: unknown };
type Counted = { readonly entry: Entry; sinceMs: number; count: number };

/**
 * Lets the first of its kind and cause through at once, counts the following, and gives one line a
 * second for them: a lost link drops frames by the hundred, and each has the same cause.
 */
export class RepeatCounter {
  readonly #counted = new Map<string, Counted>();

  add(entry: Entry, atMs: number): "write" | "counted" {
    if (!repeating.has(entry.kind)) return "write";
    const key = `${entry.kind} ${String(entry.cause)} ${String(entry.lane)}`;
    const known = this.#counted.get(key);
    if (known) {
      known.count += 1;
      return "counted";
    }
    if (this.#counted.size < keysMax) this.#counted.set(key, { entry, sinceMs: atMs, count: 0 });
    return "write";
  }

  /** Lines for what was counted over a second or more. */
  due(atMs: number): Entry[] {
    const lines: Entry[] = [];
    for (const [key, counted] of this.#counted) {
      if (atMs - counted.sinceMs < periodMs) continue;
      if (counted.count === 0) this.#counted.delete(key);
      else lines.push(this.#lineOf(counted));
      counted.sinceMs = atMs;
      counted.count = 0;
    }
    return lines;
  }

  /** What is counted and not yet told, however young. */
  rest(): Entry[] {
    const counted = [...this.#counted.values()].filter(({ count }) => count > 0);
    this.#counted.clear();
    return counted.map((each) => this.#lineOf(each));
  }

  #lineOf({ entry: { kind, cause, lane }, count }: Counted): Entry {
    return { kind, cause, ...(lane === undefined ? {} : { lane }), count };
  }
}
