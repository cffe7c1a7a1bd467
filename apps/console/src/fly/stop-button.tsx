import { useWords } from "../messages/use-words.ts";

/** [LG4] One stop, always in the same corner, always on the space bar. */
export function StopButton(props: {
  readonly isUsable: boolean;
  readonly isPending: boolean;
  readonly isLatched: boolean;
  readonly onPress: () => void;
}) {
  const { say } = useWords();
  const state = props.isPending ? "pending" : props.isLatched ? "latched" : "ready";
  const caption = props.isPending
    ? say("key.stopping")
    : props.isLatched
      ? say("key.latched")
      : say(props.isUsable ? "key.space" : "key.idle");
  return (
    <div className="stop">
      <button
        aria-label={say("key.stopLabel")}
        className="stop-button"
        data-state={state}
        data-testid="fly-stop"
        disabled={!props.isUsable}
        // At the touch, not at the release: every tenth of a second is distance.
        onPointerDown={props.onPress}
        onClick={({ detail }) => {
          // A keyboard's or a reader's click has no pointer before it.
          if (detail === 0) props.onPress();
        }}
        type="button"
      >
        {say("key.stop")}
      </button>
      <span aria-live="assertive" className="stop-caption">
        {caption}
      </span>
    </div>
  );
}
