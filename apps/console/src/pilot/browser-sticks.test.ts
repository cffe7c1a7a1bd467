import { afterEach, describe, expect, test, vi } from "vitest";
import { watchHands } from "./browser-sticks.ts";

/** What has the focus, by the selectors that would find it: `closest` is all that is asked of it. */
class FakeElement extends EventTarget {
  readonly #tags: readonly string[];
  constructor(...tags: string[]) {
    super();
    this.#tags = tags;
  }
  closest(selectors: string): this | null {
    const asked = selectors.replace(/:not\(.*?\)/g, "").split(", ");
    return this.#tags.some((tag) => asked.includes(tag)) ? this : null;
  }
}

afterEach(() => vi.unstubAllGlobals());

function setUp() {
  vi.stubGlobal("Element", FakeElement);
  const page = Object.assign(new EventTarget(), { document: new EventTarget() });
  const pressed: string[] = [];
  // The hands use the two event targets and, when they are sampled, the gamepads.
  watchHands(page as unknown as Window, {
    isFlying: () => true,
    pressed: (key) => pressed.push(key),
  });
  const press = (code: string, on: FakeElement, keys: { ctrlKey?: boolean } = {}): void => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { code, ...keys });
    Object.defineProperty(event, "target", { value: on });
    page.dispatchEvent(event);
  };
  return { pressed, press };
}

describe("keys", () => {
  const field = new FakeElement("input", "[role=dialog]");
  const button = new FakeElement("[role=dialog]");
  const nothing = new FakeElement("body");

  test("[LG4] the space bar stops in a dialog, and with whatever key held beside it", () => {
    const { pressed, press } = setUp();
    press("Space", button);
    press("Space", nothing, { ctrlKey: true });
    expect(pressed).toEqual(["stop", "stop"]);
  });

  test("a letter in a text is a letter, a space too", () => {
    const { pressed, press } = setUp();
    press("Space", field);
    press("KeyL", field);
    expect(pressed).toEqual([]);
  });

  test("no other command is given out of a dialog, nor with a modifier", () => {
    const { pressed, press } = setUp();
    press("KeyT", button);
    press("KeyL", nothing, { ctrlKey: true });
    press("KeyT", nothing);
    expect(pressed).toEqual(["take-off"]);
  });
});
