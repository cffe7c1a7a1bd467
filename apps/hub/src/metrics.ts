import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What GET /metrics tells (Prometheus). Labels are causes from our own code, never input. */
export type HubMetrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    reportsStored: new Counter({
      name: "pista_reports_stored_total",
      help: "Reports that became durable, repeats included",
      registers,
    }),
    intakeRefused: new Counter({
      name: "pista_intake_refused_total",
      help: "Messages and connections of devices that were refused",
      labelNames: ["cause"],
      registers,
    }),
    intakeQuarantined: new Counter({
      name: "pista_intake_quarantined_total",
      help: "Messages that could not be read and are kept in quarantine",
      registers,
    }),
    codecsKilled: new Counter({
      name: "pista_codecs_killed_total",
      help: "Payload codecs of vendors that were killed or broke",
      labelNames: ["cause"],
      registers,
    }),
    batchSize: new Histogram({
      name: "pista_commit_batch_reports",
      help: "Reports in one durable batch",
      buckets: [1, 3, 10, 30, 100, 300, 1_000],
      registers,
    }),
    batchSeconds: new Histogram({
      name: "pista_commit_batch_seconds",
      help: "How long a batch took to become durable",
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
      registers,
    }),
    gatewayRefused: new Counter({
      name: "pista_gateway_refused_total",
      help: "Gateway connections and messages that were refused",
      labelNames: ["cause"],
      registers,
    }),
    ...feedMetrics(registers),
    liveWatchers: new Gauge({
      name: "pista_live_watchers",
      help: "Open connections to /live",
      registers,
    }),
    deviceConnections: new Gauge({
      name: "pista_device_connections",
      help: "Open MQTT connections",
      registers,
    }),
  };
}

const feedMetrics = (registers: Registry[]) => ({
  feedPolls: new Counter({
    name: "pista_feed_polls_total",
    help: "Questions to feeds by what came of them: taken-in, unchanged, or the cause of failure",
    labelNames: ["feed", "outcome"],
    registers,
  }),
  feedFailing: new Gauge({
    name: "pista_feed_failing",
    help: "1 while a feed fails",
    labelNames: ["feed"],
    registers,
  }),
  feedReadingSeconds: new Gauge({
    name: "pista_feed_newest_reading_timestamp_seconds",
    help: "When the newest reading of a feed was observed",
    labelNames: ["feed"],
    registers,
  }),
});

/** The embedded database does one statement at a time, so what one takes all others wait. */
export function createStatementMetrics({
  registry,
}: HubMetrics): (done: readonly { tookMs: number }[]) => void {
  const registers = [registry];
  const seconds = new Histogram({
    name: "pista_store_statement_seconds",
    help: "How long the embedded database did one statement and nothing else",
    buckets: [0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3, 1, 3],
    registers,
  });
  const slowest = new Gauge({
    name: "pista_store_slowest_statement_seconds",
    help: "The longest of them since the hub has started",
    registers,
  });
  let slowestMs = 0;
  return (done) => {
    for (const { tookMs } of done) {
      seconds.observe(tookMs / 1_000);
      slowestMs = Math.max(slowestMs, tookMs);
    }
    slowest.set(slowestMs / 1_000);
  };
}
