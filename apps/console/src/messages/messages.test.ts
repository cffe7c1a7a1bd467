import { compileMessage } from "@lingui/message-utils/compileMessage";
import { ApiFault, ApiRefusal, type Problem } from "@pista/contracts";
import { describe, expect, test } from "vitest";
import { sensorFaultWords } from "../city/sensor-faults.tsx";
import { auditWords } from "../trials/audit-words.ts";
import { en, type MessageId } from "./en.ts";
import { createFormats } from "./formats.ts";
import { it as italian } from "./it.ts";
import { createLanguageStore, firstLanguage, speak } from "./language.ts";
import { faultWords, lockWords, problemWords, reasonWords, refusalWords } from "./problem-words.ts";

const ids = Object.keys(en) as MessageId[]; // The keys of an object literal are its ids.

/** The names that a compiled message takes values for. */
function placeholders(compiled: unknown): string[] {
  if (!Array.isArray(compiled)) return [];
  const names = compiled.flatMap((token: unknown) => {
    if (!Array.isArray(token)) return [];
    const [name, , choices] = token as [string, unknown, Record<string, unknown> | undefined];
    return [name, ...Object.values(choices ?? {}).flatMap(placeholders)];
  });
  return [...new Set(names)].sort();
}

const wordsIn = async (language: "en" | "it") => {
  const i18n = createLanguageStore();
  await speak(i18n, language);
  const say = (id: MessageId, values?: Record<string, string | number>) => i18n._(id, values);
  return { say, formats: createFormats(language), language };
};

const problem = (code: string, reasons?: Problem["reasons"]): Problem => ({
  type: "",
  title: "",
  status: 403,
  detail: "the hub's own words",
  code,
  ...(reasons ? { reasons } : {}),
});

describe("messages", () => {
  test("both languages have the same messages, none empty", () => {
    expect(Object.keys(italian).sort()).toEqual([...ids].sort());
    expect(ids.filter((id) => en[id].length === 0 || italian[id].length === 0)).toEqual([]);
  });

  test("every message compiles, and both languages take the same values", () => {
    const differing = ids.filter(
      (id) =>
        placeholders(compileMessage(en[id])).join() !==
        placeholders(compileMessage(italian[id])).join(),
    );
    expect(differing).toEqual([]);
  });

  test("compiling needs no eval, which the page's policy forbids", () => {
    expect(String(compileMessage)).not.toMatch(/\beval\b|new Function/);
  });

  test("plurals and figures are each language's own", async () => {
    const [english, its] = [await wordsIn("en"), await wordsIn("it")];
    expect(english.say("trials.sensors", { count: 1 })).toBe("1 sensor");
    expect(its.say("trials.sensors", { count: 12 })).toBe("12 sensori");
    expect(english.formats.tenths(1.25)).toBe("1.3");
    expect(its.formats.tenths(1.25)).toBe("1,3");
    // City time, whatever the reader's own zone.
    expect(english.formats.timeOfDay(Date.UTC(2026, 10, 22, 13, 32, 8))).toBe("14:32:08");
  });

  test("the language is the chosen one, else the browser's, else English", () => {
    expect(firstLanguage("it", ["en-US"])).toBe("it");
    expect(firstLanguage("xx", ["de", "it-IT"])).toBe("it");
    expect(firstLanguage(null, [])).toBe("en");
  });
});

describe("refusals in words", () => {
  test("[DC2] the reasons of decide() come before the code", async () => {
    const words = await wordsIn("en");
    const reasons = [{ kind: "trial-suspended", trialId: "t", reason: "Smoke." }];
    expect(problemWords(words, problem("not-permitted", reasons))).toBe(
      "The trial is suspended: Smoke.",
    );
    expect(reasonWords(words, { kind: "role-missing", roles: ["administrator", "steward"] })).toBe(
      "It takes the role Administrator or Steward.",
    );
    expect(reasonWords(words, { kind: "window-closed", trialId: "t" })).toBe(
      "The window is closed and does not open again.",
    );
  });

  test("what this version does not know is said in the hub's words, not hidden", async () => {
    const words = await wordsIn("it");
    expect(problemWords(words, problem("brand-new"))).toBe("the hub's own words");
    expect(reasonWords(words, { kind: "brand-new" })).toBeUndefined();
    expect(reasonWords(words, { kind: "toString" })).toBeUndefined();
    expect(problemWords(words, problem("not-permitted", [{ kind: "brand-new" }]))).toBe(
      "Non hai il permesso di farlo.",
    );
    expect(refusalWords(words, "brand-new")).toBe("Rifiutato: brand-new");
    expect(lockWords(words, "brand-new")).toBe("brand-new");
  });

  test("a hub that is away and one that answers nonsense are told apart", async () => {
    const words = await wordsIn("en");
    expect(faultWords(words, new TypeError("Failed to fetch"))).toBe("The hub cannot be reached.");
    expect(faultWords(words, new ApiFault("no"))).toMatch(/not a hub of this version/);
    expect(faultWords(words, new ApiRefusal(problem("email-taken")))).toBe(
      "Somebody already has this e-mail address.",
    );
  });
});

test("[BS4] every fault of a sensor is said in both languages, with its measure", async () => {
  const nowMs = Date.UTC(2026, 10, 22, 13);
  const [english, its] = [await wordsIn("en"), await wordsIn("it")];
  const since = new Date(nowMs - 3 * 3_600_000).toISOString();
  const silent = { kind: "silent", since } as const;
  expect(sensorFaultWords(english, silent, nowMs)).toMatch(/nothing new for 3 h 0 min/);
  expect(sensorFaultWords(its, { kind: "silent", since: null }, nowMs)).toMatch(/mai/);
  const behind = { kind: "clock-behind", lagMs: 7_200_000 } as const;
  expect(sensorFaultWords(its, behind, nowMs)).toMatch(/2 h 0 min prima/);
  const stuck = { kind: "stuck", neighbourChanges: 14 } as const;
  expect(sensorFaultWords(english, stuck, nowMs)).toMatch(/changed 14 times/);
  const flapping = { kind: "flapping", changes: 7 } as const;
  expect(sensorFaultWords(its, flapping, nowMs)).toMatch(/7 volte/);
});

test("what the hub writes into the audit list is said in both languages, and new codes in neither", async () => {
  const [english, its] = [await wordsIn("en"), await wordsIn("it")];
  expect(auditWords(english, "trial.suspend")).toBe("suspended the trial");
  expect(auditWords(its, "lease.agree")).toBe("ha ceduto i comandi");
  for (const unknown of ["brand.new", "constructor"]) {
    expect(auditWords(english, unknown)).toBeUndefined();
  }
});
