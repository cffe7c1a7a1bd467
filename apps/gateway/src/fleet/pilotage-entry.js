// The child's first file is plain JavaScript: on Node 20 tsx does not reach a child process by
// itself, so it is registered here before the first TypeScript file is read.
import { register } from "tsx/esm/api";

register();
const { run } = await import("../main.ts");
await run(process.argv.slice(2));
