import { areCentred, centredSticks, type Sticks } from "@pista/flight";

export type StickSourceName = "keyboard" | "gamepad" | "touch";

/** The noise of a worn stick at rest; beyond it the deflection begins at zero again. */
export const gamepadDeadBand = 0.08;

type Axis = keyof Sticks;
type Deflection = readonly [axis: Axis, amount: 1 | -1];

/** By position on the keyboard (KeyboardEvent.code), so that AZERTY and QWERTY fly alike. */
const deflections: ReadonlyMap<string, Deflection> = new Map<string, Deflection>([
  ["KeyW", ["forward", 1]],
  ["KeyS", ["forward", -1]],
  ["KeyD", ["right", 1]],
  ["KeyA", ["right", -1]],
  ["ArrowUp", ["up", 1]],
  ["ArrowDown", ["up", -1]],
  ["ArrowRight", ["yawRight", 1]],
  ["ArrowLeft", ["yawRight", -1]],
  ["KeyE", ["yawRight", 1]],
  ["KeyQ", ["yawRight", -1]],
]);

export const isStickKey = (code: string): boolean => deflections.has(code);

/** Full deflection along every axis whose keys do not cancel out. */
export function sticksFromKeys(held: ReadonlySet<string>): Sticks {
  const sticks = { ...centredSticks };
  for (const code of held) {
    const deflection = deflections.get(code);
    if (!deflection) continue;
    const [axis, amount] = deflection;
    sticks[axis] = Math.max(-1, Math.min(1, sticks[axis] + amount));
  }
  return sticks;
}

/** The W3C's standard gamepad: left stick climbs and turns, right stick moves (mode 2). */
export function sticksFromGamepad(axes: readonly number[]): Sticks {
  const [leftX = 0, leftY = 0, rightX = 0, rightY = 0] = axes;
  return {
    forward: beyondDeadBand(-rightY),
    right: beyondDeadBand(rightX),
    up: beyondDeadBand(-leftY),
    yawRight: beyondDeadBand(leftX),
  };
}

function beyondDeadBand(deflection: number): number {
  const size = Math.abs(deflection);
  if (!(size > gamepadDeadBand)) return 0;
  const beyond = Math.min(1, (size - gamepadDeadBand) / (1 - gamepadDeadBand));
  return Math.sign(deflection) * beyond;
}

export type StickReadings = Readonly<Record<StickSourceName, Sticks>>;

/**
 * Whichever was moved last flies: one that lies still never overrules one that is held, and when
 * all lie still the last one stays in charge of nothing.
 */
export function chooseSource(readings: StickReadings, last: StickSourceName): StickSourceName {
  if (!areCentred(readings[last])) return last;
  const moved = (["gamepad", "touch", "keyboard"] as const).find(
    (name) => !areCentred(readings[name]),
  );
  return moved ?? last;
}
