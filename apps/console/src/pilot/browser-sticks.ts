import { centredSticks, type Sticks } from "@pista/flight";
import {
  chooseSource,
  isStickKey,
  type StickSourceName,
  sticksFromGamepad,
  sticksFromKeys,
} from "./stick-sources.ts";

export type FlightKey = "take-off" | "land" | "stop" | "release-stop";

const commandKeys: ReadonlyMap<string, FlightKey> = new Map<string, FlightKey>([
  ["KeyT", "take-off"],
  ["KeyL", "land"],
  ["Space", "stop"],
  ["KeyR", "release-stop"],
]);

/** The pilot's hands: keyboard, gamepad and the two sticks on a touch screen. */
export type PilotHands = {
  readonly sample: () => Sticks;
  readonly source: () => StickSourceName;
  /** A virtual stick moved; released, it lies centred. */
  readonly touch: (part: Partial<Sticks>) => void;
  readonly end: () => void;
};

const isIn = (target: EventTarget | null, places: string): boolean =>
  target instanceof Element && target.closest(places) !== null;

/** [LG4] Where a stop is a letter: everywhere else the space bar stops, in a dialog too. */
const isWriting = (target: EventTarget | null): boolean =>
  isIn(target, "input:not([type=checkbox], [type=radio], [type=range]), textarea");

/** Where a key is meant for what has the focus, or for the browser. */
const isForPage = (event: KeyboardEvent): boolean =>
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  isIn(event.target, "input, select, [role=dialog]");

export function watchHands(
  page: Window,
  pilot: { readonly isFlying: () => boolean; readonly pressed: (key: FlightKey) => void },
): PilotHands {
  const held = new Set<string>();
  let touched: Sticks = centredSticks;
  let source: StickSourceName = "keyboard";
  const letAllGo = (): void => {
    held.clear();
    touched = centredSticks;
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (!pilot.isFlying() || isWriting(event.target)) return;
    const command = commandKeys.get(event.code);
    if (command !== "stop" && isForPage(event)) return;
    if (!command && !isStickKey(event.code)) return;
    // Neither scrolls the page, nor presses whichever button has the focus.
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat) return;
    if (command) pilot.pressed(command);
    else held.add(event.code);
  };
  const keyUp = (event: KeyboardEvent): void => {
    held.delete(event.code);
    // A button under focus is pressed by the release of the space bar.
    if (pilot.isFlying() && event.code === "Space" && !isWriting(event.target))
      event.preventDefault();
  };
  const visibilityChanged = (): void => {
    if (page.document.hidden) letAllGo();
  };
  page.addEventListener("keydown", keyDown, { capture: true });
  page.addEventListener("keyup", keyUp, { capture: true });
  page.addEventListener("blur", letAllGo);
  page.document.addEventListener("visibilitychange", visibilityChanged);
  return {
    sample() {
      const readings = {
        keyboard: sticksFromKeys(held),
        gamepad: sticksFromGamepad(standardGamepad(page.navigator)?.axes ?? []),
        touch: touched,
      };
      source = chooseSource(readings, source);
      return readings[source];
    },
    source: () => source,
    touch(part) {
      touched = { ...touched, ...part };
    },
    end() {
      page.removeEventListener("keydown", keyDown, { capture: true });
      page.removeEventListener("keyup", keyUp, { capture: true });
      page.removeEventListener("blur", letAllGo);
      page.document.removeEventListener("visibilitychange", visibilityChanged);
    },
  };
}

const standardGamepad = (navigator: Navigator): Gamepad | undefined =>
  navigator.getGamepads().find((gamepad) => gamepad?.connected && gamepad.mapping === "standard") ??
  undefined;
