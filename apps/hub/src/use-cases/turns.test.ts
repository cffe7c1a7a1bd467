import { expect, test } from "vitest";
import { createTurns } from "./turns.ts";

test("each waits for those before it, the urgent for the running one alone; a failure holds up none", async () => {
  const turns = createTurns();
  const told: string[] = [];
  const work = (name: string) => async () => {
    told.push(`${name} begins`);
    await Promise.resolve();
    told.push(`${name} ends`);
    return name;
  };
  const failing = turns.take(async () => {
    await work("first")();
    throw new Error("refused");
  });
  const others = [
    turns.take(work("second")),
    turns.take(work("third")),
    turns.take(work("urgent"), { isUrgent: true }),
  ];
  await expect(failing).rejects.toThrow("refused");
  expect(await Promise.all(others)).toEqual(["second", "third", "urgent"]);
  const order = ["first", "urgent", "second", "third"];
  expect(told).toEqual(order.flatMap((name) => [`${name} begins`, `${name} ends`]));
  expect(await turns.take(work("later"))).toBe("later");
});
