import { isBuiltin } from "node:module";
import { describe, expect, test } from "vitest";
import { parseSource, readSource, sourceFiles, trackedFiles, walk } from "./source-files.ts";

/** DESIGN, "The house": who may import whom of ours. */
const allowedPackages: Record<string, readonly string[]> = {
  kernel: [],
  mavlink: ["kernel"],
  programme: ["kernel"],
  flight: ["kernel"],
  parking: ["kernel"],
  formats: ["kernel", "programme", "flight", "parking"],
  contracts: ["kernel", "programme", "flight", "parking"],
  simulation: ["kernel", "programme", "flight", "parking"],
};

/** Folders of an app that join others, so that the rest need not know one another. */
const joiningFolders = new Set(["use-cases", "commands"]);

type Import = { path: string; specifier: string };

function importsOf(path: string): Import[] {
  const found: Import[] = [];
  walk(parseSource(path).program, (node) => {
    const isImport =
      node.type.startsWith("Import") ||
      node.type === "ExportNamedDeclaration" ||
      node.type === "ExportAllDeclaration";
    const source = node.source as { value?: unknown } | null | undefined;
    if (isImport && typeof source?.value === "string") {
      found.push({ path, specifier: source.value });
    }
    const callee = node.callee as { type?: string } | undefined;
    const [argument] = (node.arguments as { value?: unknown }[] | undefined) ?? [];
    if (callee?.type === "Import" && typeof argument?.value === "string") {
      found.push({ path, specifier: argument.value });
    }
  });
  return found;
}

const allImports = sourceFiles.flatMap(importsOf);
const isTest = (path: string): boolean =>
  /\.test\.tsx?$/.test(path) || /\/src\/(.+\/)?testing(\.ts|\/)/.test(path);
const isRelative = (specifier: string): boolean => specifier.startsWith(".");

/** "packages/kernel/src/x.ts" -> { kind: "packages", name: "kernel" } */
function homeOf(path: string): { kind: string; name: string } | undefined {
  const match = /^(packages|apps)\/([^/]+)\//.exec(path);
  return match?.[1] && match[2] ? { kind: match[1], name: match[2] } : undefined;
}

/** "@scope/name/deep" -> "@scope/name"; "name/deep" -> "name" */
const partOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

type Manifest = {
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

function manifestOf(home: { kind: string; name: string } | undefined): Manifest {
  const folder = home ? `${home.kind}/${home.name}/` : "";
  // A package.json is ours and under test here; a malformed one fails every test at once.
  return JSON.parse(readSource(`${folder}package.json`)) as Manifest;
}

describe("imports follow the house", () => {
  test("there are imports to look at", () => {
    expect(allImports.length).toBeGreaterThan(100);
  });

  test("every part that is imported is declared where it is imported", () => {
    const undeclared = allImports.filter(({ path, specifier }) => {
      if (isRelative(specifier) || isBuiltin(specifier)) return false;
      // The root's tools and tests see every package of the workspace.
      if (!homeOf(path) && specifier.startsWith("@pista/")) return false;
      const own = manifestOf(homeOf(path));
      const common = manifestOf(undefined);
      const declared = {
        ...own.dependencies,
        ...(isTest(path) ? { ...own.devDependencies, ...common.devDependencies } : {}),
        ...(homeOf(path) ? {} : { ...common.dependencies, ...common.devDependencies }),
      };
      return !(partOf(specifier) in declared) && !(isTest(path) && specifier.startsWith("@pista/"));
    });
    expect(undeclared).toEqual([]);
  });

  test("a package imports only the packages that the house allows it", () => {
    const wrong = allImports.filter(({ path, specifier }) => {
      const home = homeOf(path);
      if (home?.kind !== "packages" || !specifier.startsWith("@pista/") || isTest(path)) {
        return false;
      }
      const name = partOf(specifier).slice("@pista/".length);
      return !allowedPackages[home.name]?.includes(name);
    });
    expect(wrong).toEqual([]);
  });

  test("apps never import one another", () => {
    const appNames = trackedFiles.flatMap((path) => /^apps\/([^/]+)\//.exec(path)?.[1] ?? []);
    const apps = new Set(appNames.map((name) => `@pista/${name}`));
    expect(allImports.filter(({ specifier }) => apps.has(partOf(specifier)))).toEqual([]);
  });

  test("only the simulator, tests and bench use the simulation", () => {
    const wrong = allImports.filter(
      ({ path, specifier }) =>
        partOf(specifier) === "@pista/simulation" &&
        !/^(apps\/simulator|packages\/simulation|bench)\//.test(path) &&
        !isTest(path),
    );
    expect(wrong).toEqual([]);
  });

  test("a package is entered by its door", () => {
    const deep = allImports.filter(({ specifier }) =>
      /^@pista\/[^/]+\/(?!testing$)/.test(specifier),
    );
    expect(deep).toEqual([]);
    const climbing = allImports.filter(({ path, specifier }) => {
      const home = homeOf(path);
      if (!home || !isRelative(specifier)) return false;
      const target = new URL(specifier, `file:///${path}`).pathname;
      return !target.startsWith(`/${home.kind}/${home.name}/`);
    });
    expect(climbing).toEqual([]);
  });

  test("the folders of an app do not import one another: compose.ts joins them", () => {
    const folderOf = (path: string): string | undefined =>
      /^\/?apps\/[^/]+\/src\/([^/]+)\//.exec(path)?.[1];
    const wrong = allImports.filter(({ path, specifier }) => {
      // The console is one program in one page: its folders are screens and what they share.
      if (path.startsWith("apps/console/") || isTest(path) || !isRelative(specifier)) return false;
      const from = folderOf(path);
      const to = folderOf(new URL(specifier, `file:///${path}`).pathname);
      return from !== undefined && to !== undefined && from !== to && !joiningFolders.has(from);
    });
    expect(wrong).toEqual([]);
  });
});

test("the lock file names no registry", () => {
  expect(readSource("package-lock.json")).not.toMatch(/"resolved"\s*:\s*"https?:/);
});

test("every part is pinned to an exact version", () => {
  const loose = trackedFiles
    .filter((path) => /(^|\/)package\.json$/.test(path))
    .flatMap((path) => {
      const manifest = JSON.parse(readSource(path)) as Manifest;
      return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`);
    });
  expect(loose).toEqual([]);
});
