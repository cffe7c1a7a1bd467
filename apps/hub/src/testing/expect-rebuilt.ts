import { expect } from "vitest";
import type { OpenHub } from "../open-hub.ts";
import { createBayBoard } from "../projections/bay-board.ts";
import { createPermitBoard } from "../projections/permit-board.ts";
import { loadBoards } from "../use-cases/load-boards.ts";

/** [BS3] What a restart would show is what is shown. */
export async function expectRebuilt({ context, registry }: OpenHub): Promise<void> {
  const { clock } = context;
  const rebuilt = {
    ...context,
    bays: createBayBoard(clock),
    permits: createPermitBoard(clock),
  };
  const loaded = await loadBoards(rebuilt);
  const standings = ({ bays }: typeof context) =>
    [...bays.standings()]
      .map(({ bay, evidence }) => ({ bay, evidence }))
      .sort((a, b) => (a.bay.bayId < b.bay.bayId ? -1 : 1));
  expect(standings(rebuilt)).toEqual(standings(context));
  const assets = (from: typeof registry) =>
    [...from.assets()]
      .map((asset) => ({ ...asset, keyHash: Buffer.from(asset.keyHash ?? []).toString("hex") }))
      .sort((a, b) => (a.assetId < b.assetId ? -1 : 1));
  expect(assets(loaded)).toEqual(assets(registry));
  expect(rebuilt.permits.trials()).toEqual(context.permits.trials());
}
