import { Button, Modal } from "@mantine/core";
import { call, type DroneView, forceHandover } from "@pista/contracts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useMay } from "../http/queries.ts";
import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";
import { ReasonForm } from "../shell/reason-form.tsx";

/** [AU3] A steward sees who asks whom, and may hand over without the pilot's consent. */
export function ForceCard({ drone }: { readonly drone: DroneView }) {
  const { say } = useWords();
  const { transport } = useParts();
  const isSteward = useMay("lease.revoke");
  const [isOpen, setOpen] = useState(false);
  const { asking, pilot } = drone;
  const close = (): void => setOpen(false);
  const { mutate, error, isPending, reset } = useMutation({
    mutationFn: (reason: string) =>
      call(transport, forceHandover, {
        params: { droneId: drone.id, askId: asking?.askId ?? "" },
        body: { reason },
      }),
    onSuccess: close,
  });
  if (!isSteward || !asking || !pilot) return null;
  const names = { asker: asking.name, pilot: pilot.name };
  const open = (): void => {
    reset();
    setOpen(true);
  };
  return (
    <section className="fly-card" data-testid="fly-force" role="status">
      <h2>{say("fly.askedOther", names)}</h2>
      <p>{say("fly.askedOtherDetail", names)}</p>
      <Button data-testid="fly-force-open" onClick={open} variant="default">
        {say("fly.force")}
      </Button>
      <Modal
        centered
        closeButtonProps={{ "aria-label": say("app.close") }}
        onClose={close}
        opened={isOpen}
        size="lg"
        title={say("fly.forceTitle", { ...names, drone: drone.name })}
      >
        <ReasonForm
          confirm={say("fly.forceConfirm")}
          error={error}
          isPending={isPending}
          name="force"
          onCancel={close}
          onConfirm={(reason) => mutate(reason)}
        >
          <p>{say("fly.forceWhat", names)}</p>
        </ReasonForm>
      </Modal>
    </section>
  );
}
