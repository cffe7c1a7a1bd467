import { expect, test } from "vitest";
import { browsersMax, Pairing } from "./pairing.ts";

function opened() {
  const shown: string[] = [];
  const time = { nowMs: 0 };
  const pairing = new Pairing({ nowMs: () => time.nowMs, show: (code) => shown.push(code) });
  pairing.announce();
  const pairNext = () => {
    time.nowMs += 60_000;
    return pairing.pair(shown.at(-1) ?? "");
  };
  return { shown, time, pairing, pairNext };
}

test("[AU4] a code of eight digits pairs one browser, and then another is shown", () => {
  const { shown, pairing } = opened();
  expect(shown).toEqual([expect.stringMatching(/^\d{8}$/)]);
  const paired = pairing.pair(shown[0] ?? "");
  expect(paired.ok && pairing.isPaired(paired.value)).toBe(true);
  expect(shown).toHaveLength(2);
  expect(pairing.pair(shown[0] ?? "")).toEqual({ ok: false, fault: "wrong-code" });
  expect(pairing.isPaired("x")).toBe(false);
  expect(pairing.isPaired(undefined)).toBe(false);
});

test("[AU4] five tries a minute in all; then the right code is refused too", () => {
  const { shown, time, pairing } = opened();
  const [code = ""] = shown;
  for (let tries = 0; tries < 5; tries++) {
    time.nowMs += 10_000;
    expect(pairing.pair("")).toEqual({ ok: false, fault: "wrong-code" });
  }
  expect(pairing.pair(code)).toEqual({ ok: false, fault: "too-many-tries" });
  time.nowMs = 69_999;
  expect(pairing.pair(code)).toEqual({ ok: false, fault: "too-many-tries" });
  time.nowMs = 70_000;
  expect(pairing.pair(code).ok).toBe(true);
});

test("[AU4] a fifth browser waits until one of the four was not heard for ten minutes", () => {
  const { time, pairing, pairNext } = opened();
  const tokens = Array.from({ length: browsersMax }, () => {
    const paired = pairNext();
    return paired.ok ? paired.value : "";
  });
  expect(pairNext()).toEqual({ ok: false, fault: "too-many-browsers" });
  time.nowMs += 500_000;
  for (const token of tokens.slice(1)) expect(pairing.isPaired(token)).toBe(true);
  time.nowMs += 100_000;
  expect(pairNext().ok).toBe(true);
  expect(tokens.map((token) => pairing.isPaired(token))).toEqual([false, true, true, true]);
});
