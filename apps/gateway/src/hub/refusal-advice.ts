const enrolAnew = "announce it anew at the hub, and enrol it in an empty data directory.";
const upgrade = "Hub and gateway are of different versions: upgrade them together.";

/** By the reason with which a hub closes the link (GatewayConnection of apps/hub). */
const adviceFor = new Map([
  ["unknown-gateway", `The hub does not know this gateway: ${enrolAnew}`],
  ["wrong-proof", `The hub knows this gateway by another key: ${enrolAnew}`],
  ["unknown-lease-key", `This gateway has pinned a lease key of another hub or time: ${enrolAnew}`],
  ["unsupported-version", upgrade],
  ["malformed-message", upgrade],
  ["unexpected-message", upgrade],
  ["key-not-pinned", "The hub could not store this gateway's new key: its own log says why."],
  [
    "another connection of this gateway took over",
    "Another program has this gateway's key: stop one of the two.",
  ],
]);

/** What to do about it, as the cause of a link that closed; undefined where to dial again is enough. */
export function refusalAdvice(reason: string): Error | undefined {
  const advice = adviceFor.get(reason);
  return advice === undefined ? undefined : new Error(advice);
}
