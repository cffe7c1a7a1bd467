import type { Random } from "@pista/kernel";
import type { Engine } from "../engine.ts";
import type { SqlConnection } from "../sql-connection.ts";
import type { RecordingFileSystem } from "./recording-file-system.ts";

/** One acknowledged piece of work, and how to tell later that it is still there. */
export type Acknowledged = {
  readonly what: string;
  /** How many disk events had happened when the acknowledgement was given. */
  readonly atEvent: number;
  readonly isStillThere: (database: SqlConnection) => Promise<boolean>;
};

export type Recording = {
  readonly fileSystem: RecordingFileSystem;
  readonly acknowledged: readonly Acknowledged[];
  /** What holds at every moment, acknowledged or not; it answers with what is wrong. */
  readonly findBroken: (database: SqlConnection) => Promise<readonly string[]>;
};

type Step = { what: string; isStillThere: Acknowledged["isStillThere"] };
type Run = { engine: Engine; random: Random; sizes: Map<number, number>; turn: number };

const stepCount = 120;

/** Writes what a hub writes (batches, states, new tables) with what a database does beside it. */
export async function runDiskWorkload(
  engine: Engine,
  fileSystem: RecordingFileSystem,
  random: Random,
): Promise<Recording> {
  await engine.query(
    "create table report (batch int, item int, note text, primary key (batch, item))",
    [],
  );
  await engine.query("create table bay_state (id int primary key, value int not null)", []);
  const acknowledged: Acknowledged[] = [];
  const sizes = new Map<number, number>();
  for (let turn = 0; turn < stepCount; turn++) {
    const step = await takeStep({ engine, random, sizes, turn });
    if (step) acknowledged.push({ ...step, atEvent: fileSystem.events.length });
  }
  const findBroken = (database: SqlConnection) => findBrokenBatches(database, sizes);
  return { fileSystem, acknowledged, findBroken };
}

async function takeStep(run: Run): Promise<Step | undefined> {
  const draw = run.random.next();
  if (draw < 0.7) return insertBatch(run);
  if (draw < 0.85) return updateState(run);
  if (draw < 0.92) return createTable(run);
  const upkeep = ["checkpoint", "select pg_switch_wal()", "vacuum report", "vacuum full bay_state"];
  await run.engine.query(upkeep[run.random.integer(upkeep.length)] ?? "checkpoint", []);
  return undefined;
}

const noteOf = (batch: number, item: number): string => `${batch}.${item} `.repeat(1 + (item % 60));

async function insertBatch({ engine, random, sizes, turn }: Run): Promise<Step> {
  const size = 1 + random.integer(60);
  const rows = Array.from({ length: size }, (_, item) => ({
    batch: turn,
    item,
    note: noteOf(turn, item),
  }));
  sizes.set(turn, size);
  await engine.query(
    `insert into report select * from json_to_recordset($1::json)
       as row (batch int, item int, note text)`,
    [JSON.stringify(rows)],
  );
  return {
    what: `batch ${turn}`,
    isStillThere: async (database) => {
      const found = await database.query(
        "select item, note from report where batch = $1 order by item",
        [turn],
      );
      return (
        found.rows.length === size &&
        found.rows.every(({ item, note }) => note === noteOf(turn, Number(item)))
      );
    },
  };
}

async function updateState({ engine, random, turn }: Run): Promise<Step> {
  const id = random.integer(20);
  await engine.query(
    `insert into bay_state values ($1, $2)
       on conflict (id) do update set value = excluded.value`,
    [id, turn],
  );
  return {
    what: `state ${id} of turn ${turn}`,
    isStillThere: async (database) => {
      const { rows } = await database.query("select value from bay_state where id = $1", [id]);
      return Number(rows[0]?.value ?? -1) >= turn; // A later turn may have replaced it.
    },
  };
}

async function createTable({ engine, turn }: Run): Promise<Step> {
  await engine.query("begin", []);
  await engine.query(`create table side_${turn} (id int primary key)`, []);
  await engine.query(`insert into side_${turn} values ($1)`, [turn]);
  await engine.query("commit", []);
  return {
    what: `table side_${turn}`,
    isStillThere: async (database) => {
      const exists = await database.query("select to_regclass($1) as found", [`side_${turn}`]);
      if (exists.rows[0]?.found === null) return false;
      const { rows } = await database.query(`select id from side_${turn}`, []);
      return rows[0]?.id === turn;
    },
  };
}

/** A batch is one statement, so it is there whole or not at all; and index and heap agree. */
async function findBrokenBatches(
  database: SqlConnection,
  sizes: ReadonlyMap<number, number>,
): Promise<readonly string[]> {
  const counts = await database.query("select batch, count(*) from report group by batch", []);
  const torn = counts.rows
    .filter(({ batch, count }) => sizes.get(Number(batch)) !== count)
    .map(({ batch }) => `batch ${batch} is torn`);
  const counted: unknown[] = [];
  for (const without of ["enable_seqscan", "enable_indexonlyscan"]) {
    await database.query(`set ${without} = off`, []);
    const { rows } = await database.query("select count(*) from report where batch >= 0", []);
    counted.push(rows[0]?.count);
    await database.query(`reset ${without}`, []);
  }
  const [byIndex, byHeap] = counted;
  return byIndex === byHeap ? torn : [...torn, `index has ${byIndex} rows, heap ${byHeap}`];
}
