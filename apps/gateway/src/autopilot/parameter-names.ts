import type { MonotonicMs } from "@pista/kernel";
import {
  type ExchangeEvent,
  type OutgoingMessage,
  type ParameterDownload,
  type Parties,
  startParameterDownload,
  stepParameterDownload,
} from "@pista/mavlink";

/** A list of a thousand and more takes its time; this much silence in it is a gap. */
const patience = { timeoutMs: 1_000, attemptsMax: 3 } as const;

/**
 * Which parameters an autopilot has, by its own list. Most versions answer nothing for one that they do
 * not have (PARAM_ERROR came in 2025), and that looks like an answer that was lost. A list of which no
 * part is missing tells the two apart; it is downloaded once, and only where something was not answered.
 */
export class ParameterNames {
  readonly #parties: Parties;
  readonly #send: (message: OutgoingMessage) => void;
  #names: ReadonlySet<string> | undefined;
  #download: ParameterDownload | undefined;

  constructor(parties: Parties, send: (message: OutgoingMessage) => void) {
    this.#parties = parties;
    this.#send = send;
  }

  get isOnItsWay(): boolean {
    return this.#download?.state === "receiving";
  }

  /** Whether it told all that it has, and none of these is among them. */
  lacks(names: readonly string[]): boolean {
    const known = this.#names;
    return known !== undefined && !names.some((name) => known.has(name));
  }

  ask(atMs: MonotonicMs): void {
    if (this.#names || this.isOnItsWay) return;
    // It is the names that count, whatever the values mean.
    const request = { ...this.#parties, encoding: "cast", patience } as const;
    const { exchange, send } = startParameterDownload(request, atMs);
    this.#download = exchange;
    for (const message of send) this.#send(message);
  }

  step(event: ExchangeEvent, atMs: MonotonicMs): void {
    if (!this.#download || !this.isOnItsWay) return;
    const { exchange, send } = stepParameterDownload(this.#download, event, atMs);
    this.#download = exchange;
    for (const message of send) this.#send(message);
    if (exchange.state !== "ended" || exchange.outcome.kind !== "complete") return;
    this.#names = new Set(exchange.outcome.parameters.map(({ id }) => id));
  }

  /** It started anew, maybe as another version. */
  forget(): void {
    this.#names = undefined;
    this.#download = undefined;
  }
}
