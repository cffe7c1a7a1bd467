import { useWords } from "../messages/use-words.ts";
import type { Scene } from "./scene.ts";

/** Speed, height, heading and battery, large enough to be read from the corner of the eye. */
export function FiguresBar({ scene }: { readonly scene: Scene | undefined }) {
  const { say, formats } = useWords();
  const pose = scene?.pose;
  const position = pose?.position;
  const heading =
    pose && String(Math.round(((pose.headingDeg % 360) + 360) % 360) % 360).padStart(3, "0");
  const tenths = (value: number | undefined): string =>
    value === undefined ? "–" : formats.tenths(value === 0 ? 0 : value);
  return (
    <dl className="fly-panel figures">
      <div>
        <dt>{say("figure.speed")}</dt>
        <dd>
          <b className="figure">{tenths(scene?.speedMps)}</b> {say("figure.mps")}
        </dd>
      </div>
      <div>
        <dt>{say("figure.height")}</dt>
        <dd>
          <b className="figure">{tenths(position?.upM)}</b> {say("figure.up")}
        </dd>
      </div>
      <div>
        <dt>{say("figure.heading")}</dt>
        <dd>
          <b className="figure">{heading ?? "–"}</b> °
        </dd>
      </div>
      <div>
        <dt>{say("figure.battery")}</dt>
        <dd>
          <b className="figure">
            {scene?.batteryPct === undefined ? "–" : formats.whole(scene.batteryPct)}
          </b>{" "}
          %
        </dd>
      </div>
      <div
        className="figures-place"
        data-east={position?.eastM.toFixed(3) ?? ""}
        data-north={position?.northM.toFixed(3) ?? ""}
        data-testid="drone-position"
        data-up={position?.upM.toFixed(3) ?? ""}
      >
        <dt>E / {say("hall.north")}</dt>
        <dd className="figure">
          {tenths(position?.eastM)} / {tenths(position?.northM)} m
        </dd>
      </div>
    </dl>
  );
}
