import { ApiFault, ApiRefusal, type Problem, type ProblemCode } from "@pista/contracts";
import type { CommandRefusal, LockCause } from "@pista/flight";
import { epochMs } from "@pista/kernel";
import type { Reason, Role } from "@pista/programme";
import type { MessageId } from "./en.ts";
import type { Words } from "./use-words.ts";

type Worded = Pick<Words, "say" | "formats" | "language">;

const problemMessages: Record<ProblemCode, MessageId> = {
  "malformed-request": "problem.malformed-request",
  "not-signed-in": "problem.not-signed-in",
  "not-permitted": "problem.not-permitted",
  "not-found": "problem.not-found",
  "too-many-requests": "problem.too-many-requests",
  "body-too-large": "problem.body-too-large",
  "wrong-origin": "problem.wrong-origin",
  internal: "problem.internal",
  "not-ready": "problem.not-ready",
  "wrong-credentials": "problem.wrong-credentials",
  "email-taken": "problem.email-taken",
  "id-taken": "problem.id-taken",
  "trial-not-activated": "problem.trial-not-activated",
  "trial-not-suspended": "problem.trial-not-suspended",
  "reason-missing": "problem.reason-missing",
  "version-conflict": "problem.version-conflict",
  "drone-taken": "problem.drone-taken",
  "gateway-offline": "problem.gateway-offline",
  "lease-ended": "problem.lease-ended",
  "handed-over": "problem.handed-over",
  "wrong-enrolment-code": "problem.wrong-enrolment-code",
  "commands-full": "problem.commands-full",
  "feed-unreadable": "problem.feed-unreadable",
  "too-many-bays": "problem.too-many-bays",
  "inventory-unreadable": "problem.inventory-unreadable",
};

const lockMessages: Record<LockCause, MessageId> = {
  "no-lease": "lock.no-lease",
  "authority-withdrawn": "lock.authority-withdrawn",
  "lease-expired": "lock.lease-expired",
  "not-proved": "lock.not-proved",
  "link-lost": "lock.link-lost",
  "clock-unsettled": "lock.clock-unsettled",
  "command-old": "lock.command-old",
  "view-old": "lock.view-old",
  "stop-latched": "lock.stop-latched",
  "odometry-old": "lock.odometry-old",
  "odometry-unsure": "lock.odometry-unsure",
  "safety-pilot": "lock.safety-pilot",
  recovering: "lock.recovering",
  "guards-unconfirmed": "lock.guards-unconfirmed",
};

const refusalMessages: Record<CommandRefusal, MessageId> = {
  "no-lease": "refusal.no-lease",
  "not-in-command": "refusal.not-in-command",
  "not-proved": "refusal.not-proved",
  "not-on-the-ground": "refusal.not-on-the-ground",
  "not-flying": "refusal.not-flying",
  "sticks-not-centred": "refusal.sticks-not-centred",
  "stop-latched": "refusal.stop-latched",
  "stop-not-latched": "refusal.stop-not-latched",
  "too-high": "refusal.too-high",
  "vehicle-unknown": "refusal.vehicle-unknown",
  "no-position": "refusal.no-position",
  "link-unsettled": "refusal.link-unsettled",
  "brakes-contradicted": "refusal.brakes-contradicted",
  "safety-pilot-has-control": "refusal.safety-pilot-has-control",
  "no-speed": "refusal.no-speed",
  "no-room": "refusal.no-room",
  "too-late": "refusal.too-late",
};

export const roleMessages: Record<Role, MessageId> = {
  administrator: "role.administrator",
  steward: "role.steward",
  manager: "role.manager",
  pilot: "role.pilot",
  viewer: "role.viewer",
};

type ReasonOf<Kind extends Reason["kind"]> = Extract<Reason, { kind: Kind }>;

/** How each reason of decide() is said; a new kind fails to compile until it has words. */
const sayReason: { [Kind in Reason["kind"]]: (words: Worded, reason: ReasonOf<Kind>) => string } = {
  "not-signed-in": ({ say }) => say("reason.not-signed-in"),
  "role-missing": ({ say }, { roles }) =>
    say("reason.role-missing", {
      roles: roles.map((role) => say(roleMessages[role])).join(` ${say("reason.or")} `),
    }),
  "asset-missing": ({ say }) => say("reason.asset-missing"),
  "asset-not-own": ({ say }) => say("reason.asset-not-own"),
  "no-trial-names-asset": ({ say }) => say("reason.no-trial-names-asset"),
  "site-unknown": ({ say }) => say("reason.site-unknown"),
  "trial-suspended": ({ say }, { reason }) => say("reason.trial-suspended", { reason }),
  "trial-not-activated": ({ say }, { state }) =>
    say("reason.trial-not-activated", { state: say(`trial.${state}`) }),
  "window-closed": ({ say, formats }, { opensAtMs }) =>
    // A day beyond what the rule gives travels as null or not at all.
    opensAtMs === undefined || opensAtMs === null
      ? say("reason.window-over")
      : say("reason.window-closed", { time: formats.dayAndTime(epochMs(Number(opensAtMs))) }),
  "outside-site": ({ say }) => say("reason.outside-site"),
  "no-grant": ({ say }) => say("reason.no-grant"),
};

const has = <Known extends string>(
  table: Readonly<Record<Known, unknown>>,
  key: string,
): key is Known => Object.hasOwn(table, key);

export function reasonWords(words: Worded, reason: Record<string, unknown>): string | undefined {
  const { kind } = reason;
  if (typeof kind !== "string" || !has(sayReason, kind)) return undefined;
  // The hub sends the reasons of decide() as they are, so the kind tells the other members.
  const sentence = sayReason[kind] as (words: Worded, reason: Record<string, unknown>) => string;
  return sentence(words, reason);
}

/** A refusal in words: its reasons where decide() gave some, else what its code means. */
export function problemWords(words: Worded, problem: Problem): string {
  const reasons = (problem.reasons ?? []).flatMap((reason) => reasonWords(words, reason) ?? []);
  if (reasons.length > 0) return [...new Set(reasons)].join(" ");
  // A hub newer than this page may know codes that this page does not: its own words serve.
  return has(problemMessages, problem.code)
    ? words.say(problemMessages[problem.code])
    : problem.detail;
}

/** Whatever went wrong with a request, in words. */
export function faultWords(words: Worded, fault: unknown): string {
  if (fault instanceof ApiRefusal) return problemWords(words, fault.problem);
  return words.say(fault instanceof ApiFault ? "problem.unexpected" : "problem.unreachable");
}

export const lockWords = ({ say }: Pick<Words, "say">, lock: string | null | undefined): string => {
  if (lock === null || lock === undefined) return say("lock.none");
  return has(lockMessages, lock) ? say(lockMessages[lock]) : lock;
};

export const refusalWords = ({ say }: Pick<Words, "say">, code: string): string =>
  has(refusalMessages, code) ? say(refusalMessages[code]) : say("refusal.unknown", { code });
