import { Modal } from "@mantine/core";
import type { TrialView } from "@pista/contracts";
import { useEffect, useState } from "react";
import { useWords } from "../messages/use-words.ts";
import { ReasonForm } from "../shell/reason-form.tsx";
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

function SuspendForm(props: { readonly trial: TrialView; readonly onClose: () => void }) {
  const { say } = useWords();
  const { mutate, error, isPending } = useSuspend(props.trial);
  return (
    <ReasonForm
      confirm={say("trials.suspendConfirm")}
      error={error}
      isPending={isPending}
      name="suspend"
      onCancel={props.onClose}
      onConfirm={(reason) => mutate(reason, { onSuccess: props.onClose })}
    >
      <p className="suspend-what">{say("trials.suspendWhat")}</p>
      <Consequences trial={props.trial} />
    </ReasonForm>
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
