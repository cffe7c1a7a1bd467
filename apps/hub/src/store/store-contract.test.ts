import { afterAll, beforeAll, describe } from "vitest";
import { openEmbeddedDatabase } from "./embedded-database.ts";
import { openServerDatabase } from "./server-database.ts";
import { canStartCluster, type ServerCluster, startCluster } from "./testing/server-cluster.ts";
import { contractWaitMsMax, storeContract } from "./testing/store-contract.ts";
import { createTestDirectories, testTemplateCache } from "./testing/test-directories.ts";

const directories = createTestDirectories();
afterAll(() => directories.removeAll(), 120_000);

storeContract("embedded", () =>
  openEmbeddedDatabase({
    directory: directories.make(),
    templateCache: testTemplateCache,
    waitMsMax: contractWaitMsMax,
  }),
);

describe.skipIf(!canStartCluster)("on a server (skipped where PostgreSQL is not installed)", () => {
  let cluster: ServerCluster;
  beforeAll(async () => {
    cluster = await startCluster();
  }, 120_000);
  afterAll(() => cluster.remove(), 60_000);

  storeContract("server", async () =>
    openServerDatabase({
      url: await cluster.databaseUrl("contract"),
      poolMax: 3,
      waitMsMax: contractWaitMsMax,
    }),
  );
});
