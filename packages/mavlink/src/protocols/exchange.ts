import { type MonotonicMs, monotonicMs } from "@pista/kernel";
import type { MavlinkFrame } from "../frame-reader.ts";
import type { OutgoingMessage } from "../frame-writer.ts";

/** A component of a system. As a target, 0 means every system or every component. */
export type Address = { readonly systemId: number; readonly componentId: number };

/** Who asks, and whom. */
export type Parties = { readonly self: Address; readonly target: Address };

/** What moves an exchange: a frame that came in, or the time. Frames of others change nothing. */
export type ExchangeEvent =
  | { readonly kind: "frame"; readonly frame: MavlinkFrame }
  | { readonly kind: "tick" };

/** The exchange after an event, and what is to be sent now. */
export type Step<Exchange> = {
  readonly exchange: Exchange;
  readonly send: readonly OutgoingMessage[];
};

/** How long an answer may take, and how often a request is sent in all. */
export type Patience = { readonly timeoutMs: number; readonly attemptsMax: number };

export const later = (nowMs: MonotonicMs, delayMs: number): MonotonicMs =>
  monotonicMs(nowMs + delayMs);

/** The deadline after now. It does not move with a late tick, and those that were missed are skipped. */
export const nextDeadline = (
  dueAtMs: MonotonicMs,
  periodMs: number,
  nowMs: MonotonicMs,
): MonotonicMs => later(dueAtMs, (Math.floor((nowMs - dueAtMs) / periodMs) + 1) * periodMs);

export const isFrom = (frame: MavlinkFrame, target: Address): boolean =>
  (target.systemId === 0 || frame.systemId === target.systemId) &&
  (target.componentId === 0 || frame.componentId === target.componentId);

/** Whether a message is meant for us: addressed to us, to all, or by a sender that names nobody. */
export const isFor = (
  message: { readonly targetSystem: number; readonly targetComponent: number },
  self: Address,
): boolean =>
  (message.targetSystem === 0 || message.targetSystem === self.systemId) &&
  (message.targetComponent === 0 || message.targetComponent === self.componentId);
