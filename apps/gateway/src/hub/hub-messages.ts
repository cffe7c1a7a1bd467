import { FromHub } from "@pista/contracts";
import { Compile } from "typebox/compile";
import { parseJson } from "../durable-file.ts";

const fromHub = Compile(FromHub);

/** Undefined unless it is a message of the contract, with nothing beside it. */
export function readFromHub(text: string): FromHub | undefined {
  const value = parseJson(text);
  return fromHub.Check(value) ? value : undefined;
}
