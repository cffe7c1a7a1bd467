import type { BayView, SensorFaultView } from "@pista/contracts";
import { assertNever } from "@pista/kernel";
import { ageWords } from "../messages/age-words.ts";
import { useWords, type Words } from "../messages/use-words.ts";
import { useNow } from "../use-now.ts";

/** [BS4] What is the matter with the bay's sensor, in words; nothing where it is sound. */
export function SensorFaults({ faults }: Pick<BayView, "faults">) {
  const words = useWords();
  const nowMs = useNow();
  if (faults.length === 0) return null;
  return (
    <ul aria-label={words.say("bay.faults")} className="sensor-faults" data-testid="sensor-faults">
      {faults.map((fault) => (
        <li key={fault.kind}>{sensorFaultWords(words, fault, nowMs)}</li>
      ))}
    </ul>
  );
}

export function sensorFaultWords(
  words: Pick<Words, "say">,
  fault: SensorFaultView,
  nowMs: number,
): string {
  const { say } = words;
  switch (fault.kind) {
    case "silent": {
      if (fault.since === null) return say("bay.fault.never");
      return say("bay.fault.silent", { age: ageWords(words, nowMs - Date.parse(fault.since)) });
    }
    case "flapping":
      return say("bay.fault.flapping", { changes: fault.changes });
    case "clock-ahead":
      return say("bay.fault.clock-ahead");
    case "clock-behind":
      return say("bay.fault.clock-behind", { age: ageWords(words, fault.lagMs) });
    case "stuck":
      return say("bay.fault.stuck", { changes: fault.neighbourChanges });
    default:
      return assertNever(fault, "A sensor's fault");
  }
}
