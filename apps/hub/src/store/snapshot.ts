import type { ReservedConnection, SqlConnection } from "./sql-connection.ts";

/** The whole store as it was at one moment, to be read for as long as it takes. */
export interface Snapshot extends SqlConnection {
  close(): Promise<void>;
}

/** Whoever closes the snapshot gives the connection back. */
export async function beginSnapshot(connection: ReservedConnection): Promise<Snapshot> {
  try {
    await connection.query("begin isolation level repeatable read read only", []);
  } catch (error) {
    connection.release();
    throw error;
  }
  return {
    query: connection.query,
    async close() {
      try {
        await connection.query("rollback", []);
      } finally {
        connection.release();
      }
    },
  };
}
