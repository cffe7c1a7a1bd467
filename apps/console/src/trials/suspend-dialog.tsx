import { Button, Modal, Textarea } from "@mantine/core";
import type { TrialView } from "@pista/contracts";
import { type FormEvent, useEffect, useState } from "react";
import { faultWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { Note } from "../shell/states.tsx";
import { useSuspend } from "./use-trial-orders.ts";

/** Says exactly what will happen before it happens, and asks why. */
export function SuspendDialog(props: {
  readonly trial: TrialView | null;
  readonly onClose: () => void;
}) {
  const { say } = useWords();
  // The dialog keeps its words while it fades out.
  const [shown, setShown] = useState(props.trial);
  useEffect(() => {
    if (props.trial) setShown(props.trial);
  }, [props.trial]);
  const title = say("trials.suspendTitle", { title: shown?.title ?? "" });
  return (
    <Modal
      centered
      closeButtonProps={{ "aria-label": say("app.close") }}
      onClose={props.onClose}
      opened={props.trial !== null}
      size="lg"
      title={title}
    >
      {shown ? <SuspendForm onClose={props.onClose} trial={shown} /> : null}
    </Modal>
  );
}

const reasonLengthMax = 500;

function SuspendForm(props: { readonly trial: TrialView; readonly onClose: () => void }) {
  const words = useWords();
  const { say } = words;
  const suspend = useSuspend(props.trial);
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const isMissing = reason.trim() === "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isMissing) suspend.mutate(reason.trim(), { onSuccess: props.onClose });
  };
  return (
    <form className="suspend-form" onSubmit={submit}>
      <p className="suspend-what">{say("trials.suspendWhat")}</p>
      <Consequences trial={props.trial} />
      <Textarea
        autosize
        data-autofocus
        data-testid="suspend-reason"
        description={say("trials.reasonHint")}
        error={isTried && isMissing ? say("trials.reasonMissing") : null}
        label={say("trials.reason")}
        maxLength={reasonLengthMax}
        minRows={2}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        value={reason}
        withAsterisk
      />
      {suspend.error ? <Note kind="stop">{faultWords(words, suspend.error)}</Note> : null}
      <div className="suspend-buttons">
        <Button onClick={props.onClose} variant="default">
          {say("app.cancel")}
        </Button>
        <Button
          color="stop"
          data-testid="suspend-confirm"
          loading={suspend.isPending}
          type="submit"
        >
          {say("trials.suspendConfirm")}
        </Button>
      </div>
    </form>
  );
}

function Consequences({ trial }: { readonly trial: TrialView }) {
  const { say } = useWords();
  const drones = trial.assets.filter(({ kind }) => kind === "drone");
  const sensors = trial.assets.filter(({ kind }) => kind === "sensor");
  const names = drones.map(({ name }) => name).join(", ");
  return (
    <ul className="suspend-list">
      {drones.length > 0 ? (
        <li>{say("trials.suspendDrones", { names, count: drones.length })}</li>
      ) : null}
      {sensors.length > 0 ? (
        <li>{say("trials.suspendSensors", { count: sensors.length })}</li>
      ) : null}
      <li>{say("trials.suspendNobody")}</li>
    </ul>
  );
}
