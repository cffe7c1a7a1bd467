import { expect, test } from "vitest";
import { parseSource, readSource, type SyntaxNode, sourceFiles, walk } from "./source-files.ts";

const fileLinesMax = 400;
const functionLinesMax = 70;

/** A file may exceed the limits when it is generated, or says at its top why it must. */
const mayBeLong = (path: string): boolean =>
  path.includes(".generated.") || /^(?:#!.*\n)?\/\/ Long because: \S/.test(readSource(path));

const functionTypes = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ObjectMethod",
  "ClassMethod",
  "ClassPrivateMethod",
]);

const linesOf = (node: SyntaxNode): number =>
  node.loc ? node.loc.end.line - node.loc.start.line + 1 : 0;

/** A suite's body is a list of tests, not a function anyone has to hold in mind at once. */
const suiteNames = new Set(["describe", "suite"]);

/** "describe" of describe(...), describe.skip(...) and describe.skipIf(...)(...). */
function calleeName(callee: unknown): string | undefined {
  const {
    name,
    object,
    callee: inner,
  } = callee as {
    name?: string;
    object?: unknown;
    callee?: unknown;
  }; // Babel's nodes are plain objects; what a node lacks is undefined.
  if (name !== undefined) return name;
  return object || inner ? calleeName(object ?? inner) : undefined;
}

const isSuite = (node: SyntaxNode): boolean =>
  node.type === "CallExpression" && suiteNames.has(calleeName(node.callee) ?? "");

function longFunctions(path: string): string[] {
  const found: string[] = [];
  const suites = new Set<unknown>();
  walk(parseSource(path).program, (node) => {
    if (isSuite(node)) for (const argument of node.arguments as unknown[]) suites.add(argument);
    if (!functionTypes.has(node.type) || suites.has(node)) return;
    if (linesOf(node) > functionLinesMax) {
      found.push(`${path}:${node.loc?.start.line} has ${linesOf(node)} lines`);
    }
  });
  return found;
}

test(`no source file is longer than ${fileLinesMax} lines`, () => {
  const long = sourceFiles
    .filter((path) => !mayBeLong(path))
    .map((path) => ({ path, lines: readSource(path).split("\n").length - 1 }))
    .filter(({ lines }) => lines > fileLinesMax);
  expect(long).toEqual([]);
});

test(`no function is longer than ${functionLinesMax} lines`, () => {
  const long = sourceFiles.filter((path) => !mayBeLong(path)).flatMap(longFunctions);
  expect(long).toEqual([]);
});
