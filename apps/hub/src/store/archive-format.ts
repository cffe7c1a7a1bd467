/**
 * A backup is lines of UTF-8 text, compressed by gzip. A line is an object with its `kind`, or an
 * array of rows of the table that was named last:
 *
 *   {"kind":"pista-backup","version":1,"createdAt":"...","steps":["0001-skeleton",...]}
 *   {"kind":"file","name":"lease.key","base64":"..."}
 *   {"kind":"table","name":"bay","columns":["id",...],"partitions":[{"name":"...","bounds":"..."}]}
 *   [{"id":"bay-1",...},...]
 *   {"kind":"sequence","name":"audit_id_seq","lastValue":"7"}
 *   {"kind":"end","rows":{"bay":1,...},"sha256":"..."}
 *
 * Rows are as PostgreSQL's row_to_json writes them and json_populate_recordset reads them, so an
 * archive goes from the embedded database to a server and back. The digest at the end is of every
 * byte before that line.
 */
export const archiveVersion = 1;

/** Rows in one line: of the widest table, quarantine, they are 4 MB. */
export const batchRowsMax = 500;
export const lineBytesMax = 64 * 1024 * 1024;
export const fileBytesMax = 1024 * 1024;

export type ArchiveLine =
  | { readonly kind: "pista-backup"; readonly createdAt: string; readonly steps: readonly string[] }
  | { readonly kind: "file"; readonly name: string; readonly base64: string }
  | ArchivedTable
  | { readonly kind: "rows"; readonly json: string }
  | { readonly kind: "sequence"; readonly name: string; readonly lastValue: string }
  | ArchiveEnd;

export type ArchivedTable = {
  readonly kind: "table";
  readonly name: string;
  readonly columns: readonly string[];
  readonly partitions: readonly ArchivedPartition[];
};

export type ArchivedPartition = { readonly name: string; readonly bounds: string };

export type ArchiveEnd = {
  readonly kind: "end";
  readonly rows: Readonly<Record<string, number>>;
  readonly sha256: string;
};
