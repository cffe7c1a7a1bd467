import type { Sticks } from "@pista/flight";
import { type PointerEvent, useState } from "react";
import { useWords } from "../messages/use-words.ts";

/** Two sticks for thumbs; let go, each is centred. */
export function TouchSticks({ touch }: { readonly touch: (part: Partial<Sticks>) => void }) {
  const { say } = useWords();
  return (
    <div className="touch-sticks">
      <TouchStick label={say("key.leftStick")} onMove={(x, y) => touch({ yawRight: x, up: y })} />
      <TouchStick
        label={say("key.rightStick")}
        onMove={(x, y) => touch({ right: x, forward: y })}
      />
    </div>
  );
}

const deadBand = 0.08;

function TouchStick(props: {
  readonly label: string;
  readonly onMove: (x: number, y: number) => void;
}) {
  const [knob, setKnob] = useState({ x: 0, y: 0 });
  const move = (x: number, y: number): void => {
    setKnob({ x, y });
    const settle = (value: number): number => (Math.abs(value) < deadBand ? 0 : value);
    props.onMove(settle(x), settle(y));
  };
  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / (box.width / 2) - 1;
    const y = 1 - (event.clientY - box.top) / (box.height / 2);
    const far = Math.max(1, Math.hypot(x, y));
    move(x / far, y / far);
  };
  return (
    <div
      aria-label={props.label}
      className="touch-stick"
      onLostPointerCapture={() => move(0, 0)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={follow}
      role="img"
    >
      <span
        className="touch-knob"
        style={{ transform: `translate(${knob.x * 40}px, ${-knob.y * 40}px)` }}
      />
    </div>
  );
}
