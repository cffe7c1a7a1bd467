import { city } from "./english/city.ts";
import { fly } from "./english/fly.ts";
import { people } from "./english/people.ts";
import { reasons } from "./english/reasons.ts";
import { shell } from "./english/shell.ts";
import { trials } from "./english/trials.ts";

/** Every word the console says, as ICU messages by id. English is the list the others complete. */
export const en = { ...shell, ...city, ...fly, ...trials, ...people, ...reasons } as const;

export type MessageId = keyof typeof en;
