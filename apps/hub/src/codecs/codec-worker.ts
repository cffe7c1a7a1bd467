import { parentPort } from "node:worker_threads";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  RELEASE_SYNC,
} from "quickjs-emscripten";
import {
  type CodecFailure,
  type CodecReply,
  type CodecRequest,
  outputCharactersMax,
} from "./codec-protocol.ts";

/** Node has it, and the types that this compiles with do not say so. */
declare const WebAssembly: {
  readonly Memory: new (pages: { initial: number; maximum: number }) => object;
};

/** Pages of 64 KiB: 16 MB to begin with, 32 MB at most. */
const memoryPages = { initial: 256, maximum: 512 } as const;

/**
 * Runs inside the engine, before the vendor's source, and keeps what it needs from being replaced.
 * Whatever is thrown becomes a text in there, so that nothing of the vendor's is read out here. The
 * first word of its answer says what the rest is.
 */
const prelude = `(() => {
  const { parse, stringify } = JSON;
  const [DateOf, Internal, text] = [Date, InternalError, String];
  const describe = (fault) => {
    let detail = "something that has no text";
    try { detail = text(fault); } catch {}
    return (fault instanceof Internal ? "broken " : "threw ") + detail;
  };
  const decode = (json) => {
    try {
      if (typeof decodeUplink !== "function") return "no-decode-uplink ";
      const { bytes, fPort, recvTimeMs } = parse(json);
      const output = stringify(decodeUplink({ bytes, fPort, recvTime: new DateOf(recvTimeMs) }));
      if (typeof output !== "string") return "bad-output ";
      return output.length > ${outputCharactersMax} ? "output-too-large " : "returned " + output;
    } catch (fault) {
      return describe(fault);
    }
  };
  return { decode, describe };
})()`;

const failures: readonly string[] = [
  "threw",
  "no-decode-uplink",
  "bad-output",
  "output-too-large",
] satisfies CodecFailure[];
const isFailure = (word: string): word is CodecFailure => failures.includes(word);

const detailCharactersMax = 200;

/**
 * The first word of an answer from inside, and what follows it. It is cut out here: in there the
 * vendor may have replaced what cuts.
 */
function readAnswer(answer: string): CodecReply {
  const space = answer.indexOf(" ");
  const word = answer.slice(0, space);
  if (word === "returned") return { kind: "returned", json: answer.slice(space + 1) };
  const detail = answer.slice(space + 1, space + 1 + detailCharactersMax);
  return isFailure(word) ? { kind: "failed", cause: word, detail } : { kind: "broken", detail };
}

type Sandbox = {
  readonly vm: QuickJSContext;
  readonly decode: QuickJSHandle;
  readonly describe: QuickJSHandle;
};

async function openSandbox(): Promise<Sandbox> {
  // The engine's own limit counts allocations and not bytes; WebAssembly's holds.
  const wasmMemory = new WebAssembly.Memory(memoryPages);
  const variant = newVariant(RELEASE_SYNC, { wasmMemory });
  const vm = (await newQuickJSWASMModuleFromVariant(variant)).newContext();
  const inside = vm.unwrapResult(vm.evalCode(prelude, "prelude.js", { type: "global" }));
  const [decode, describe] = [vm.getProp(inside, "decode"), vm.getProp(inside, "describe")];
  return { vm, decode, describe };
}

/** Calls one of the prelude's functions; undefined when the engine could not. */
function callInside(vm: QuickJSContext, inside: QuickJSHandle, argument: QuickJSHandle) {
  const outcome = vm.callFunction(inside, vm.undefined, argument);
  argument.dispose();
  if (outcome.error) return undefined;
  return outcome.value.consume((value) => vm.getString(value));
}

function load({ vm, describe }: Sandbox, source: string): CodecReply {
  const outcome = vm.evalCode(source, "codec.js", { type: "global" });
  if (!outcome.error) {
    outcome.value.dispose();
    return { kind: "loaded" };
  }
  return readAnswer(callInside(vm, describe, outcome.error) ?? "broken it could not be read");
}

function decode({ vm, decode }: Sandbox, input: object): CodecReply {
  const answer = callInside(vm, decode, vm.newString(JSON.stringify(input)));
  return readAnswer(answer ?? "broken the engine gave no answer");
}

function answerTo(sandbox: Sandbox, request: CodecRequest): CodecReply {
  try {
    if (request.kind === "open") return { kind: "ready" };
    return request.kind === "load" ? load(sandbox, request.source) : decode(sandbox, request.input);
  } catch (cause) {
    // The engine aborts when it gets no more memory, and that comes out as an exception here.
    return {
      kind: "broken",
      detail: cause instanceof Error ? cause.message.slice(0, detailCharactersMax) : "",
    };
  }
}

const sandbox = await openSandbox();
parentPort?.on("message", (request: CodecRequest) => {
  parentPort?.postMessage(answerTo(sandbox, request));
});
