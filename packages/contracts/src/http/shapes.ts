import { idPattern } from "@pista/kernel";
import type { roles } from "@pista/programme";
import { type TSchema, Type } from "typebox";

/** Nothing beyond what is written may come in: a misspelt member is refused, not ignored. */
export const closed = { additionalProperties: false } as const;

export const Id = Type.String({ pattern: idPattern, description: "Lower-case id" });
export const Instant = Type.String({
  description: "RFC 3339 in UTC",
  examples: ["2026-11-22T14:32:08.000Z"],
});
export const Nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** Longitude, latitude; degrees (RFC 7946, section 3.1.1). */
export const Position = Type.Tuple([
  Type.Number({ minimum: -180, maximum: 180 }),
  Type.Number({ minimum: -90, maximum: 90 }),
]);

export const BboxQuery = Type.Object(
  {
    bbox: Type.Optional(
      Type.String({
        description: "West, south, east, north; degrees. The whole city when left out",
        pattern: "^-?[0-9.]+,-?[0-9.]+,-?[0-9.]+,-?[0-9.]+$",
        maxLength: 120,
        examples: ["7.60,45.02,7.72,45.10"],
      }),
    ),
  },
  closed,
);

/** RFC 9457, with a code for programs and, where decide() refused, its reasons. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  reasons: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
  /** What is wrong with a document, each with its place and what to do. */
  faults: Type.Optional(
    Type.Array(Type.Object({ at: Type.String(), what: Type.String(), remedy: Type.String() })),
  ),
});
export type Problem = Type.Static<typeof Problem>;

// Written out, because the type of a union that is made from a list is lost. The line below it keeps
// the two lists the same.
export const Role = Type.Union([
  Type.Literal("administrator"),
  Type.Literal("steward"),
  Type.Literal("manager"),
  Type.Literal("pilot"),
  Type.Literal("viewer"),
]);
Role.anyOf satisfies { length: (typeof roles)["length"] };
export const Empty = Type.Object({}, closed);
/** A 204 carries no body. */
export const NoContent = Type.Null();

/** A page of a list and where the next one begins; null after the last. */
export const pageOf = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), nextCursor: Nullable(Type.String()) }, closed);

export const PageQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, default: 200 })),
  },
  closed,
);

export const IdParams = <Name extends string>(name: Name) =>
  // A computed key widens to string; the caller's literal is what the route is called with.
  Type.Object({ [name]: Id } as Record<Name, typeof Id>, closed);
