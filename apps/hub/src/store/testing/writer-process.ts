import { writeSync } from "node:fs";
import { openEmbeddedDatabase } from "../embedded-database.ts";
import { testTemplateCache } from "./test-directories.ts";

// Writes batch after batch and says each one's number once it is acknowledged, until it is killed.
const database = await openEmbeddedDatabase({
  directory: process.argv[2] ?? "",
  templateCache: testTemplateCache,
  // Small, so that kills also fall into checkpoints.
  checkpointEveryWalBytes: 1024 * 1024,
});
await database.query(
  "create table if not exists report (batch int, item int, primary key (batch, item))",
  [],
);
const { rows } = await database.query("select coalesce(max(batch), 0) as last from report", []);
const first = Number(rows[0]?.last) + 1;
for (let batch = first; ; batch++) {
  const size = [1, 10, 100][batch % 3] ?? 1;
  await database.query("insert into report select $1::int, generate_series(1, $2::int)", [
    batch,
    size,
  ]);
  writeSync(1, `${batch} ${size}\n`);
}
