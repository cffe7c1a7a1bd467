import { expect, test } from "vitest";

/** Served as it stands, so it is JavaScript: its types are looked at here. */
type Words = { readonly [name: string]: string | Readonly<Record<string, string>> };
const { words }: { words: Record<string, Words> } = await import(
  new URL("./site/words.js", import.meta.url).href
);

/** Every text by its name, and the names of what is filled in. */
const outline = (language: Words = {}): string[] =>
  Object.entries(language)
    .flatMap(([name, value]) =>
      typeof value === "string"
        ? [[name, value]]
        : Object.entries(value).map(([inner, text]) => [`${name}.${inner}`, text]),
    )
    .map(([name, text = ""]) => [name, ...Array.from(text.matchAll(/\{\w+\}/g), String)].join(" "));

test("the local page says the same in both languages", () => {
  expect(outline(words.en).length).toBeGreaterThan(60);
  expect(outline(words.it).toSorted()).toEqual(outline(words.en).toSorted());
});
