import { Button, Loader } from "@mantine/core";
import type { DroneView } from "@pista/contracts";
import { IconCheck } from "@tabler/icons-react";
import { faultWords, problemWords } from "../messages/problem-words.ts";
import { useWords, type Words } from "../messages/use-words.ts";
import { AskDeclined } from "../pilot/ask-for-drone.ts";
import type { Cockpit } from "../pilot/compose-pilot.ts";
import type { LeaseEnd } from "../pilot/lease-keeper.ts";
import type { PilotControl, PilotView } from "../pilot/pilot.ts";
import { AskedCard, AskingCard, ReceivingCard } from "./handover-cards.tsx";
import type { Situation } from "./situation.ts";
import { type Saying, situationWords } from "./situation-words.ts";

/** What stands between this person and the sticks; while they fly, whoever asks for them. */
export function ControlCard(props: {
  readonly cockpit: Cockpit | undefined;
  readonly view: PilotView | undefined;
  readonly drone: DroneView;
  readonly situation: Situation;
}) {
  const words = useWords();
  const { cockpit, drone, situation } = props;
  const control = props.view?.control ?? { state: "idle" };
  if (control.state === "taking") return <Steps control={control} isSettled={false} />;
  if (control.state === "asking") {
    const cancel = (): void => void cockpit?.pilot.release();
    return <AskingCard onCancel={cancel} pilotName={drone.pilot?.name ?? drone.name} />;
  }
  if (control.state === "held") {
    return <HeldCard control={control} drone={drone} lock={props.view?.beacon?.lock} />;
  }
  const saying = sayingOf(words, control, situation);
  const isOffered = situation.kind === "ready" || situation.kind === "taken-by-you";
  const take = words.say(control.state === "idle" ? "fly.take" : "fly.takeAgain");
  return (
    <section className="fly-card" data-situation={situation.kind} role="status">
      <h2>{saying.title}</h2>
      {saying.details.map((detail) => (
        <p key={detail}>{detail}</p>
      ))}
      {isOffered ? (
        <Button data-testid="fly-take" onClick={() => void cockpit?.pilot.take()} size="md">
          {take}
        </Button>
      ) : null}
      {situation.kind === "taken" ? (
        <Button data-testid="fly-ask" onClick={() => void cockpit?.pilot.ask()} size="md">
          {words.say("fly.ask")}
        </Button>
      ) : null}
    </section>
  );
}

/** How far the connecting or the handover has come; then whoever asks, or nothing. */
function HeldCard(props: {
  readonly control: Extract<PilotControl, { state: "held" }>;
  readonly drone: DroneView;
  readonly lock: string | undefined;
}) {
  const { control, drone, lock } = props;
  const isSettled = lock !== "clock-unsettled";
  if (control.link.state !== "up" || !isSettled) {
    return <Steps control={control} isSettled={isSettled} />;
  }
  const isOwn = drone.leaseId === control.held.lease.id;
  if (!isOwn && drone.leaseId && lock) return <ReceivingCard lock={lock} />;
  return isOwn && drone.asking ? <AskedCard asking={drone.asking} droneId={drone.id} /> : null;
}

function sayingOf(
  words: Words,
  control: Exclude<PilotControl, { state: "taking" | "asking" | "held" }>,
  situation: Situation,
): Saying {
  const now = situationWords(words, situation);
  if (control.state === "idle") return now;
  if (control.state === "refused") {
    const { fault } = control;
    const declined = fault instanceof AskDeclined ? declinedWords(words, fault) : undefined;
    return { title: words.say("fly.refused"), details: [declined ?? faultWords(words, fault)] };
  }
  // A refusal says its own reason; after any other end, what stands in the way now is news.
  const isFree = situation.kind === "ready" || situation.kind === "taken-by-you";
  const isSaid = isFree || (control.end.kind === "refused" && !isHandedOver(control.end));
  return {
    title: words.say("fly.ended.title"),
    details: [
      endWords(words, control.end),
      ...(isSaid ? [] : [now.title, ...now.details].slice(0, 2)),
    ],
  };
}

const declinedWords = ({ say }: Words, { state }: AskDeclined): string =>
  say(state === "refused" ? "fly.askRefused" : "fly.askOver");

const isHandedOver = (end: LeaseEnd): boolean =>
  end.kind === "refused" && end.problem.code === "handed-over";

function endWords(words: Words, end: LeaseEnd): string {
  switch (end.kind) {
    case "released":
      return words.say("fly.ended.released");
    case "expired":
      return words.say("fly.ended.expired");
    case "refused":
      if (isHandedOver(end)) return words.say("fly.ended.handedOver");
      return words.say("fly.ended.revoked", { reason: problemWords(words, end.problem) });
  }
}

const steps = ["identity", "lease", "offer", "channel", "proof", "clock"] as const;

type Underway = Extract<PilotControl, { state: "taking" | "held" }>;

function stepOf(control: Underway): (typeof steps)[number] {
  if (control.state === "taking") return control.step;
  return control.link.state === "connecting" ? control.link.step : "clock";
}

/** How far the connecting has come; a lost channel says what the drone does meanwhile. */
function Steps(props: { readonly control: Underway; readonly isSettled: boolean }) {
  const { say } = useWords();
  const { control } = props;
  const now = steps.indexOf(stepOf(control));
  const attempt =
    control.state === "held" && control.link.state === "connecting" ? control.link.attempt : 1;
  return (
    <section className="fly-card" role="status">
      <h2>{say(control.state === "taking" ? "fly.taking" : "fly.connecting")}</h2>
      {attempt > 1 ? (
        <>
          <p>{say("fly.reconnecting", { attempt })}</p>
          <p>{say("fly.reconnectingDetail")}</p>
        </>
      ) : null}
      <ol className="fly-steps">
        {steps.map((step, index) => (
          <li data-step={index < now ? "done" : index === now ? "now" : "later"} key={step}>
            {index < now ? (
              <IconCheck aria-hidden="true" size={16} />
            ) : index === now ? (
              <Loader aria-hidden="true" size={14} />
            ) : (
              <span aria-hidden="true" className="dot dot-hollow" />
            )}
            {say(`fly.step.${step}`)}
          </li>
        ))}
      </ol>
    </section>
  );
}
