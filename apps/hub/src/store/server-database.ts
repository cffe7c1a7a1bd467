import { createConnectionQueue } from "./connection-queue.ts";
import { QueryError, StoreError } from "./errors.ts";
import { isLockedBy, lockDatabase } from "./server-lock.ts";
import { openSession, type ServerSession, type SessionSettings } from "./server-session.ts";
import type { ReservedConnection, SqlConnections } from "./sql-connection.ts";

export type ServerDatabaseOptions = {
  /** postgresql://user:password@host:port/database */
  readonly url: string;
  /** Sessions beside the one that holds the lock. */
  readonly poolMax?: number;
  readonly connectMsMax?: number;
  readonly statementMsMax?: number;
  readonly waitersMax?: number;
  readonly waitMsMax?: number;
  /** The server is away: every question is rejected until onReturned. Again for each new reason. */
  readonly onLost?: (error: StoreError) => void;
  readonly onReturned?: () => void;
  /** Called once when the hub must not go on, because its memory and the store may differ. */
  readonly onDied?: (error: StoreError) => void;
};

/** PostgreSQL on a server. It comes back by itself after the server was away. */
export interface ServerDatabase extends SqlConnections {
  /** Lets what waits finish and takes leave of the server. */
  close(): Promise<void>;
}

const poolMaxDefault = 8;
const connectMsMaxDefault = 10_000;
const statementMsMaxDefault = 60_000;
const waitersMaxDefault = 10_000;
const waitMsMaxDefault = 30_000;
/** How soon a server that is away is asked again: sooner at first, then every two seconds. */
const retryMsMin = 100;
const retryMsMax = 2_000;

/**
 * The state of the session that holds the lock. Without it nothing is asked of the server: another
 * hub may be writing there.
 */
type Hold =
  | { state: "held"; session: ServerSession }
  | { state: "lost"; error: StoreError; processId: number }
  | { state: "dead"; error: StoreError }
  | { state: "closed" };

/** Opens the database of a server for this hub alone; a server that is not fit is refused. */
export async function openServerDatabase(options: ServerDatabaseOptions): Promise<ServerDatabase> {
  const database = new PooledDatabase(options);
  await database.open();
  return database;
}

