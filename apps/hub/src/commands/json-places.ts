/** The line that JSON.parse names by a position; of some faults it quotes the place instead. */
export function lineOfSyntaxFault(text: string, fault: SyntaxError): number | undefined {
  const position = /at position (\d+)/.exec(fault.message)?.[1];
  return position === undefined ? undefined : lineOf(text, Number(position));
}

const lineOf = (text: string, position: number): number =>
  text.slice(0, position).split("\n").length;

/**
 * The line of a JSON text on which the value at a path like "bays[3].kerb" begins; where it is
 * missing, the line of what ought to hold it. The text has been parsed, so it is well-formed.
 */
export function lineOfPath(text: string, path: string): number {
  const names = path.split(/[.[\]]+/).filter((name) => name !== "");
  let at = skipSpace(text, 0);
  for (const name of names) {
    const next = text[at] === "[" ? elementAt(text, at, Number(name)) : memberAt(text, at, name);
    if (next === undefined) break;
    at = next;
  }
  return lineOf(text, at);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/[\s,:]/.test(text[at] ?? "")) at += 1;
  return at;
}

/** Behind the value that begins here: brackets are counted, texts are passed over. */
function skipValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const sign = text[at];
    if (sign === '"') {
      at = skipText(text, at);
      continue;
    }
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    at += 1;
  } while (at < text.length && (depth > 0 || /[\w.+-]/.test(text[at] ?? "")));
  return at;
}

function skipText(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function elementAt(text: string, from: number, index: number): number | undefined {
  let at = skipSpace(text, from + 1);
  for (let count = 0; count < index && text[at] !== "]"; count++) {
    at = skipSpace(text, skipValue(text, at));
  }
  return text[at] === "]" ? undefined : at;
}

function memberAt(text: string, from: number, name: string): number | undefined {
  if (text[from] !== "{") return undefined;
  let at = skipSpace(text, from + 1);
  while (text[at] === '"') {
    const behind = skipText(text, at);
    const value = skipSpace(text, behind);
    if (JSON.parse(text.slice(at, behind)) === name) return value;
    at = skipSpace(text, skipValue(text, value));
  }
  return undefined;
}
