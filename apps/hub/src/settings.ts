import { isIP } from "node:net";
import { resolve } from "node:path";
import { HubError } from "./errors.ts";

export type HubSettings = {
  readonly host: string;
  readonly port: number;
  readonly mqttPort: number;
  readonly dataDirectory: string;
  /** Where a PostgreSQL server keeps the data, with its password; the embedded store otherwise. */
  readonly databaseUrl: string | undefined;
  readonly withDemonstration: boolean;
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined;
  readonly behindProxy: boolean;
  readonly feeds: {
    /** Where Turin's car-park feed is fetched; it is not where there is none. */
    readonly turinCarParksUrl: string | undefined;
    /** [SE1] Whether what is fetched may be on this machine or in a private network. */
    readonly mayReachPrivate: boolean;
  };
  /** After so many days a report is removed; what its zone's occupancy was stays. */
  readonly keepReportsDays: number;
  /** Keys that were lost are drawn anew, and what was made with them is void. */
  readonly mayDrawKeys: boolean;
};

export type HubOptions = {
  host?: string;
  port?: string;
  mqttPort?: string;
  data?: string;
  demo?: boolean;
  tlsCert?: string;
  tlsKey?: string;
  behindProxy?: boolean;
  feedTurinCarParks?: string;
  feedsMayReachPrivate?: boolean;
  keepReportsDays?: string;
  newKeys?: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Settings from the command line, then the environment, then defaults.
 * @throws HubError HUB_SETTINGS that says which setting is wrong and what to do.
 */
export function readSettings(options: HubOptions, environment: Environment): HubSettings {
  const host = options.host ?? environment.PISTA_HOST ?? "127.0.0.1";
  const tls = readTls(options);
  const behindProxy = options.behindProxy ?? false;
  if (!isLoopback(host) && !tls && !behindProxy) {
    throw new HubError(
      "HUB_SETTINGS",
      `The address ${host} is open to others, so passwords and device keys would travel in the clear. Give --tls-cert and --tls-key, or --behind-proxy where a proxy ends TLS.`,
    );
  }
  return {
    host,
    port: readPort("--port", options.port ?? environment.PISTA_PORT ?? "8080"),
    mqttPort: readPort("--mqtt-port", options.mqttPort ?? environment.PISTA_MQTT_PORT ?? "1883"),
    dataDirectory: resolve(options.data ?? environment.PISTA_DATA ?? "pista-data"),
    databaseUrl: readDatabaseUrl(environment.DATABASE_URL),
    withDemonstration: (options.demo ?? true) && readFlag(environment, "PISTA_DEMO", true),
    tls,
    behindProxy,
    feeds: readFeeds(options, environment),
    keepReportsDays: readDays(
      "--keep-reports-days",
      options.keepReportsDays ?? environment.PISTA_KEEP_REPORTS_DAYS ?? "90",
    ),
    mayDrawKeys: options.newKeys ?? false,
  };
}

function readTls(options: HubOptions): HubSettings["tls"] {
  const { tlsCert, tlsKey } = options;
  if (!tlsCert && !tlsKey) return undefined;
  if (!tlsCert || !tlsKey) {
    throw new HubError("HUB_SETTINGS", "--tls-cert and --tls-key go together.");
  }
  return { certificateFile: resolve(tlsCert), keyFile: resolve(tlsKey) };
}

/** What is wrong is told without the URL, for a password may be in it. */
function readDatabaseUrl(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new HubError(
    "HUB_SETTINGS",
    "DATABASE_URL takes postgresql://user:password@host:port/database, with %40 for an @ in the password. Unset it to use the embedded store.",
  );
}

function readPort(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new HubError("HUB_SETTINGS", `${name} takes a port from 0 to 65535, not "${text}".`);
  }
  return port;
}

/** What is wrong is told without the URL, for a password or key may be in it. */
function readFeeds(options: HubOptions, environment: Environment): HubSettings["feeds"] {
  const text = options.feedTurinCarParks ?? environment.PISTA_FEED_TURIN_CAR_PARKS;
  const url = text && URL.canParse(text) ? new URL(text) : undefined;
  const isFit = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (text && !isFit) {
    throw new HubError(
      "HUB_SETTINGS",
      "--feed-turin-car-parks takes a URL of http or https without a name or password in it.",
    );
  }
  return {
    turinCarParksUrl: url?.href,
    mayReachPrivate:
      options.feedsMayReachPrivate ?? readFlag(environment, "PISTA_FEEDS_MAY_REACH_PRIVATE", false),
  };
}

/** [IN2] [IN3] Repeats of two days and reports a day late must still meet what they belong to. */
const keepDaysMin = 4;

function readDays(name: string, text: string): number {
  const days = Number(text);
  if (!/^\d{1,5}$/.test(text) || days < keepDaysMin) {
    throw new HubError(
      "HUB_SETTINGS",
      `${name} takes a number of days from ${keepDaysMin} to 99999, not "${text}".`,
    );
  }
  return days;
}

function readFlag(environment: Environment, name: string, otherwise: boolean): boolean {
  const text = environment[name];
  if (text === undefined) return otherwise;
  if (["1", "true", "yes"].includes(text)) return true;
  if (["0", "false", "no"].includes(text)) return false;
  throw new HubError("HUB_SETTINGS", `${name} takes 1 or 0, not "${text}".`);
}

/** 127.0.0.0/8, ::1 and the name that means them. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
