import type { SiteView } from "@pista/contracts";
import { useWords } from "../messages/use-words.ts";
import type { Scene } from "./scene.ts";

/** The hall from the side: how high the drone is, and what it could touch. */
export function HeightPanel({
  site,
  scene,
}: {
  readonly site: SiteView;
  readonly scene: Scene | undefined;
}) {
  const { say, formats } = useWords();
  const hall = site.indoor;
  if (!hall) return null;
  const { eastM, northM, upM } = hall.sizeM;
  const drone = scene?.pose?.position.upM;
  const share = (metres: number): string => `${Math.max(0, Math.min(1, metres / upM)) * 100}%`;
  const tops = [...new Set(hall.obstacles.map(({ topM }) => topM))];
  const limit = scene?.speedMpsLimit;
  return (
    <section aria-label={say("hall.height")} className="fly-panel height">
      <h2 className="fly-panel-title">{say("figure.height")}</h2>
      <div className="height-scale">
        <span
          className="height-band"
          style={{
            bottom: share(site.heightBandM.lowM),
            top: `calc(100% - ${share(site.heightBandM.highM)})`,
          }}
        />
        {tops.map((topM) => (
          <span className="height-top" key={topM} style={{ height: share(topM) }} />
        ))}
        {drone === undefined ? null : (
          <span className="height-drone" style={{ bottom: share(drone) }}>
            <b className="figure">{formats.tenths(drone)}</b>
          </span>
        )}
        <span className="height-label figure" style={{ bottom: "100%" }}>
          {say("hall.heightOf", { height: formats.whole(upM) })}
        </span>
        <span className="height-label figure" style={{ bottom: 0 }}>
          0
        </span>
      </div>
      <p className="height-hall">
        {say("figure.hall", { east: formats.whole(eastM), north: formats.whole(northM) })}
      </p>
      {limit === undefined ? null : (
        <p className="height-hall">
          {say("figure.limit", { limit: `${formats.tenths(limit)} m/s` })}
        </p>
      )}
    </section>
  );
}
