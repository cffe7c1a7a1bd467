import { Button, Textarea } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { Note } from "./states.tsx";
import "./reason-form.css";

const reasonLengthMax = 500;

/** Says what will happen before it happens, and asks why: the reason is read by those it meets. */
export function ReasonForm(props: {
  /** Of what is ordered, for those who look for its fields. */
  readonly name: string;
  readonly confirm: string;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: (reason: string) => void;
  readonly children: ReactNode;
}) {
  const words = useWords();
  const { say } = words;
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const isMissing = reason.trim() === "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isMissing) props.onConfirm(reason.trim());
  };
  return (
    <form className="reason-form" onSubmit={submit}>
      {props.children}
      <Textarea
        autosize
        data-autofocus
        data-testid={`${props.name}-reason`}
        description={say("trials.reasonHint")}
        error={isTried && isMissing ? say("trials.reasonMissing") : null}
        label={say("trials.reason")}
        maxLength={reasonLengthMax}
        minRows={2}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        value={reason}
        withAsterisk
      />
      {props.error ? <Note kind="stop">{faultWords(words, props.error)}</Note> : null}
      <div className="reason-buttons">
        <Button onClick={props.onCancel} variant="default">
          {say("app.cancel")}
        </Button>
        <Button
          color="stop"
          data-testid={`${props.name}-confirm`}
          loading={props.isPending}
          type="submit"
        >
          {props.confirm}
        </Button>
      </div>
    </form>
  );
}
