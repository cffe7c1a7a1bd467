import { useWords } from "../messages/use-words.ts";

export function MapLegend({ hasSites }: { readonly hasSites: boolean }) {
  const { say } = useWords();
  return (
    <ul aria-label={say("city.legend")} className="map-legend">
      {(["free", "occupied", "unknown"] as const).map((state) => (
        <li key={state}>
          <span aria-hidden="true" className={`bay-mark bay-mark-${state}`} />
          {say(`bay.${state}`)}
        </li>
      ))}
      {hasSites ? (
        <li>
          <span aria-hidden="true" className="map-legend-site" />
          {say("city.legendSite")}
        </li>
      ) : null}
      <li className="third">{say("city.legendFainter")}</li>
    </ul>
  );
}
