import { Button, TextInput } from "@mantine/core";
import type { BayView } from "@pista/contracts";
import { IconAlertTriangle, IconSearch } from "@tabler/icons-react";
import { memo, useDeferredValue, useMemo, useState } from "react";
import { useWords } from "../messages/use-words.ts";
import "./bay-list.css";

/** Drawn at once; more than anybody scrolls through, and the rest is a press or a name away. */
const rowsAtOnce = 400;

/** The bays as a list: whoever does not use the map chooses here. */
export function BayList(props: {
  readonly bays: readonly BayView[];
  readonly selectedId: string | null;
  readonly onSelect: (bayId: string) => void;
}) {
  const { say, formats } = useWords();
  const [name, setName] = useState("");
  const [rowsMax, setRowsMax] = useState(rowsAtOnce);
  const wished = useDeferredValue(name.trim().toLowerCase());
  const found = useMemo(
    () =>
      wished === ""
        ? props.bays
        : props.bays.filter(({ id, label }) => `${label} ${id}`.toLowerCase().includes(wished)),
    [props.bays, wished],
  );
  return (
    <details className="bay-list" open>
      <summary>{say("city.list")}</summary>
      <TextInput
        aria-label={say("city.filter")}
        leftSection={<IconSearch aria-hidden="true" size={16} />}
        onChange={({ currentTarget }) => {
          setName(currentTarget.value);
          setRowsMax(rowsAtOnce);
        }}
        placeholder={say("city.filter")}
        size="sm"
        type="search"
        value={name}
      />
      <ul className="bay-rows" tabIndex={-1}>
        {found.slice(0, rowsMax).map((bay) => (
          <BayRow
            bay={bay}
            isSelected={bay.id === props.selectedId}
            key={bay.id}
            onSelect={props.onSelect}
          />
        ))}
      </ul>
      {found.length === 0 ? <p className="third">{say("city.filterNone")}</p> : null}
      {found.length > rowsMax ? (
        <div className="bay-list-more">
          <p className="third">
            {say("city.shown", {
              shown: formats.whole(rowsMax),
              total: formats.whole(found.length),
            })}
          </p>
          <Button
            onClick={() => setRowsMax(rowsMax + rowsAtOnce)}
            size="compact-sm"
            variant="default"
          >
            {say("city.more", { count: Math.min(rowsAtOnce, found.length - rowsMax) })}
          </Button>
        </div>
      ) : null}
    </details>
  );
}

const BayRow = memo(function BayRow(props: {
  readonly bay: BayView;
  readonly isSelected: boolean;
  readonly onSelect: (bayId: string) => void;
}) {
  const { say } = useWords();
  const { id, label, state, faults } = props.bay;
  return (
    <li
      className="bay-row"
      data-observed-at={props.bay.observedAt ?? ""}
      data-state={state}
      data-testid={`bay-${id}`}
    >
      <button
        aria-pressed={props.isSelected}
        className="bay-row-button"
        onClick={() => props.onSelect(id)}
        type="button"
      >
        {/* A new key draws the mark afresh, which plays its highlight once. */}
        <span aria-hidden="true" className={`bay-mark bay-mark-${state}`} key={state} />
        <span className="bay-row-label">{label}</span>
        {faults.length > 0 ? (
          <IconAlertTriangle aria-label={say("bay.fault")} className="third" size={16} />
        ) : null}
        <span className="second">{say(`bay.${state}`)}</span>
      </button>
    </li>
  );
});
