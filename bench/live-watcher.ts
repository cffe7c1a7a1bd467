import type { BoundingBox } from "@pista/kernel";
import { WebSocket } from "ws";

type Event = { snapshot: unknown[] } | { changes: { observedAt: string | null }[] };

/** How the hub begins each message: enough to see a gap, without the cost of reading all of it. */
const heading = /^{"id":(\d+),"seq":(\d+),/;

/** A page that watches bays and, while it counts, keeps the age of each change it hears. */
export class LiveWatcher {
  readonly #webSocket: WebSocket;
  /** Milliseconds. */
  readonly ages: number[] = [];
  isCounting = false;
  #id = 0;
  #sequence = 0;
  #shown: (count: number) => void = () => {};

  private constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    webSocket.on("message", (data) => this.#hear(data.toString()));
  }

  static open(port: number): Promise<LiveWatcher> {
    return new Promise((resolve, reject) => {
      const webSocket = new WebSocket(`ws://127.0.0.1:${port}/live`);
      webSocket.once("open", () => resolve(new LiveWatcher(webSocket)));
      webSocket.once("error", reject);
    });
  }

  /** Looks at a box, or at the whole city, in place of what it looked at; answers how many bays. */
  look(box?: BoundingBox): Promise<number> {
    if (this.#id > 0) this.#send({ op: "unsubscribe", id: this.#id });
    this.#id += 1;
    const bbox = box && [box.westDeg, box.southDeg, box.eastDeg, box.northDeg];
    this.#send({ op: "subscribe", id: this.#id, topic: "bays", bbox });
    return new Promise((resolve) => {
      this.#shown = resolve;
    });
  }

  close(): void {
    this.#webSocket.terminate();
  }

  #send(request: object): void {
    this.#webSocket.send(JSON.stringify(request));
  }

  #hear(text: string): void {
    const [id, sequence] = heading.exec(text)?.slice(1).map(Number) ?? [];
    if (id !== undefined && id !== this.#id) return;
    this.#sequence = sequence === 0 ? 0 : this.#sequence + 1;
    if (sequence !== this.#sequence) throw new Error(`A gap, or an error: ${text.slice(0, 200)}`);
    if (sequence > 0 && !this.isCounting) return;
    const event = JSON.parse(text) as Event; // The hub's own.
    const nowMs = Date.now();
    if ("snapshot" in event) this.#shown(event.snapshot.length);
    else if (this.isCounting) {
      for (const { observedAt } of event.changes) {
        if (observedAt) this.ages.push(nowMs - Date.parse(observedAt));
      }
    }
  }
}
