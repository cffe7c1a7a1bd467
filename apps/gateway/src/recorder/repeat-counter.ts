/** Kinds that may come hundreds of times a second, told apart by cause and lane. */
const repeating: ReadonlySet<string> = new Set([
  "frame-dropped",
  "malformed-frame",
  "odometry-refused",
  "lease-refused",
  "peer-refused",
  "stop-refused",
  "command-refused",
  "autopilot-said",
]);

const periodMs = 1_000;
/** There are some thirty causes; a bug that made up new ones must not fill the memory. */
const keysMax = 256;

type Entry = { readonly kind: string; readonly [member: string]: unknown };
type Counted = { readonly entry: Entry; sinceMs: number; count: number };

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string";

/** [AU3] What whoever is to take over did is wrapped: the entry within is the one that repeats. */
const innerOf = (entry: Entry): Entry =>
  entry.kind === "successor" && isEntry(entry.entry) ? entry.entry : entry;

/**
 * Lets the first of its kind and cause through at once, counts the following, and gives one line a
 * second for them: a lost link drops frames by the hundred, and each has the same cause.
 */
export class RepeatCounter {
  readonly #counted = new Map<string, Counted>();

  add(entry: Entry, atMs: number): "write" | "counted" {
    const { kind, cause, lane } = innerOf(entry);
    if (!repeating.has(kind)) return "write";
    const key = `${entry.kind} ${kind} ${String(cause)} ${String(lane)}`;
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

  #lineOf({ entry, count }: Counted): Entry {
    const { kind, cause, lane } = innerOf(entry);
    const line = { kind, cause, ...(lane === undefined ? {} : { lane }), count };
    return entry.kind === "successor" ? { kind: entry.kind, entry: line } : line;
  }
}
