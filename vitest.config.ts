import { defineConfig } from "vitest/config";

/** Somebody else's programs, which the repository does not carry: flown where they are named. */
const realCopter = {
  test: {
    name: "real-copter",
    sequence: { groupOrder: 3 },
    include: ["e2e/real-copter.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
};
const px4 = {
  test: { name: "px4", sequence: { groupOrder: 3 }, include: ["e2e/px4.test.ts"] },
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/closing-line-reporter.ts"],
    projects: [
      {
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "test/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "e2e",
          // After the others and alone: a pilot's commands must not grow old for want of a core.
          sequence: { groupOrder: 1 },
          include: ["e2e/skeleton.test.ts", "e2e/local-page.test.ts"],
          // A page of 1,200 bays takes its time on a machine that draws it in software.
          expect: { poll: { timeout: 15_000 } },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "deaths",
          // Alone as well: what dies in flight is judged by how soon the vehicle stands still.
          sequence: { groupOrder: 2 },
          include: ["e2e/deaths.test.ts", "e2e/hub-deaths.test.ts"],
          // The two beside one another, for they mostly wait.
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      ...(process.env.PISTA_ARDUPILOT_SITL ? [realCopter] : []),
      ...(process.env.PISTA_PX4_SITL ? [px4] : []),
    ],
  },
});
