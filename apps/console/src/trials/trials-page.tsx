import { Button } from "@mantine/core";
import type { TrialView } from "@pista/contracts";
import { useState } from "react";
import { LiveState } from "../city/live-state.tsx";
import { StaleNote } from "../city/stale-note.tsx";
import { useCityTrials } from "../city/use-city.ts";
import { useMay } from "../http/queries.ts";
import { useWords } from "../messages/use-words.ts";
import { Page } from "../shell/page.tsx";
import { EmptyState, ErrorState, LoadingState } from "../shell/states.tsx";
import { CityClock } from "../shell/top-bar.tsx";
import { AuditList } from "./audit-list.tsx";
import { SuspendDialog } from "./suspend-dialog.tsx";
import { TrialCard } from "./trial-card.tsx";
import { useResume } from "./use-trial-orders.ts";
import "./trials-page.css";

/** Trials as they stand, and the city's right to stop one. */
export default function TrialsPage() {
  const { say } = useWords();
  const { trials, fault, retry } = useCityTrials();
  const [suspending, setSuspending] = useState<TrialView | null>(null);
  return (
    <Page
      pills={
        <>
          <CityClock />
          <LiveState />
        </>
      }
      title={say("trials.title")}
    >
      <div className="trials">
        <StaleNote />
        {!trials && fault ? (
          <ErrorState fault={fault} retry={retry} title={say("trials.failed")} />
        ) : !trials ? (
          <LoadingState label={say("app.loading")} />
        ) : trials.length === 0 ? (
          <EmptyState detail={say("trials.noneDetail")} title={say("trials.none")} />
        ) : (
          trials.map((trial) => (
            <TrialCard key={trial.id} trial={trial}>
              <TrialActions onSuspend={() => setSuspending(trial)} trial={trial} />
            </TrialCard>
          ))
        )}
        <AuditList />
      </div>
      <SuspendDialog onClose={() => setSuspending(null)} trial={suspending} />
    </Page>
  );
}

function TrialActions(props: { readonly trial: TrialView; readonly onSuspend: () => void }) {
  const { say } = useWords();
  const maySuspend = useMay("trial.suspend");
  const mayResume = useMay("trial.resume");
  const resume = useResume(props.trial);
  const { id, state } = props.trial;
  if (state === "activated" && maySuspend) {
    return (
      <Button
        color="stop"
        data-testid={`suspend-${id}`}
        onClick={props.onSuspend}
        variant="outline"
      >
        {say("trials.suspend")}
      </Button>
    );
  }
  if (state === "suspended" && mayResume) {
    return (
      <Button
        data-testid={`resume-${id}`}
        loading={resume.isPending}
        onClick={() => resume.mutate()}
      >
        {say("trials.resume")}
      </Button>
    );
  }
  return null;
}
