import { workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

// The maker syncs the whole directory once at the end, so initdb itself may run without.
const pg = await PGlite.create({ fs: new NodeFS(String(workerData)) });
await pg.exec("checkpoint");
await pg.close();
