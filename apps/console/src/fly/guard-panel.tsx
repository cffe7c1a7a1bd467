import type { BrakesState, SigningState } from "@pista/contracts";
import { brakeWords } from "../messages/brake-words.ts";
import { lockWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { actingRung, type Scene } from "./scene.ts";

const rungs = ["fly", "slow", "hold", "land"] as const;

/** The guard's ladder in words, why it stands where it stands, and what it relies on: line and brakes. */
export function GuardPanel({
  scene,
  isPilot,
  signing,
  brakes,
}: {
  readonly scene: Scene | undefined;
  readonly signing: SigningState | null;
  readonly brakes: BrakesState | null;
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
      {signing ? (
        <p className="guard-signing" data-signing={signing.state} data-testid="fly-signing">
          {say(`fly.signing.${signing.state}`)}
          {signing.refusedFrames > 0
            ? ` ${say("fly.signing.refused", { count: signing.refusedFrames })}`
            : null}
        </p>
      ) : null}
      {brakes ? (
        <p className="guard-signing" data-brakes={brakes.state} data-testid="fly-brakes">
          {brakeWords(words, brakes)}
        </p>
      ) : null}
    </section>
  );
}
