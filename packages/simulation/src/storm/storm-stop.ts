/** A stop as those who flew know it: the number of the newest, and whether it stands. */
export type Stop = {
  readonly highest: number;
  readonly latched: "no" | "by-pilot" | "by-forerunner" | "by-restart";
};

/** [LG4] The rule that a movement breaks, and what to say of it, while a stop stands. */
export const movedUnder = {
  "by-pilot": ["LG4", "it moves after a stop"],
  "by-forerunner": ["LG4", "it moves after a stop that the holder of an earlier lease pressed"],
  "by-restart": ["AU7", "it moves after a restart in the air, before anybody released the stop"],
} as const satisfies Record<Exclude<Stop["latched"], "no">, readonly [string, string]>;
