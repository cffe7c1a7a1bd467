import type { BoundingBox } from "@pista/kernel";
import { WebSocket } from "ws";

type Event = {
  id: number;
  seq: number;
  snapshot?: unknown[];
  changes?: { observedAt: string | null }[];
};

/** A page that watches bays: each change it hears has the age that it then has. */
export class LiveWatcher {
  readonly #webSocket: WebSocket;
  readonly ages: number[] = [];
  isCounting = false;
  #id = 0;
  #sequence = 0;
  #shown: (count: number) => void = () => {};

  private constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    webSocket.on("message", (data) => this.#hear(JSON.parse(data.toString()))); // The hub's own.
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

  #hear({ id, seq, snapshot, changes = [] }: Event): void {
    if (id !== this.#id) return;
    if (seq !== (snapshot ? 0 : this.#sequence + 1)) throw new Error(`A gap before ${seq}.`);
    this.#sequence = seq;
    if (snapshot) this.#shown(snapshot.length);
    if (!this.isCounting) return;
    const nowMs = Date.now();
    for (const { observedAt } of changes) {
      if (observedAt) this.ages.push(nowMs - Date.parse(observedAt));
    }
  }
}
