import type { TSchema } from "typebox";
import type { Problem } from "./http/shapes.ts";
import type { BodyOf, OkOf, ParamsOf, QueryOf, Route } from "./route.ts";

/** What the client needs of `fetch`; whoever has a network hands it in. */
export type Transport = (request: {
  method: string;
  path: string;
  body: string | undefined;
}) => Promise<{ status: number; text: string }>;

type AnyRoute = Route<TSchema, TSchema, TSchema, TSchema>;
/** A part that the route does not have is `unknown` or `never`, and is not asked for. */
type Needs<Name extends string, Value> = [Value] extends [never]
  ? unknown
  : unknown extends Value
    ? unknown
    : { [K in Name]: Value };

export type CallInput<R> = Needs<"params", ParamsOf<R>> &
  Partial<Needs<"query", QueryOf<R>>> &
  Needs<"body", BodyOf<R>>;

/** The hub refused; `problem` is its RFC 9457 document. */
export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Something answered that is not a hub of this version. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
}

/** "/v1/trials/{trialId}" and { trialId: "t" } -> "/v1/trials/t" */
export function pathOf(route: AnyRoute, input: { params?: object; query?: object }): string {
  const params = new Map(Object.entries(input.params ?? {}));
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params.get(name) ?? "")),
  );
  const query = Object.entries(input.query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return query.length > 0 ? `${path}?${query.join("&")}` : path;
}

/**
 * Calls a route of the contract.
 * @throws ApiRefusal when the hub says no, ApiFault when the answer is not the contract's.
 */
export async function call<R extends AnyRoute>(
  transport: Transport,
  route: R,
  input: CallInput<R>,
): Promise<OkOf<R>> {
  // The mapped type above gives exactly these members, some of them absent.
  const given = input as { params?: object; query?: object; body?: unknown };
  const answer = await transport({
    method: route.method,
    path: pathOf(route, given),
    body: given.body === undefined ? undefined : JSON.stringify(given.body),
  });
  if (answer.status === 204) return null as OkOf<R>; // The contract's 204 is null.
  const value = parseJson(answer.text);
  if (answer.status === route.okStatus) return value as OkOf<R>; // The hub answers by the same schema.
  if (isProblem(value)) throw new ApiRefusal(value);
  throw new ApiFault(`${route.method} ${route.path} was answered with status ${answer.status}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiFault("The answer is not JSON.", { cause });
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" &&
  value !== null &&
  "code" in value &&
  typeof value.code === "string" &&
  "detail" in value;
