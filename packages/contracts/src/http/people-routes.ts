import { Type } from "typebox";
import { defineRoute } from "../route.ts";
import { closed, Empty, Id, IdParams, Instant, NoContent, Nullable, Role } from "./shapes.ts";

export const Email = Type.String({
  pattern: "^[^@\\s]{1,64}@[^@\\s]{1,190}$",
  maxLength: 254,
});
/** NIST SP 800-63B, section 5.1.1.2: length counts, composition rules do not help. */
export const NewPassword = Type.String({ minLength: 12, maxLength: 200 });

export const PersonView = Type.Object(
  {
    id: Id,
    email: Type.String(),
    name: Type.String(),
    organisation: Type.Object({ id: Id, name: Type.String() }, closed),
    roles: Type.Array(Role),
    createdAt: Instant,
  },
  closed,
);
export type PersonView = Type.Static<typeof PersonView>;

export const MeView = Type.Object(
  {
    /** Null for a visitor without an account. */
    person: Nullable(PersonView),
    /** The city shown is the demonstration's: every page says so. */
    isDemonstration: Type.Boolean(),
    version: Type.String(),
  },
  closed,
);
export type MeView = Type.Static<typeof MeView>;

export const me = defineRoute({
  method: "GET",
  path: "/v1/me",
  summary: "Who is asking",
  tag: "people",
  action: "public.read",
  ok: MeView,
  okStatus: 200,
  refusals: [],
});

export const signIn = defineRoute({
  method: "POST",
  path: "/v1/sign-in",
  summary: "Sign in with e-mail and password: sets the cookie",
  tag: "people",
  action: "public.read",
  body: Type.Object({ email: Email, password: Type.String({ maxLength: 200 }) }, closed),
  ok: MeView,
  okStatus: 200,
  refusals: ["wrong-credentials", "too-many-requests"],
});

export const signOut = defineRoute({
  method: "POST",
  path: "/v1/sign-out",
  summary: "End this sign-in",
  tag: "people",
  action: "public.read",
  body: Empty,
  ok: NoContent,
  okStatus: 204,
  refusals: [],
});

export const listPeople = defineRoute({
  method: "GET",
  path: "/v1/people",
  summary: "People with an account",
  tag: "people",
  action: "people.read",
  ok: Type.Object({ items: Type.Array(PersonView) }, closed),
  okStatus: 200,
  refusals: [],
});

export const addPerson = defineRoute({
  method: "POST",
  path: "/v1/people",
  summary: "Give a person an account; without a password one is drawn and returned once",
  tag: "people",
  action: "people.manage",
  body: Type.Object(
    {
      email: Email,
      name: Type.String({ minLength: 1, maxLength: 120 }),
      roles: Type.Array(Role, { minItems: 1, maxItems: 5, uniqueItems: true }),
      password: Type.Optional(NewPassword),
    },
    closed,
  ),
  ok: Type.Object({ person: PersonView, password: Nullable(Type.String()) }, closed),
  okStatus: 201,
  refusals: ["email-taken"],
});

export const ApiKeyView = Type.Object(
  { id: Id, label: Type.String(), createdAt: Instant, lastUsedAt: Nullable(Instant) },
  closed,
);
export type ApiKeyView = Type.Static<typeof ApiKeyView>;

export const listApiKeys = defineRoute({
  method: "GET",
  path: "/v1/me/api-keys",
  summary: "Your API keys",
  tag: "people",
  action: "self.manage",
  ok: Type.Object({ items: Type.Array(ApiKeyView) }, closed),
  okStatus: 200,
  refusals: [],
});

export const addApiKey = defineRoute({
  method: "POST",
  path: "/v1/me/api-keys",
  summary: "Make an API key: it is shown once",
  tag: "people",
  action: "self.manage",
  body: Type.Object({ label: Type.String({ minLength: 1, maxLength: 80 }) }, closed),
  ok: Type.Object({ apiKey: ApiKeyView, secret: Type.String() }, closed),
  okStatus: 201,
  refusals: [],
});

export const removeApiKey = defineRoute({
  method: "DELETE",
  path: "/v1/me/api-keys/{apiKeyId}",
  summary: "Take an API key back",
  tag: "people",
  action: "self.manage",
  params: IdParams("apiKeyId"),
  ok: NoContent,
  okStatus: 204,
  refusals: ["not-found"],
});
