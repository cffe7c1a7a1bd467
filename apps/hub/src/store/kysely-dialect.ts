import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type IsolationLevel,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from "kysely";
import type { EmbeddedDatabase } from "./embedded-database.ts";
import { QueryError, StoreError } from "./errors.ts";
import type { ReservedConnection, SqlConnections } from "./sql-connection.ts";

/** Kysely over the embedded database. Closing the database stays its owner's business. */
export const createEmbeddedDialect = (database: EmbeddedDatabase): Dialect =>
  createSqlDialect(database);

/** Kysely over whatever gives connections to PostgreSQL, so that one driver serves both. */
export function createSqlDialect(connections: SqlConnections): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => createDriver(connections),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class SqlDatabaseConnection implements DatabaseConnection {
  readonly reserved: ReservedConnection;

  constructor(reserved: ReservedConnection) {
    this.reserved = reserved;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, affectedRows } = await this.reserved.query(sql, parameters);
    return {
      // Kysely's types promise the row's shape from the query that it compiled.
      rows: [...rows] as Row[],
      numAffectedRows: BigInt(affectedRows),
    };
  }

  // biome-ignore lint/correctness/useYield: It refuses, in the form that Kysely asks for.
  async *streamQuery<Row>({ sql }: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    const refusal = { message: "rows are not streamed: read in pages" };
    throw new QueryError(
      { code: undefined, detail: undefined, constraint: undefined, ...refusal },
      sql,
    );
  }
}

function createDriver(connections: SqlConnections): Driver {
  return {
    init: async () => {},
    destroy: async () => {},
    acquireConnection: async () => new SqlDatabaseConnection(await connections.reserve()),
    releaseConnection: async (connection) => reservedOf(connection).release(),
    beginTransaction: async (connection, settings) => {
      await reservedOf(connection).query(beginStatement(settings), []);
    },
    commitTransaction: async (connection) => {
      const { command } = await reservedOf(connection).query("commit", []);
      // PostgreSQL answers the commit of a transaction with a failed statement by rolling back,
      // without an error. Somebody swallowed that statement's error and would now acknowledge.
      if (command !== "COMMIT") throw new StoreError("STORE_ROLLED_BACK", { command });
    },
    rollbackTransaction: async (connection) => {
      await reservedOf(connection).query("rollback", []);
    },
    savepoint: (connection, name) => run(connection, `savepoint ${quoted(name)}`),
    rollbackToSavepoint: (connection, name) =>
      run(connection, `rollback to savepoint ${quoted(name)}`),
    releaseSavepoint: (connection, name) => run(connection, `release savepoint ${quoted(name)}`),
  };
}

async function run(connection: DatabaseConnection, statement: string): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw(statement));
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function reservedOf(connection: DatabaseConnection): ReservedConnection {
  if (connection instanceof SqlDatabaseConnection) return connection.reserved;
  throw new StoreError("STORE_QUERY_FAILED", { reason: "a connection of another driver" });
}

/** Fixed words only: what Kysely passes here goes into the statement as it is. */
const isolationLevels: Record<Exclude<IsolationLevel, "snapshot">, string> = {
  "read uncommitted": "read uncommitted",
  "read committed": "read committed",
  "repeatable read": "repeatable read",
  serializable: "serializable",
};

function beginStatement({ isolationLevel, accessMode }: TransactionSettings): string {
  if (isolationLevel === "snapshot") {
    throw new StoreError("STORE_QUERY_FAILED", { reason: "PostgreSQL has no isolation snapshot" });
  }
  const isolation = isolationLevel ? ` isolation level ${isolationLevels[isolationLevel]}` : "";
  const access = accessMode ? ` ${accessMode === "read only" ? "read only" : "read write"}` : "";
  return `begin${isolation}${access}`;
}
