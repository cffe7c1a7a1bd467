// Plain JavaScript for the reason that media's entry names: tsx does not reach a forked process.
import { register } from "tsx/esm/api";

register();
const { runLocalPage } = await import("./program.ts");
runLocalPage();
