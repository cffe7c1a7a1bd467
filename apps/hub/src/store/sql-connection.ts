export type SqlValue = unknown;

export type SqlResult = {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that an INSERT, UPDATE, DELETE or MERGE changed; 0 for the rest. */
  readonly affectedRows: number;
  /** The command tag's first word: "SELECT", "COMMIT", "ROLLBACK". */
  readonly command: string;
};

/**
 * One connection to PostgreSQL, embedded or served. Whoever holds one holds its session: what is
 * sent through it between BEGIN and COMMIT is one transaction.
 *
 * Both databases agree on the values: int8 arrives as a number (as a bigint above 2^53), json as
 * what it describes, timestamptz as a Date, bytea as a Uint8Array, numeric as text.
 */
export interface SqlConnection {
  /** Refusals of the database arrive as QueryError. */
  query(sql: string, parameters: readonly SqlValue[]): Promise<SqlResult>;
}

/** Where connections come from: one for the embedded database, a pool before a server. */
export interface SqlConnections {
  /** Waits for its turn. The caller releases what it has reserved, whatever happens. */
  reserve(): Promise<ReservedConnection>;
}

export interface ReservedConnection extends SqlConnection {
  release(): void;
}
