import { writeSync } from "node:fs";
import { ensureTemplate } from "../template.ts";

// Says whether it made the template or waited for another process to make it, and where it is.
const progress: string[] = [];
const template = await ensureTemplate({
  cacheDirectory: process.argv[2] ?? "",
  onProgress: (text) => progress.push(text),
});
const hasMade = progress.some((text) => text.startsWith("Making"));
writeSync(1, `${hasMade ? "made" : "waited"} ${template}\n`);
