import type { CarParkView, DroneView } from "@pista/contracts";
import { useMemo } from "react";
import { ageWords } from "../messages/age-words.ts";
import { useWords } from "../messages/use-words.ts";
import { EmptyState, ErrorState, LoadingState } from "../shell/states.tsx";
import { useNow } from "../use-now.ts";
import { BayDetail } from "./bay-detail.tsx";
import { BayList } from "./bay-list.tsx";
import { type BayCount, countBays } from "./bays.ts";
import { CarParkList } from "./car-park-list.tsx";
import { DroneCards } from "./drone-cards.tsx";
import { StaleNote } from "./stale-note.tsx";
import type { CityBays } from "./use-city.ts";

export type CityPanelProps = {
  readonly bays: CityBays;
  readonly carParks: readonly CarParkView[] | undefined;
  readonly drones: readonly DroneView[] | undefined;
  readonly selectedId: string | null;
  readonly onSelect: (bayId: string | null) => void;
};

export function CityPanel(props: CityPanelProps) {
  const { say } = useWords();
  const selected = props.bays.bays?.find(({ id }) => id === props.selectedId);
  return (
    <aside aria-label={say("city.panel")} className="city-panel">
      <StaleNote />
      {selected ? <BayDetail bay={selected} onClose={() => props.onSelect(null)} /> : null}
      <BaySection {...props} />
      {props.drones ? <DroneCards drones={props.drones} /> : null}
      <CarParkList carParks={props.carParks} />
    </aside>
  );
}

function BaySection({
  bays: { bays, isTooMany, fault, retry },
  selectedId,
  onSelect,
}: CityPanelProps) {
  const { say } = useWords();
  const nowMs = useNow(5_000);
  const count = useMemo(() => bays && countBays(bays, nowMs), [bays, nowMs]);
  if (isTooMany) {
    return <EmptyState detail={say("city.tooManyDetail")} title={say("city.tooMany")} />;
  }
  if (!bays || !count) {
    return fault ? (
      <ErrorState fault={fault} retry={retry} title={say("city.failed")} />
    ) : (
      <LoadingState label={say("city.loading")} />
    );
  }
  if (bays.length === 0) {
    return <EmptyState detail={say("city.noBaysDetail")} title={say("city.noBays")} />;
  }
  return (
    <section aria-label={say("city.bays")} className="city-section">
      <Counts count={count} />
      <BayList bays={bays} onSelect={onSelect} selectedId={selectedId} />
    </section>
  );
}

function Counts({ count }: { readonly count: BayCount }) {
  const words = useWords();
  const { say, formats } = words;
  const { total, free, occupied, unknown, oldestMs } = count;
  const unknownWords =
    unknown === 0
      ? say("city.unknownNone")
      : oldestMs === undefined
        ? say("city.unknownNever", { count: unknown })
        : say("city.unknown", { count: unknown, age: ageWords(words, oldestMs) });
  const share = (part: number): string => `${(100 * part) / total}%`;
  return (
    <div className="counts">
      <h2 className="counts-title">{say("city.bays")}</h2>
      <p className="counts-main">
        <span className="counts-free figure" data-testid="free-count">
          {formats.whole(free)}
        </span>
        <span className="counts-words">
          <span className="second">{say("city.free", { total: formats.whole(total) })}</span>
          <span className="third" data-count={unknown} data-testid="unknown-count">
            {unknownWords}
          </span>
        </span>
      </p>
      <div aria-hidden="true" className="counts-bar">
        <span className="counts-bar-free" style={{ width: share(free) }} />
        <span className="counts-bar-occupied" style={{ width: share(occupied) }} />
        <span className="counts-bar-unknown" style={{ width: share(unknown) }} />
      </div>
      <p className="third counts-occupied">{say("city.occupied", { count: occupied })}</p>
    </div>
  );
}
