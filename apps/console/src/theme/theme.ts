import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from "@mantine/core";
import { tokenVariables } from "./tokens.ts";

/** Shade 4 is the dark scheme's, shade 6 the light scheme's. */
const po: MantineColorsTuple = [
  "#eaf3ff",
  "#cfe3ff",
  "#a9cfff",
  "#82bcff",
  "#5aa9ff",
  "#3a8cec",
  "#1f6fd6",
  "#185bb3",
  "#124890",
  "#0c356d",
];

const stop: MantineColorsTuple = [
  "#ffecec",
  "#ffd0d0",
  "#ffa5a6",
  "#ff7a7b",
  "#ff4d4f",
  "#ec3538",
  "#d92529",
  "#b81b1f",
  "#931317",
  "#6e0b0f",
];

/** Mantine's own dark greys have no blue in them; these are the tokens' neighbours. */
const dark: MantineColorsTuple = [
  "#e8eef6",
  "#c7d2e0",
  "#a3b2c6",
  "#7f91a9",
  "#263447",
  "#1b2636",
  "#0f1620",
  "#0a0f16",
  "#070b11",
  "#04070b",
];

export const theme = createTheme({
  fontFamily: "var(--words)",
  fontFamilyMonospace: "var(--figures)",
  headings: { fontFamily: "var(--words)", fontWeight: "600" },
  colors: { dark, po, stop },
  primaryColor: "po",
  primaryShade: { dark: 4, light: 6 },
  variantColorResolver: (input) => {
    const resolved = defaultVariantColorsResolver(input);
    if (input.variant !== "filled") return resolved;
    // Small letters on a filled button reach a contrast of 4.5 in both schemes.
    if (input.color === "stop") return { ...resolved, background: stop[6], color: "#ffffff" };
    return { ...resolved, color: "var(--on-po)" };
  },
  defaultRadius: "md",
  radius: { md: "8px", lg: "12px" },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Modal: {
      defaultProps: { radius: "lg", shadow: "none", transitionProps: { duration: 120 } },
    },
    Menu: { defaultProps: { radius: "md", shadow: "none", transitionProps: { duration: 100 } } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 100 } } },
  },
});

/** Mantine's own surfaces take the tokens, so that both schemes have one source. */
const surfaces = {
  "--mantine-color-body": "var(--ground)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-dimmed": "var(--second)",
  "--mantine-color-anchor": "var(--po)",
  "--mantine-color-placeholder": "var(--third)",
  "--mantine-color-error": "var(--stop-text)",
  "--mantine-color-stop-outline": "var(--stop-text)",
  "--mantine-color-stop-light-color": "var(--stop-text)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--raised)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line)",
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...surfaces, ...tokenVariables("light") },
  dark: { ...surfaces, ...tokenVariables("dark") },
});
