import { writeFileSync } from "node:fs";
import { emitMessages } from "./src/generator/emit-messages.ts";
import { messageTable } from "./src/messages/table.ts";

const target = new URL("./src/messages.generated.ts", import.meta.url);
writeFileSync(target, emitMessages(messageTable));
