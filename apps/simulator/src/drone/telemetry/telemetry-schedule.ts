import { telemetry } from "./streams.ts";

/** No faster than ArduPilot's own main loop, whatever SET_MESSAGE_INTERVAL asks. */
const intervalMsMin = 2.5;

/** Which message is due when, by the vehicle's own time. */
export interface TelemetrySchedule {
  /** The ids that have become due, each once however late the call is. */
  due(nowMs: number): number[];
  /** SET_MESSAGE_INTERVAL: 0 for the usual rate, -1 to stop. False for a message it has not. */
  setInterval(messageId: number, intervalUs: number): boolean;
  intervalUs(messageId: number): number | undefined;
}

export function createTelemetrySchedule(): TelemetrySchedule {
  const usualMs = (rateHz: number): number => (rateHz > 0 ? 1_000 / rateHz : Infinity);
  const intervals = new Map(Array.from(telemetry, ([id, { rateHz }]) => [id, usualMs(rateHz)]));
  const dueAtMs = new Map<number, number>();
  let soonestMs = 0;

  return {
    due(nowMs) {
      if (nowMs < soonestMs) return [];
      const ids: number[] = [];
      soonestMs = Infinity;
      for (const [id, intervalMs] of intervals) {
        if (intervalMs === Infinity) continue;
        const dueMs = dueAtMs.get(id) ?? nowMs;
        if (dueMs <= nowMs) ids.push(id);
        // Deadlines stay absolute; what was missed altogether is not made up for.
        const nextMs = dueMs > nowMs ? dueMs : Math.max(dueMs + intervalMs, nowMs);
        dueAtMs.set(id, nextMs);
        soonestMs = Math.min(soonestMs, nextMs);
      }
      return ids;
    },
    setInterval(messageId, intervalUs) {
      const known = telemetry.get(messageId);
      if (!known || !(intervalUs >= -1)) return false;
      const asked = Math.max(intervalMsMin, intervalUs / 1_000);
      intervals.set(
        messageId,
        intervalUs === 0 ? usualMs(known.rateHz) : intervalUs < 0 ? Infinity : asked,
      );
      dueAtMs.delete(messageId);
      soonestMs = 0;
      return true;
    },
    intervalUs(messageId) {
      const intervalMs = intervals.get(messageId);
      if (intervalMs === undefined) return undefined;
      return intervalMs === Infinity ? -1 : Math.round(intervalMs * 1_000);
    },
  };
}
