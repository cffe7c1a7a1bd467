// tsx does not reach into worker threads on Node 20, so this entry registers it there and then
// imports the TypeScript module that its starter named.
import { register } from "tsx/esm/api";

register();
await import(process.argv[2]);
