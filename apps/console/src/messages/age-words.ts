import type { Words } from "./use-words.ts";

/** An age as one says it: "just now", "42 s", "6 min", "2 h 10 min", "3 days". */
export function ageWords({ say }: Pick<Words, "say">, ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000);
  if (seconds < 5) return say("age.now");
  if (seconds < 60) return say("age.seconds", { count: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return say("age.minutes", { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say("age.hours", { hours, minutes: minutes % 60 });
  return say("age.days", { count: Math.floor(hours / 24) });
}

/** The same as a time past: "6 min ago"; "just now" stays as it is. */
export function agoWords(words: Pick<Words, "say">, ageMs: number): string {
  const age = ageWords(words, ageMs);
  return ageMs < 5_000 ? age : words.say("age.ago", { age });
}
