import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import type { MavlinkFrame, OutgoingMessage, Parties } from "@pista/mavlink";
import { type Task, TaskRun, type TaskRunOptions } from "./task-run.ts";
import { everyMs, isAskedByStreamToo, type Wanted, wantedStreams } from "./tasks.ts";

/** Another ground station behind the same router may have turned our messages down: looked at so often. */
const lookMs = 5_000;
/** Eight a second, with which a pose is not older than the guard allows (LG11): bursts do not count. */
const posesMin = 40;
const posesApartMs = 80;
/** Poses that cease in flight land it after a second (LG11): they are asked for before that. */
const posesGapMs = 300;
/** What else it agreed to send is asked for at least once a second; one may fall beyond the look. */
const othersMin = 4;
const againMs = 3_000;
/** The first two that it is asked for make a position: to have no answer to either is to know no such command. */
const silentAfter = 2;

type Tally = { answered: number; refused: number; unanswered: number };

type Stage =
  | { readonly state: "again"; readonly atMs: MonotonicMs }
  | ({ readonly state: "asking"; readonly run: TaskRun } & Tally)
  | { readonly state: "watching"; readonly untilMs: MonotonicMs; poses: number; poseAtMs: number };

type Options = {
  readonly wanted: readonly Wanted[];
  readonly parties: Parties;
  readonly send: (message: OutgoingMessage) => void;
  readonly settled: TaskRunOptions["settled"];
};

/** Asks for the messages that the guard lives on, and again when they come too seldom. */
export class AskedMessages {
  readonly #options: Options;
  /** Those that it agreed to send, with how many came since the last look. */
  readonly #agreed = new Map<string, number>();
  #stage: Stage;

  constructor(options: Options, atMs: MonotonicMs) {
    this.#options = options;
    this.#stage = { state: "again", atMs };
  }

  hear(frame: MavlinkFrame, atMs: MonotonicMs): void {
    if (this.#stage.state === "asking") this.#stage.run.hear(frame, atMs);
    const { name } = frame.message;
    const heard = this.#agreed.get(name);
    if (heard !== undefined) this.#agreed.set(name, heard + 1);
  }

  /** A position alone is none: it takes its heading with it, and both may be turned down apart. */
  hearPose(atMs: MonotonicMs): void {
    const stage = this.#stage;
    if (stage.state !== "watching" || atMs - stage.poseAtMs < posesApartMs) return;
    stage.poses += 1;
    stage.poseAtMs = atMs;
  }

  tick(atMs: MonotonicMs): void {
    const stage = this.#stage;
    if (stage.state === "again") {
      if (atMs >= stage.atMs) this.#ask(atMs);
      return;
    }
    if (stage.state === "watching") {
      const isGap = stage.poses > 0 && atMs - stage.poseAtMs > posesGapMs;
      if (atMs < stage.untilMs && !isGap) return;
      const isEnough = [...this.#agreed.values()].every((count) => count >= othersMin);
      if (!isGap && stage.poses >= posesMin && isEnough) this.#watch(atMs);
      else this.#ask(atMs);
      return;
    }
    stage.run.tick(atMs);
    if (!stage.run.isDone) return;
    if (stage.refused > 0) this.#askForStreams();
    // What it will not send it will not send; what got lost is asked for again.
    if (stage.unanswered > 0) this.#stage = { state: "again", atMs: monotonicMs(atMs + againMs) };
    else this.#watch(atMs);
  }

  #ask(atMs: MonotonicMs): void {
    const { wanted, parties, send, settled } = this.#options;
    const byTask = new Map<Task, Wanted>(wanted.map((one) => [everyMs(one), one]));
    const run = new TaskRun([...byTask.keys()], {
      parties,
      send,
      onRefusal: "go-on",
      settled: (task, failure) => {
        const one = byTask.get(task);
        if (failure && !failure.isAnswered) stage.unanswered += 1;
        else stage.answered += 1;
        if (failure?.isAnswered && one && isAskedByStreamToo(one)) stage.refused += 1;
        if (!failure && one && !one.maySayNothing) this.#agreed.set(one.name, 0);
        if (stage.answered === 0 && stage.unanswered === silentAfter) this.#askForStreams();
        settled(task, failure);
      },
    });
    const none = { answered: 0, refused: 0, unanswered: 0 };
    const stage: Stage & { state: "asking" } = { state: "asking", run, ...none };
    this.#agreed.clear();
    this.#stage = stage;
    run.tick(atMs);
  }

  #watch(atMs: MonotonicMs): void {
    for (const name of this.#agreed.keys()) this.#agreed.set(name, 0);
    const untilMs = monotonicMs(atMs + lookMs);
    this.#stage = { state: "watching", untilMs, poses: 0, poseAtMs: Number.NEGATIVE_INFINITY };
  }

  /** Versions that do not know single messages know groups of them. */
  #askForStreams(): void {
    const { systemId: targetSystem, componentId: targetComponent } = this.#options.parties.target;
    for (const { streamId, rateHz } of wantedStreams) {
      this.#options.send({
        name: "REQUEST_DATA_STREAM",
        targetSystem,
        targetComponent,
        reqStreamId: streamId,
        reqMessageRate: rateHz,
        startStop: 1,
      });
    }
  }
}
