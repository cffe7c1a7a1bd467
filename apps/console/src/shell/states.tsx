import { Button, Loader } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff, IconInbox } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";

export function LoadingState({ label }: { readonly label: string }) {
  return (
    <div className="state" role="status">
      <Loader aria-hidden="true" size="sm" />
      <p>{label}</p>
    </div>
  );
}

export function EmptyState(props: {
  readonly title: string;
  readonly detail?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="state">
      <IconInbox aria-hidden="true" className="state-icon" size={32} stroke={1.4} />
      <h2>{props.title}</h2>
      {props.detail ? <p>{props.detail}</p> : null}
      {props.children}
    </div>
  );
}

/** What went wrong, in words, and a way to try again. */
export function ErrorState(props: {
  readonly title: string;
  readonly fault: unknown;
  readonly retry?: () => void;
}) {
  const words = useWords();
  return (
    <div className="state" role="alert">
      <IconCloudOff aria-hidden="true" className="state-icon" size={32} stroke={1.4} />
      <h2>{props.title}</h2>
      <p>{faultWords(words, props.fault)}</p>
      {props.retry ? (
        <Button onClick={props.retry} variant="default">
          {words.say("app.retry")}
        </Button>
      ) : null}
    </div>
  );
}

export function Note(props: { readonly kind: "care" | "stop"; readonly children: ReactNode }) {
  return (
    <div className={`note note-${props.kind}`} role={props.kind === "stop" ? "alert" : "status"}>
      <IconAlertTriangle aria-hidden="true" size={18} stroke={1.6} />
      <div>{props.children}</div>
    </div>
  );
}
