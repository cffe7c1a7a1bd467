import type { Scheme } from "./scheme-store.ts";

/** LOOK's colours. The "third" words and the text shades of gold, free and stop are set a little
 * apart from their fills, so that small letters reach a contrast of 4.5 (WCAG 2.2, 1.4.3). */
export type Tokens = {
  readonly ground: string;
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly hair: string;
  readonly text: string;
  readonly second: string;
  readonly third: string;
  readonly po: string;
  readonly poWash: string;
  readonly onPo: string;
  readonly oro: string;
  readonly oroText: string;
  readonly free: string;
  readonly freeText: string;
  readonly occupied: string;
  readonly unknown: string;
  readonly care: string;
  readonly stop: string;
  readonly stopText: string;
  readonly onStop: string;
  readonly street: string;
  readonly streetEdge: string;
  readonly grid: string;
  readonly veil: string;
};

export const tokens: Record<Scheme, Tokens> = {
  dark: {
    ground: "#0a0f16",
    surface: "#0f1620",
    raised: "#141d2a",
    line: "#263447",
    hair: "#1b2636",
    text: "#e8eef6",
    second: "#a3b2c6",
    third: "#7f91a9",
    po: "#5aa9ff",
    poWash: "#14304f",
    onPo: "#061120",
    oro: "#ffc247",
    oroText: "#ffc247",
    free: "#35d0ba",
    freeText: "#35d0ba",
    occupied: "#3b4b61",
    unknown: "#8a97a8",
    care: "#ffb020",
    stop: "#ff4d4f",
    stopText: "#ff7a7b",
    onStop: "#ffffff",
    street: "#131d2a",
    streetEdge: "#1a2635",
    grid: "#101823",
    veil: "rgb(10 15 22 / 82%)",
  },
  light: {
    ground: "#f6f8fb",
    surface: "#ffffff",
    raised: "#f0f3f8",
    line: "#d5dde8",
    hair: "#e4eaf2",
    text: "#121a26",
    second: "#45546a",
    third: "#5c6a80",
    po: "#1f6fd6",
    poWash: "#e2eefc",
    onPo: "#ffffff",
    oro: "#b97800",
    oroText: "#8a5900",
    free: "#0a8f7d",
    freeText: "#07705f",
    occupied: "#b3bfce",
    unknown: "#8a97a8",
    care: "#b36b00",
    stop: "#d92529",
    stopText: "#b81b1f",
    onStop: "#ffffff",
    street: "#ffffff",
    streetEdge: "#dfe6ef",
    grid: "#edf1f6",
    veil: "rgb(255 255 255 / 86%)",
  },
};

/** "freeText" -> "--free-text": what the style sheets call them. */
export const tokenVariables = (scheme: Scheme): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tokens[scheme]).map(([name, colour]) => [
      `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      colour,
    ]),
  );
