import { lockWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { actingRung, type Scene } from "./scene.ts";

const rungs = ["fly", "slow", "hold", "land"] as const;

/** The guard's ladder in words, and why it stands where it stands. */
export function GuardPanel({
  scene,
  isPilot,
}: {
  readonly scene: Scene | undefined;
  readonly isPilot: boolean;
}) {
  const words = useWords();
  const { say } = words;
  const rung = scene && actingRung(scene);
  const isLocked = scene?.lock !== undefined;
  return (
    <section aria-label={say("fly.guard")} className="fly-panel guard">
      <h2 className="fly-panel-title">{say("fly.guard")}</h2>
      <ol className="guard-ladder">
        {rungs.map((name) => (
          <li
            aria-current={rung === name ? "step" : undefined}
            className="guard-rung"
            data-locked={isLocked}
            data-rung={name}
            key={name}
          >
            <span aria-hidden="true" className="guard-lamp" />
            {say(`fly.rung.${name}`)}
          </li>
        ))}
      </ol>
      <p aria-live="polite" className="guard-why">
        {scene ? (isPilot || isLocked ? lockWords(words, scene.lock) : null) : say("fly.rungNone")}
      </p>
    </section>
  );
}
