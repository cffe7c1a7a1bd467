import { FakeHub, type Pilot } from "./fake-hub.ts";

/** What the test says to the hub's process. */
export type ToHubProgram =
  | { readonly op: "lease"; readonly epoch: number; readonly pilot: Pilot }
  | { readonly op: "offer"; readonly leaseId: string; readonly sdp: string };

/** What the hub's process says to the test. */
export type FromHubProgram =
  | { readonly op: "open"; readonly port: number }
  | { readonly op: "joined"; readonly isJoined: boolean }
  | { readonly op: "answer"; readonly sdp: string | null; readonly cause: string | null };

const say = (message: FromHubProgram): void => {
  process.send?.(message);
};

const hub = new FakeHub();
// As with a camera, so that the vehicle flies at more than half a metre a second.
hub.view = "camera";
// The test names the walls; the hall goes on behind them.
const [westM, eastM] = process.argv.slice(2).map(Number);
if (westM === undefined || eastM === undefined) throw new Error("Where are the walls?");
hub.limits = { ...hub.limits, fence: { ...hub.limits.fence, westM, eastM } };
await hub.open();
say({ op: "open", port: hub.port });
setInterval(() => say({ op: "joined", isJoined: hub.isJoined }), 50);

// Only the test, of this same version, holds the other end of the channel.
process.on("message", (message: ToHubProgram) => {
  if (message.op === "lease") {
    hub.lease(message.epoch, message.pilot);
    return;
  }
  hub.offer(message.leaseId, message.sdp).then(
    (answer) => say({ op: "answer", ...answer }),
    (error: unknown) => say({ op: "answer", sdp: null, cause: String(error) }),
  );
});
process.on("disconnect", () => process.exit());
