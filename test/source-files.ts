import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ParserPlugin, parse } from "@babel/parser";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Every file that git tracks or would track, relative to the root. */
export const trackedFiles: readonly string[] = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"],
  { cwd: root, encoding: "utf8" },
)
  .split("\n")
  // What is deleted and not yet committed is still in the index.
  .filter((path) => path !== "" && existsSync(`${root}/${path}`));

export const sourceFiles = trackedFiles.filter((path) => /\.(ts|tsx|js)$/.test(path));

export const readSource = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

export function parseSource(path: string) {
  const plugins: ParserPlugin[] = path.endsWith(".tsx")
    ? ["typescript", "jsx", "importAttributes"]
    : ["typescript", "importAttributes"];
  return parse(readSource(path), { sourceType: "module", plugins });
}

export type SyntaxNode = {
  type: string;
  loc?: { start: { line: number }; end: { line: number } } | null;
  [key: string]: unknown;
};

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

/** Visits every node below a root, parents first. */
export function walk(node: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
    return;
  }
  if (!isNode(node)) return;
  visit(node);
  for (const [key, child] of Object.entries(node)) {
    if (key !== "loc" && typeof child === "object") walk(child, visit);
  }
}
