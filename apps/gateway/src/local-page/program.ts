import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { networkInterfaces, setPriority } from "node:os";
import type { LocalAct } from "@pista/flight";
import { assertNever } from "@pista/kernel";
import { LocalPageServer } from "./local-page-server.ts";
import type { FromLocalPage, LocalPageSettings, ToLocalPage } from "./messages.ts";
import { Pairing } from "./pairing.ts";

const askPeriodMs = 200;
/** Pilotage answers within its next tick; one that does not is told of nothing, for that would wait. */
const answerMsMax = 1_000;
/** Thumbs tremble: within this the same button is the same press. */
const pressMs = 100;

/** [AU4] The local page's process. It knows the vehicle only from what pilotage shows it. */
class LocalPageProgram {
  #server: LocalPageServer | undefined;
  #askedAtMs: number | undefined;
  readonly #pressedAtMs = new Map<LocalAct, number>();

  hear(message: ToLocalPage): void {
    switch (message.kind) {
      case "start":
        this.#start(message.settings);
        return;
      case "state":
        // It is no older than the asking for it.
        this.#server?.push({ ...message.state, atMs: this.#askedAtMs });
        this.#askedAtMs = undefined;
        return;
      case "end":
        this.#server?.close();
        process.exit(0);
        return;
      default:
        assertNever(message, "A message to the local page");
    }
  }

  #start({ host, port, certificateFile, keyFile }: LocalPageSettings): void {
    const failed = (error: unknown) =>
      say({ kind: "failed", cause: String(error).slice(0, 1_000) });
    try {
      const pairing = new Pairing({
        nowMs: () => performance.now(),
        show: (code) => show(`pairing code, for one browser: ${code.replace(/^.{4}/, "$& ")}`),
      });
      const server = new LocalPageServer({
        cert: readFileSync(certificateFile),
        key: readFileSync(keyFile),
        pairing,
        press: (act) => this.#press(act),
        failed,
      });
      server.listen(host, port, (bound) => {
        const url = urlsOf(host, bound);
        const { fingerprint } = server;
        this.#server = server;
        say({ kind: "listening", url, fingerprint });
        show(`${url}, its certificate's SHA-256: ${fingerprint}`);
        pairing.announce();
        setInterval(() => this.#ask(), askPeriodMs);
      });
    } catch (error) {
      failed(error);
    }
  }

  #ask(): void {
    if (this.#askedAtMs !== undefined) return;
    this.#askedAtMs = performance.now();
    say({ kind: "ask" });
  }

  #press(act: LocalAct): boolean {
    const nowMs = performance.now();
    if (nowMs - (this.#askedAtMs ?? nowMs) > answerMsMax) return false;
    if (nowMs - (this.#pressedAtMs.get(act) ?? Number.NEGATIVE_INFINITY) > pressMs) {
      this.#pressedAtMs.set(act, nowMs);
      say({ kind: "act", act });
    }
    return true;
  }
}

/** What to type into a browser: of every address, those that others on the network can reach. */
function urlsOf(host: string, port: number): string {
  const isEvery = host === "0.0.0.0" || host === "::";
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const reachable = addresses.filter(({ family, internal }) => family === "IPv4" && !internal);
  const hosts = isEvery ? reachable.map(({ address }) => address) : [host];
  return hosts.map((one) => `https://${isIP(one) === 6 ? `[${one}]` : one}:${port}/`).join(" ");
}

function say(message: FromLocalPage): void {
  if (process.connected) process.send?.(message);
}

/** On the console, which is not the log: logs are copied to where a code has no business. */
function show(text: string): void {
  const vehicle = process.env.PISTA_GATEWAY_VEHICLE;
  process.stdout.write(`local page${vehicle ? ` of ${vehicle}` : ""}: ${text}\n`);
}

/** Runs in the forked child: pilotage speaks first. */
export function runLocalPage(): void {
  // Whoever keeps it busy must not slow the process that flies.
  setPriority(10);
  const program = new LocalPageProgram();
  // Only pilotage, of this same version, holds the other end of the channel.
  process.on("message", (message) => program.hear(message as ToLocalPage));
  process.on("disconnect", () => process.exit(0));
  // A terminal sends its interrupt to all processes; pilotage says when this one is to end.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => undefined);
}
