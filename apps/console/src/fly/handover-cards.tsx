import { Button, Kbd } from "@mantine/core";
import { answerAsk, call, type DroneView } from "@pista/contracts";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { faultWords, lockWords } from "../messages/problem-words.ts";
import { useWords } from "../messages/use-words.ts";
import { useParts } from "../parts.ts";

/** [AU3] While whoever flies is asked. */
export function AskingCard(props: { readonly pilotName: string; readonly onCancel: () => void }) {
  const { say } = useWords();
  return (
    <section className="fly-card" data-testid="fly-asking" role="status">
      <h2>{say("fly.asking", { name: props.pilotName })}</h2>
      <p>{say("fly.askingDetail")}</p>
      <Button onClick={props.onCancel} size="md" variant="default">
        {say("fly.askCancel")}
      </Button>
    </section>
  );
}

/** [AU3] Granted, but the giver flies until what still locks these sticks is gone. */
export function ReceivingCard({ lock }: { readonly lock: string }) {
  const words = useWords();
  const { say } = words;
  return (
    <section className="fly-card" data-lock={lock} data-testid="fly-receiving" role="status">
      <h2>{say("fly.receiving")}</h2>
      <p>
        {say("fly.receivingDetail")} {lockWords(words, lock)}
      </p>
    </section>
  );
}

type Asking = NonNullable<DroneView["asking"]>;

/** [AU3] Whoever flies agrees or refuses, with the keyboard too: the hands are on the sticks. */
export function AskedCard(props: { readonly droneId: string; readonly asking: Asking }) {
  const words = useWords();
  const { say } = words;
  const { transport } = useParts();
  const { droneId, asking } = props;
  const { mutate, error, isPending } = useMutation({
    mutationFn: (isAgreed: boolean) =>
      call(transport, answerAsk, { params: { droneId, askId: asking.askId }, body: { isAgreed } }),
  });
  useEffect(() => {
    const keyDown = (event: KeyboardEvent): void => {
      const isOther = event.repeat || event.ctrlKey || event.metaKey || event.altKey;
      if (isOther || isPending) return;
      if (event.code === "KeyY") mutate(true);
      if (event.code === "KeyN") mutate(false);
    };
    window.addEventListener("keydown", keyDown);
    return () => window.removeEventListener("keydown", keyDown);
  }, [mutate, isPending]);
  return (
    <section className="fly-card" data-testid="fly-asked" role="alert">
      <h2>{say("fly.asked", { name: asking.name })}</h2>
      <p>{error ? faultWords(words, error) : say("fly.askedDetail")}</p>
      <div className="commands-row">
        <Button
          data-testid="fly-agree"
          disabled={isPending}
          onClick={() => mutate(true)}
          rightSection={<Kbd size="xs">Y</Kbd>}
        >
          {say("fly.agree")}
        </Button>
        <Button
          data-testid="fly-refuse"
          disabled={isPending}
          onClick={() => mutate(false)}
          rightSection={<Kbd size="xs">N</Kbd>}
          variant="default"
        >
          {say("fly.refuse")}
        </Button>
      </div>
    </section>
  );
}
