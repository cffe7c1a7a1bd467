import { Button, Kbd } from "@mantine/core";
import { refusalWords } from "../messages/problem-words.ts";
import { useWords, type Words } from "../messages/use-words.ts";
import type { Cockpit } from "../pilot/compose-pilot.ts";
import type { PilotRefusal, PilotView } from "../pilot/pilot.ts";

/** Take off, land and release, with their keys; and why the last was refused. */
export function CommandBar({
  cockpit,
  view,
}: {
  readonly cockpit: Cockpit;
  readonly view: PilotView;
}) {
  const words = useWords();
  const { say } = words;
  const { beacon, refusal } = view;
  const isUp = view.control.state === "held" && view.control.link.state === "up";
  const isGrounded = beacon?.phase === "grounded";
  const command = (name: "take-off" | "land" | "release-stop") => () => cockpit.pilot.command(name);
  return (
    <section className="fly-panel commands">
      <div className="commands-row">
        <Button
          data-testid="fly-takeoff"
          disabled={!isUp || !isGrounded || beacon.lock !== undefined}
          onClick={command("take-off")}
          rightSection={<Kbd size="xs">T</Kbd>}
        >
          {say("key.takeoff")}
        </Button>
        <Button
          data-testid="fly-land"
          disabled={!isUp || isGrounded || beacon?.phase === "landing"}
          onClick={command("land")}
          rightSection={<Kbd size="xs">L</Kbd>}
          variant="default"
        >
          {say("key.land")}
        </Button>
        <Button
          data-testid="fly-release"
          disabled={!isUp || !beacon?.stopLatched}
          onClick={command("release-stop")}
          rightSection={<Kbd size="xs">R</Kbd>}
          variant="default"
        >
          {say("key.release")}
        </Button>
      </div>
      <p aria-live="polite" className={refusal ? "commands-refusal" : "commands-keys third"}>
        {refusal
          ? wordsOf(words, refusal)
          : say(view.source === "gamepad" ? "key.gamepad" : "key.sticks")}
      </p>
    </section>
  );
}

const wordsOf = (words: Words, refusal: PilotRefusal): string =>
  refusal.by === "guard"
    ? refusalWords(words, refusal.code)
    : words.say("refusal.autopilot-refused", { reason: refusal.reason });
