import { expect, test } from "vitest";
import { createChanges } from "./changes.ts";

test("[DC3] one listener's fault keeps no other from hearing, and is not hidden", () => {
  const changes = createChanges<number>();
  const heard: number[] = [];
  const fault = new Error("a watcher");
  changes.listen(() => {
    throw fault;
  });
  const stop = changes.listen((entries) => heard.push(...entries));
  expect(() => changes.tell([1])).toThrow(AggregateError);
  stop();
  expect(() => changes.tell([2])).toThrow("A change was not taken in.");
  changes.tell([]);
  expect(heard).toEqual([1]);
});
