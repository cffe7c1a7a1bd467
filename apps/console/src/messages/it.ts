import type { MessageId } from "./en.ts";
import { city } from "./italian/city.ts";
import { fly } from "./italian/fly.ts";
import { people } from "./italian/people.ts";
import { reasons } from "./italian/reasons.ts";
import { shell } from "./italian/shell.ts";
import { trials } from "./italian/trials.ts";

/** A message that English has and Italian lacks does not compile. */
export const it: Record<MessageId, string> = {
  ...shell,
  ...city,
  ...fly,
  ...trials,
  ...people,
  ...reasons,
};
