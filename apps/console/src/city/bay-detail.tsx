import { ActionIcon } from "@mantine/core";
import type { BayView, ReportView } from "@pista/contracts";
import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useBayReports, useDrawnBay, useMe } from "../http/queries.ts";
import { agoWords } from "../messages/age-words.ts";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { useNow } from "../use-now.ts";
import { rulesWords } from "./rule-words.ts";
import { SensorFaults } from "./sensor-faults.tsx";
import "./bay-detail.css";

/** What is known of the chosen bay, and by what reports. */
export function BayDetail({
  bay,
  onClose,
}: {
  readonly bay: BayView;
  readonly onClose: () => void;
}) {
  const words = useWords();
  const { say, formats } = words;
  const nowMs = useNow();
  const age =
    bay.observedAt === null
      ? say("age.never")
      : agoWords(words, Math.max(0, nowMs - Date.parse(bay.observedAt)));
  return (
    <section aria-label={bay.label} className="bay-detail" data-testid="bay-detail">
      <header className="bay-detail-head">
        <span aria-hidden="true" className={`bay-mark bay-mark-${bay.state}`} />
        <h2>{bay.label}</h2>
        <ActionIcon
          aria-label={say("bay.close", { label: bay.label })}
          onClick={onClose}
          size={32}
          variant="subtle"
          color="gray"
        >
          <IconX aria-hidden="true" size={18} />
        </ActionIcon>
      </header>
      <p className={`bay-detail-state bay-detail-${bay.state}`}>{say(`bay.${bay.state}`)}</p>
      <SensorFaults faults={bay.faults} />
      <dl className="facts">
        <dt>{say("bay.age")}</dt>
        <dd className="figure">{age}</dd>
        <dt>{say("bay.confidence")}</dt>
        <dd className="figure">
          {bay.state === "unknown" ? say("bay.confidenceNone") : formats.percent(bay.confidence)}
        </dd>
        <dt>{say("bay.sensor")}</dt>
        <dd>{say(bay.hasSensor ? "bay.hasSensor" : "bay.noSensor")}</dd>
        <dt>{say("bay.zone")}</dt>
        <dd className="figure">{bay.zoneId}</dd>
        <Drawn bayId={bay.id} />
      </dl>
      <Reports bay={bay} />
    </section>
  );
}

/** What the inventory says of it: for whom it is marked, and what holds at this moment. */
function Drawn({ bayId }: { readonly bayId: string }) {
  const words = useWords();
  const { say } = words;
  const { data } = useDrawnBay(bayId);
  if (!data) return null;
  const rules = rulesWords(words, data.rulesNow);
  return (
    <>
      <dt>{say("bay.kind")}</dt>
      <dd>{say(`bay.kind.${data.kind}`)}</dd>
      <dt>{say("bay.rules")}</dt>
      <dd data-testid="bay-rules">
        {rules.length === 0
          ? say("bay.rulesNone")
          : rules.map((rule) => <div key={rule}>{rule}</div>)}
      </dd>
    </>
  );
}

const reportsListed = 6;

function Reports({ bay }: { readonly bay: BayView }) {
  const words = useWords();
  const { say } = words;
  const isSignedIn = Boolean(useMe().data?.person);
  const { data, error } = useBayReports(bay.id, { newestAt: bay.receivedAt });
  if (!isSignedIn) {
    return (
      <Link className="bay-detail-sign-in" search={{ to: "/" }} to="/sign-in">
        {say("bay.reportsSignIn")}
      </Link>
    );
  }
  if (error && !data) return <p className="third">{faultWords(words, error)}</p>;
  if (!data) return <div className="shimmer bay-detail-shimmer" />;
  const newest = [...data].reverse().slice(0, reportsListed);
  return (
    <>
      <h3 className="bay-detail-reports">{say("bay.reports")}</h3>
      {newest.length === 0 ? <p className="third">{say("bay.reportsNone")}</p> : null}
      <ol className="reports">
        {newest.map((report) => (
          <Report key={`${report.deviceId} ${report.epoch} ${report.counter}`} report={report} />
        ))}
      </ol>
    </>
  );
}

function Report({ report }: { readonly report: ReportView }) {
  const { say, formats } = useWords();
  const { state, batteryPct, clockAhead, counter } = report;
  return (
    <li className="report">
      <span className="figure">{formats.timeOfDay(Date.parse(report.observedAt))}</span>
      <span>{say(state === "free" ? "bay.reportFree" : "bay.reportOccupied")}</span>
      <span className="third report-more">
        {clockAhead ? `${say("bay.clockAhead")} · ` : ""}
        {batteryPct === null
          ? `#${counter}`
          : say("bay.battery", { percent: formats.percent(batteryPct / 100) })}
      </span>
    </li>
  );
}
