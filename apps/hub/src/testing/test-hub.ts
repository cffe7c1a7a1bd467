import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@pista/kernel";
import { pino } from "pino";
import { composeHub, type Hub } from "../compose.ts";
import { cookieName } from "../http/asker.ts";
import { type OpenHub, openHub } from "../open-hub.ts";
import type { HubSettings } from "../settings.ts";
import { createClient, type HttpClient } from "./http-client.ts";

type Account = { readonly email: string; readonly password: string };

/** A whole hub with the demonstration city and without its child processes, on free ports. */
export type TestHub = {
  readonly hub: Hub;
  readonly open: OpenHub;
  readonly settings: HubSettings;
  readonly port: number;
  readonly mqttPort: number;
  readonly url: string;
  /** By the name before the @: "admin", "steward", "pilot", "manager". */
  account(name: string): Account;
  /** Adds a person of one role and signs in as that person. */
  personOf(role: string): Promise<HttpClient>;
  visitor: HttpClient;
  operator: HttpClient;
  signedIn(name: string): Promise<HttpClient>;
  deviceKey(deviceId: string): string;
  close(): Promise<void>;
};

export const makeDirectory = (): string => mkdtempSync(join(tmpdir(), "pista-hub-"));

export async function openTestHub(
  options: {
    clock?: Clock;
    /** Kept at the close; otherwise a new one is made and removed with the hub. */
    directory?: string;
    settings?: Partial<HubSettings>;
    prepare?: (open: OpenHub) => void;
  } = {},
): Promise<TestHub> {
  const directory = options.directory ?? makeDirectory();
  const settings: HubSettings = {
    host: "127.0.0.1",
    port: 0,
    mqttPort: 0,
    dataDirectory: directory,
    databaseUrl: undefined,
    withDemonstration: true,
    tls: undefined,
    behindProxy: false,
    feeds: { turinCarParksUrl: undefined, mayReachPrivate: false },
    keepReportsDays: 90,
    mayDrawKeys: false,
    ...options.settings,
  };
  const log = pino({ level: process.env.PISTA_LOG ?? "silent" });
  const open = await openHub(settings, log, options.clock);
  options.prepare?.(open);
  const hub = await composeHub(settings, open, log);
  const { port, mqttPort } = await hub.listen();
  const url = `http${settings.tls ? "s" : ""}://127.0.0.1:${port}`;
  const visitor = createClient(url, {});
  const operator = createClient(url, { authorization: `Bearer ${hub.operatorToken}` });
  const account = (name: string): Account => {
    const accounts = readJson<Account[]>(join(directory, "demo-accounts.json"));
    const found = accounts.find(({ email }) => email.startsWith(`${name}@`));
    if (!found) throw new Error(`There is no demonstration account ${name}.`);
    return found;
  };
  const signIn = async ({ email, password }: Account): Promise<HttpClient> => {
    const answer = await visitor.send("POST", "/v1/sign-in", { body: { email, password } });
    const cookie = answer.headers.get("set-cookie")?.split(";")[0];
    if (answer.status !== 200 || !cookie?.startsWith(cookieName)) {
      throw new Error(`Signing in as ${email} was answered with ${answer.text}.`);
    }
    return createClient(url, { cookie });
  };
  return {
    hub,
    open,
    settings,
    port,
    mqttPort,
    url,
    account,
    visitor,
    operator,
    signedIn: (name) => signIn(account(name)),
    async personOf(role) {
      const person = { email: `${role}@test.invalid`, password: "correct horse battery" };
      const body = { ...person, name: `The ${role}`, roles: [role] };
      await operator.send("POST", "/v1/people", { body });
      return signIn(person);
    },
    deviceKey: (deviceId) => deviceKeyIn(directory, deviceId),
    async close() {
      await hub.close();
      if (!options.directory) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function deviceKeyIn(directory: string, deviceId: string): string {
  const { devices } = readJson<{ devices: { deviceId: string; key: string }[] }>(
    join(directory, "demo-devices.json"),
  );
  return devices.find((device) => device.deviceId === deviceId)?.key ?? "";
}

/** Files that the hub itself has just written. */
const readJson = <Content>(path: string): Content =>
  JSON.parse(readFileSync(path, "utf8")) as Content;
