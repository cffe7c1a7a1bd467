import type { Action } from "@pista/programme";
import type { Static, TSchema } from "typebox";

export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

/**
 * One HTTP route as others see it. The hub registers it, the API document describes it and the
 * client calls it, all from this one value (STYLE, habit 16).
 */
export type Route<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Ok extends TSchema = TSchema,
> = {
  readonly method: HttpMethod;
  /** Parameters in braces, as OpenAPI writes them: "/v1/trials/{trialId}". */
  readonly path: string;
  readonly summary: string;
  readonly tag: "city" | "flight" | "programme" | "people" | "devices";
  /** What decide() is asked before the handler runs. */
  readonly action: Action;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly ok: Ok;
  readonly okStatus: 200 | 201 | 204;
  /** Problem codes that the route itself may answer, beside those that every route may. */
  readonly refusals: readonly ProblemCode[];
};

/** Codes never change once released: programs match on them. */
export type ProblemCode =
  | "malformed-request"
  | "not-signed-in"
  | "not-permitted"
  | "not-found"
  | "too-many-requests"
  | "body-too-large"
  | "wrong-origin"
  | "internal"
  | "not-ready"
  | "wrong-credentials"
  | "email-taken"
  | "id-taken"
  | "trial-not-activated"
  | "trial-not-suspended"
  | "reason-missing"
  | "version-conflict"
  | "drone-taken"
  | "gateway-offline"
  | "lease-ended"
  | "handed-over"
  | "wrong-enrolment-code"
  | "feed-unreadable"
  | "too-many-bays"
  | "commands-full"
  | "inventory-unreadable";

export const defineRoute = <
  Params extends TSchema,
  Query extends TSchema,
  Body extends TSchema,
  Ok extends TSchema,
>(
  route: Route<Params, Query, Body, Ok>,
): Route<Params, Query, Body, Ok> => route;

export type ParamsOf<R> = R extends Route<infer P, TSchema, TSchema, TSchema> ? Static<P> : never;
export type QueryOf<R> = R extends Route<TSchema, infer Q, TSchema, TSchema> ? Static<Q> : never;
export type BodyOf<R> = R extends Route<TSchema, TSchema, infer B, TSchema> ? Static<B> : never;
export type OkOf<R> = R extends Route<TSchema, TSchema, TSchema, infer O> ? Static<O> : never;