class PooledDatabase implements ServerDatabase {
  readonly #options: ServerDatabaseOptions;
  readonly #settings: SessionSettings;
  readonly #places: number;
  readonly #queue;
  readonly #idle: ServerSession[] = [];
  readonly #sessions = new Set<ServerSession>();
  #hold: Hold = { state: "closed" };
  #retry: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: ServerDatabaseOptions) {
    this.#options = options;
    this.#settings = {
      url: options.url,
      connectMsMax: options.connectMsMax ?? connectMsMaxDefault,
      statementMsMax: options.statementMsMax ?? statementMsMaxDefault,
    };
    this.#places = options.poolMax ?? poolMaxDefault;
    this.#queue = createConnectionQueue({
      places: this.#places,
      waitersMax: options.waitersMax ?? waitersMaxDefault,
      waitMsMax: options.waitMsMax ?? waitMsMaxDefault,
    });
  }

  async open(): Promise<void> {
    const session = await openSession(this.#settings);
    try {
      await lockDatabase(session);
      if (this.#closing) throw new StoreError("STORE_CLOSED");
    } catch (error) {
      session.cut();
      throw error;
    }
    this.#hold = { state: "held", session };
    void session.ended.then(() => this.#lose(session));
  }

  async reserve(): Promise<ReservedConnection> {
    // Nobody waits for a server that is away: whoever asks is told now and may come again.
    this.#holder();
    const leave = await this.#queue.enter();
    try {
      const session = await this.#takeSession();
      return {
        query: (sql, parameters) => this.#ask(session, sql, parameters),
        release: () => {
          this.#giveBack(session);
          leave();
        },
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** The session that holds the lock, or the reason why there is none. */
  #holder(): ServerSession {
    const hold = this.#hold;
    if (hold.state === "closed") throw new StoreError("STORE_CLOSED");
    if (hold.state !== "held") throw hold.error;
    return hold.session;
  }

  async #takeSession(): Promise<ServerSession> {
    const holder = this.#holder();
    const idle = this.#idle.pop();
    if (idle) return idle;
    const session = await openSession(this.#settings);
    try {
      // The server may have given up our lock without our hearing of it, and restarted since.
      const isOurs = await isLockedBy(session, holder.processId);
      if (!isOurs) holder.cut();
      if (!isOurs || this.#holder() !== holder) {
        throw new StoreError("STORE_LOST", { server: session.server });
      }
    } catch (error) {
      session.cut();
      throw error;
    }
    this.#sessions.add(session);
    void session.ended.then(() => this.#forget(session));
    return session;
  }

  #forget(session: ServerSession): void {
    this.#sessions.delete(session);
    const place = this.#idle.indexOf(session);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  #giveBack(session: ServerSession): void {
    // The next one must not find itself inside what somebody has left open.
    if (session.isAlive() && !session.isInTransaction()) this.#idle.push(session);
    else session.cut();
  }

  async #ask(session: ServerSession, sql: string, parameters: readonly unknown[]) {
    const wasAlive = session.isAlive();
    try {
      return await session.query(sql, parameters);
    } catch (error) {
      const isRefusal = error instanceof QueryError || !(error instanceof StoreError);
      if (wasAlive && !isRefusal && sql === "commit") {
        // Reports are stored without one, and repeated. A change by a person is not, and what the
        // hub remembers of it would stay apart from the store.
        const { server } = session;
        this.#die(new StoreError("STORE_IN_DOUBT", { server }, { cause: error }));
      }
      throw error;
    }
  }

  #lose(session: ServerSession): void {
    if (this.#hold.state !== "held" || this.#hold.session !== session) return;
    const error = new StoreError("STORE_LOST", { server: session.server });
    this.#hold = { state: "lost", error, processId: session.processId };
    for (const one of this.#sessions) one.cut();
    this.#options.onLost?.(error);
    this.#returnAfter(retryMsMin);
  }

  #returnAfter(delayMs: number): void {
    this.#retry = setTimeout(() => void this.#tryToReturn(delayMs), delayMs);
  }

  async #tryToReturn(delayMs: number): Promise<void> {
    const lost = this.#hold;
    if (lost.state !== "lost") return;
    try {
      await this.open();
    } catch (error) {
      if (this.#hold === lost) this.#stayAway(lost, error, delayMs);
      return;
    }
    this.#options.onReturned?.();
  }

  #stayAway(lost: Extract<Hold, { state: "lost" }>, error: unknown, delayMs: number): void {
    const fault =
      error instanceof StoreError ? error : new StoreError("STORE_LOST", {}, { cause: error });
    // Our own session may outlive us on the server for as long as it asks after us in vain.
    const isOurOwn = fault.details.holderProcessId === lost.processId;
    if (fault.code === "STORE_IN_USE" && !isOurOwn) {
      this.#die(fault);
      return;
    }
    this.#hold = { ...lost, error: fault };
    if (fault.code !== lost.error.code) this.#options.onLost?.(fault);
    this.#returnAfter(Math.min(delayMs * 2, retryMsMax));
  }

  #die(error: StoreError): void {
    if (this.#hold.state === "dead" || this.#hold.state === "closed") return;
    const hold = this.#hold;
    this.#hold = { state: "dead", error };
    for (const one of this.#sessions) one.cut();
    if (hold.state === "held") hold.session.cut();
    this.#options.onDied?.(error);
  }

  async #close(): Promise<void> {
    const leaves = await Promise.all(
      Array.from({ length: this.#places }, () => this.#queue.enter()),
    );
    const hold = this.#hold;
    this.#hold = { state: "closed" };
    clearTimeout(this.#retry);
    try {
      await Promise.all([...this.#sessions].map((session) => session.close()));
      if (hold.state === "held") await hold.session.close();
    } finally {
      for (const leave of leaves) leave();
    }
  }
}
