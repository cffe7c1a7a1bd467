import { estimatedAgeMsMax } from "@pista/flight";
import { useWords } from "../messages/use-words.ts";
import type { Scene } from "./scene.ts";

/** Every age has its limit drawn beside it. */
export function AgePanel({ scene }: { readonly scene: Scene | undefined }) {
  const { say, formats } = useWords();
  const ms = (age: number | undefined): string =>
    age === undefined ? "–" : `${formats.whole(age)} ms`;
  const viewLimit = scene?.viewAgeMsLimit;
  return (
    <section className="fly-panel ages">
      <Gauge
        limit={say("age.acts", { limit: `${estimatedAgeMsMax} ms` })}
        limitShare={0.8}
        share={shareOf(scene?.commandAgeMs, estimatedAgeMsMax / 0.8)}
        testId="command-age"
        text={ms(scene?.commandAgeMs)}
        title={say("age.command")}
      />
      {viewLimit ? (
        <Gauge
          limit={say("age.acts", { limit: ms(viewLimit) })}
          limitShare={0.8}
          share={shareOf(scene.viewAgeMs, viewLimit / 0.8)}
          testId="view-age"
          text={ms(scene.viewAgeMs)}
          title={say("age.view")}
        />
      ) : null}
      {scene?.speedMpsLimit === undefined ? null : <RoomGauge scene={scene} />}
    </section>
  );
}

const shareOf = (value: number | undefined, whole: number): number =>
  value === undefined ? 0 : Math.max(0, Math.min(1, value / whole));

/** A bar this long is more room than the drone needs at any speed of this step. */
const roomMShown = 5;
/** [LG6] What the envelope keeps free in any case: 0.3 m. */
const roomMKept = 0.3;

function RoomGauge({ scene }: { readonly scene: Scene }) {
  const { say, formats } = useWords();
  const { roomM } = scene;
  return (
    <Gauge
      isMore
      limit={say("age.acts", { limit: `${formats.tenths(roomMKept)} m` })}
      limitShare={roomMKept / roomMShown}
      share={roomM === undefined ? 1 : shareOf(roomM, roomMShown)}
      testId="room"
      text={roomM === undefined ? say("age.roomFree") : `${formats.tenths(roomM)} m`}
      title={say("age.room")}
    />
  );
}

function Gauge(props: {
  readonly title: string;
  readonly text: string;
  readonly share: number;
  readonly limit: string;
  readonly limitShare: number;
  /** More is better: the guard acts below the mark, not above it. */
  readonly isMore?: boolean;
  readonly testId: string;
}) {
  const isPast = props.isMore ? props.share <= props.limitShare : props.share > props.limitShare;
  return (
    <div className="gauge">
      <span className="gauge-title">{props.title}</span>
      <span className="gauge-text figure" data-testid={props.testId}>
        {props.text}
      </span>
      <span aria-hidden="true" className="gauge-bar" data-past={isPast}>
        <span className="gauge-fill" style={{ width: `${props.share * 100}%` }} />
        <span className="gauge-mark" style={{ left: `${props.limitShare * 100}%` }} />
      </span>
      <span className="gauge-limit">{props.limit}</span>
    </div>
  );
}
