export type StoreErrorCode =
  | "STORE_LOCKED"
  | "STORE_LOCK_FAILED"
  | "STORE_FOREIGN"
  | "STORE_NEWER"
  | "STORE_DIRECTORY_FAILED"
  | "STORE_TEMPLATE_FAILED"
  | "STORE_NOT_DURABLE"
  | "STORE_START_FAILED"
  | "STORE_DIED"
  | "STORE_DISK_FULL"
  | "STORE_FAILED"
  | "STORE_NOT_EMPTY"
  | "STORE_RESTORE_UNFINISHED"
  | "STORE_BACKUP_DAMAGED"
  | "STORE_UNREACHABLE"
  | "STORE_REFUSED"
  | "STORE_OUTDATED"
  | "STORE_IN_USE"
  | "STORE_LOST"
  | "STORE_IN_DOUBT"
  | "STORE_CLOSED"
  | "STORE_BUSY"
  | "STORE_QUERY_FAILED"
  | "STORE_ROLLED_BACK"
  | "STORE_MIGRATION_FAILED";

export type StoreErrorDetails = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** What each code says to a reader; the details stand behind it. */
const sentences: Record<StoreErrorCode, string> = {
  STORE_LOCKED: "Another process holds the data directory",
  STORE_LOCK_FAILED: "The data directory cannot be locked",
  STORE_FOREIGN: "The directory is not a data directory of Pista, and it is not empty",
  STORE_NEWER: "The data were written by another version of the program",
  STORE_DIRECTORY_FAILED: "The data directory cannot be prepared",
  STORE_TEMPLATE_FAILED: "The template of the embedded database cannot be made",
  STORE_NOT_DURABLE: "The database does not reach the disk, so nothing may be acknowledged",
  STORE_START_FAILED: "The embedded database does not start",
  STORE_DIED: "The embedded database died",
  STORE_DISK_FULL: "There is not enough room on the disk",
  STORE_FAILED: "The embedded database failed, so nothing is acknowledged",
  STORE_NOT_EMPTY: "A backup is only restored where there is nothing yet",
  STORE_RESTORE_UNFINISHED: "A restore into the data directory was cut off: run it again",
  STORE_BACKUP_DAMAGED: "The file is not a whole backup, so nothing was restored from it",
  STORE_UNREACHABLE: "The database server cannot be reached",
  STORE_REFUSED: "The database server does not serve the hub",
  STORE_OUTDATED: "The database server's PostgreSQL is too old",
  STORE_IN_USE: "Another hub uses the database",
  STORE_LOST: "The database server does not answer, so nothing is acknowledged",
  STORE_IN_DOUBT: "The database was lost in a commit, so nobody knows whether it was made",
  STORE_CLOSED: "The database is closed",
  STORE_BUSY: "The database has too much to do",
  STORE_QUERY_FAILED: "The database refused a statement",
  STORE_ROLLED_BACK: "The transaction was rolled back although its commit was asked for",
  STORE_MIGRATION_FAILED: "The database cannot be migrated",
};

function describe(code: StoreErrorCode, details: StoreErrorDetails): string {
  const facts = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.join(", ") : value}`);
  return facts.length === 0 ? `${sentences[code]}.` : `${sentences[code]} (${facts.join("; ")}).`;
}

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly details: StoreErrorDetails;

  constructor(code: StoreErrorCode, details: StoreErrorDetails = {}, options?: ErrorOptions) {
    super(describe(code, details), options);
    this.name = "StoreError";
    this.code = code;
    this.details = details;
  }
}

/** What a database says when it refuses; both databases say it in these words. */
export type SqlRefusal = {
  /** The five characters of the SQLSTATE; absent when the driver, not the database, refused. */
  readonly code: string | undefined;
  readonly message: string;
  readonly detail: string | undefined;
  readonly constraint: string | undefined;
};

/** The statement's values stay out of it, because they may be personal and errors are logged. */
export class QueryError extends StoreError {
  readonly sqlState: string | undefined;
  readonly constraint: string | undefined;
  /** PostgreSQL's own detail. It may quote a row's values: show it to nobody outside. */
  readonly detail: string | undefined;

  constructor(refusal: SqlRefusal, sql: string, options?: ErrorOptions) {
    super(
      "STORE_QUERY_FAILED",
      {
        reason: refusal.message,
        sqlState: refusal.code,
        constraint: refusal.constraint,
        sql: sql.length > sqlShownLengthMax ? `${sql.slice(0, sqlShownLengthMax)}...` : sql,
      },
      options,
    );
    this.name = "QueryError";
    this.sqlState = refusal.code;
    this.constraint = refusal.constraint;
    this.detail = refusal.detail;
  }
}

const sqlShownLengthMax = 300;

/** PostgreSQL 15 manual, appendix A. */
export const sqlStates = {
  diskFull: "53100",
  uniqueViolation: "23505",
  foreignKeyViolation: "23503",
  checkViolation: "23514",
  exclusionViolation: "23P01",
  lockNotAvailable: "55P03",
  queryCanceled: "57014",
  readOnlyTransaction: "25006",
} as const;
