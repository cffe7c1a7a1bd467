import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Cancel, Clock } from "@pista/kernel";

const watchPeriodMs = 1_000;

export type ForkedChildOptions<Message extends object> = {
  readonly entry: URL;
  readonly fork: ForkOptions;
  readonly clock: Clock;
  readonly restartMs: { readonly min: number; readonly max: number };
  /** Having lived this long it is sound, and its next death is a first one. */
  readonly soundAfterMs: number;
  /** What it is told to end by, and how long it may take. */
  readonly ending: { readonly word: Message; readonly msMax: number };
  /** Another life begins; what is said to it first. */
  readonly begun: () => Message;
  readonly heard: (message: unknown) => void;
  /** Asked at its beginning and every second of its life: why it is to die, if it is. */
  readonly watch: (state: "starting" | "up") => string | undefined;
  readonly died: (cause: Error) => void;
};

type Life =
  | { readonly state: "waiting"; readonly cancel: Cancel }
  | { readonly state: "starting" | "up"; readonly child: ChildProcess; readonly sinceMs: number }
  | { readonly state: "ended" };
type Lived = Extract<Life, { child: ChildProcess }>;

/** [LG10] A part of this program in a process of its own, which is forked again when it dies or hangs. */
export class ForkedChild<Message extends object> {
  readonly #options: ForkedChildOptions<Message>;
  #life: Life = { state: "ended" };
  #deaths = 0;
  #unsent = 0;

  constructor(options: ForkedChildOptions<Message>) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#life.state === "up";
  }

  /** Messages on their way to a process that does not read. */
  get unsent(): number {
    return this.#unsent;
  }

  start(): void {
    if (this.#life.state === "ended") this.#fork();
  }

  /** It has said that it is ready; its number. */
  isReady(): number {
    const life = this.#life;
    if (life.state !== "starting" && life.state !== "up") return 0;
    const { child } = life;
    this.#life = { state: "up", child, sinceMs: this.#options.clock.monotonicMs() };
    return child.pid ?? 0;
  }

  say(message: Message): void {
    const life = this.#life;
    if (life.state === "starting" || life.state === "up") this.#sayTo(life.child, message);
  }

  /** It is not what it should be: another takes its place. */
  replace(why: string): void {
    const life = this.#life;
    if (life.state === "starting" || life.state === "up") this.#bury(life.child, new Error(why));
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    const life = this.#life;
    this.#life = { state: "ended" };
    if (life.state === "waiting") life.cancel();
    if (life.state !== "starting" && life.state !== "up") return;
    const { child } = life;
    // It could not be started, and is about to say so; a signal would go to this process's own group.
    if (child.pid === undefined) return;
    const { clock, ending } = this.#options;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ending.msMax, () => child.kill("SIGKILL"));
      child.once("exit", () => {
        cancel();
        resolve();
      });
      this.#sayTo(child, ending.word);
    });
  }

  #fork(): void {
    const { entry, fork: how, clock, begun, heard } = this.#options;
    // Its own start registers what it needs; what was given to this process is not for it.
    const child = fork(fileURLToPath(entry), { ...how, execArgv: [] });
    this.#life = { state: "starting", child, sinceMs: clock.monotonicMs() };
    this.#unsent = 0;
    child.on("message", (message) => {
      if (this.#lifeOf(child)) heard(message);
    });
    child.on("error", (cause) => this.#bury(child, cause));
    child.on("exit", (code, signal) =>
      this.#bury(child, new Error(`It ended with ${signal ?? `exit code ${code}`}.`)),
    );
    this.#sayTo(child, begun());
    this.#watch(child);
  }

  #lifeOf(child: ChildProcess): Lived | undefined {
    const life = this.#life;
    return "child" in life && life.child === child ? life : undefined;
  }

  #watch(child: ChildProcess): void {
    const life = this.#lifeOf(child);
    if (!life) return;
    const why = this.#options.watch(life.state);
    if (why !== undefined) this.#bury(child, new Error(why));
    else this.#options.clock.after(watchPeriodMs, () => this.#watch(child));
  }

  /** A death may be told twice, as an error and as an end; only the first counts. */
  #bury(child: ChildProcess, cause: Error): void {
    const life = this.#lifeOf(child);
    if (!life) return;
    const { clock, restartMs, soundAfterMs, died } = this.#options;
    child.kill("SIGKILL"); // Whatever is left of it must not run beside the next one.
    const wasSound = life.state === "up" && clock.monotonicMs() - life.sinceMs > soundAfterMs;
    this.#deaths = wasSound ? 1 : this.#deaths + 1;
    const delayMs = Math.min(restartMs.max, restartMs.min * 2 ** Math.min(this.#deaths - 1, 10));
    this.#life = { state: "waiting", cancel: clock.after(delayMs, () => this.#fork()) };
    died(cause);
  }

  #sayTo(child: ChildProcess, message: Message): void {
    if (!child.connected) return; // Its exit event follows, and tells what is lost.
    this.#unsent += 1;
    child.send(message, (error) => {
      if (!this.#lifeOf(child)) return;
      this.#unsent -= 1;
      if (error) this.#bury(child, error);
    });
  }
}
