import { randomBytes } from "node:crypto";
import { pilotLanes } from "@pista/contracts";
import { boundsOf, initialGatewayState, takeOffHeightM } from "@pista/flight";
import type { Clock } from "@pista/kernel";
import { MavSeverity } from "@pista/mavlink";
import type { Logger } from "pino";
import { createVehicleLink } from "./autopilot/create-vehicle-link.ts";
import { MavlinkAutopilot } from "./autopilot/mavlink-autopilot.ts";
import { type MavlinkSigning, openMavlinkSigning } from "./autopilot/mavlink-signing.ts";
import { ownAddress } from "./autopilot/own-address.ts";
import { tellSettled } from "./autopilot/tell-settled.ts";
import type { VehicleLink } from "./autopilot/vehicle-link.ts";
import { type JoinedCompanion, joinCompanion } from "./compose-companion.ts";
import { joinHub } from "./compose-hub.ts";
import { joinLocalPage } from "./compose-local-page.ts";
import { GatewayError } from "./errors.ts";
import { type Enrolment, enrol, readEnrolment } from "./hub/enrolment.ts";
import { type GatewayKey, openGatewayKey } from "./hub/gateway-key.ts";
import type { HubLink } from "./hub/hub-link.ts";
import type { LocalPageProcess } from "./local-page/local-page-process.ts";
import { MediaProcess } from "./media/media-process.ts";
import { BrakeWatch } from "./pilotage/brake-watch.ts";
import { Carrier } from "./pilotage/carrier.ts";
import { GuardLoop } from "./pilotage/guard-loop.ts";
import { LapClock } from "./pilotage/lap-clock.ts";
import { Reception } from "./pilotage/reception.ts";
import { telemetryOf } from "./pilotage/telemetry.ts";
import { FlightRecorder } from "./recorder/flight-recorder.ts";
import { RecentEntries } from "./recorder/recent-entries.ts";
import type { Settings } from "./settings.ts";
import { type BrakeFile, openBrakeFile } from "./store/brake-file.ts";
import { lockDirectory } from "./store/directory-lock.ts";
import { type EpochFile, openEpochFile } from "./store/epoch-file.ts";
import { lineTroubleLog } from "./trouble-log.ts";

export type Gateway = {
  /** Whether motors turn on a vehicle that is heard. */
  readonly isFlying: boolean;
  end(): Promise<void>;
};

type Surroundings = { readonly clock: Clock; readonly log: Logger };
/** What is read from the disk before anything starts. */
type Opened = {
  readonly isEnrolled: boolean;
  /** [AU8] What an earlier start enrolled by, or what the hub answers to the code now. */
  readonly enrol: () => Promise<Enrolment>;
  readonly key: GatewayKey;
  readonly epochs: EpochFile;
  readonly brakes: BrakeFile;
  readonly recorder: FlightRecorder;
  readonly recent: RecentEntries;
  readonly signing: MavlinkSigning | undefined;
};
type Enrolled = Opened & { readonly enrolment: Enrolment };
type Lines = {
  readonly autopilot: MavlinkAutopilot;
  readonly vehicle: VehicleLink;
  readonly companion: JoinedCompanion | undefined;
};

/** What fits on a telephone beside what matters more. */
const recentEntriesMax = 8;
/** 5 Hz. */
const telemetryPeriodMs = 200;

/** [LG10] Builds pilotage, joins its parts and starts them; media is forked from here. */
export async function composeGateway(
  settings: Settings,
  surroundings: Surroundings,
): Promise<Gateway> {
  const { opened, parts, close } = await openParts(settings, surroundings);
  // [LG8] A beginning with no end before it is a record that somebody's kill cut short.
  opened.recorder.record({ kind: "pilotage-started", processId: process.pid });
  const seen = { address: settings.vehicle.text, signed: opened.signing !== undefined };
  surroundings.log.info(seen, "waiting for the vehicle to speak MAVLink");
  if (settings.odometry) {
    const at = settings.odometry.text;
    surroundings.log.info(`waiting for the companion at ${at}: no position before it`);
  }
  parts.media.start();
  parts.localPage?.start();
  parts.loop.start();
  return {
    get isFlying() {
      const { armed, mode } = parts.loop.state.vehicle;
      return armed && mode !== "unknown";
    },
    async end() {
      // The vehicle is told nothing. To order a landing here would take seconds that whoever stops
      // a program does not grant, and would differ from what happens when it is killed. Silence is
      // the one end that always works: the autopilot's own time-outs stop the vehicle and land it
      // (LG10), wherever the safety pilot does not take it first.
      parts.loop.stop();
      parts.link.end();
      await Promise.all([parts.media.end(), parts.localPage?.end()]);
      opened.recorder.record({ kind: "pilotage-ended" });
      await close();
    },
  };
}

/**
 * [AU8] To enrol is the last that can be refused: it spends the code, and puts out the gateway that
 * is there. Whatever this machine may refuse, files and ports, is open by then.
 */
async function openParts(
  settings: Settings,
  surroundings: Surroundings,
): Promise<{ opened: Opened; parts: Parts; close: () => Promise<void> }> {
  const lock = await lockDirectory(settings.directory);
  const opened = await open(settings, surroundings);
  let parts: Parts | undefined;
  const lines = joinLines(settings, surroundings, opened, () => parts?.loop);
  const close = async (): Promise<void> => {
    lines.vehicle.close();
    lines.companion?.line.close();
    await opened.recorder.end();
    await lock.release();
  };
  try {
    await lines.vehicle.open();
    await lines.companion?.line.open();
    const enrolment = await opened.enrol();
    const { gatewayId, assetId } = enrolment;
    surroundings.log.info(
      { gatewayId, assetId },
      opened.isEnrolled ? "enrolled before" : "enrolled",
    );
    parts = join(settings, surroundings, { ...opened, enrolment }, lines);
    return { opened, parts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(settings: Settings, { clock, log }: Surroundings): Promise<Opened> {
  const { directory, hubUrl, enrolmentCode: code, recordingsBytesMax } = settings;
  const key = await openGatewayKey(directory);
  const known = await readEnrolment(directory);
  if (!known && code === undefined) {
    throw new GatewayError(
      "ENROLMENT_CODE_MISSING",
      "This gateway is not enrolled. Give the one-time code of its announcement by --code.",
    );
  }
  const epochs = await openEpochFile(directory);
  const brakes = await openBrakeFile(directory, settings.bounds);
  const { mavlinkKeyFile: keyFile } = settings;
  const onFailure = (err: unknown): void => log.error({ err }, "no MAVLink stamp was stored");
  const signing = keyFile
    ? await openMavlinkSigning({ keyFile, directory, onFailure }, clock)
    : undefined;
  const recent = new RecentEntries(recentEntriesMax);
  const recorder = await FlightRecorder.open({
    directory,
    clock,
    limits: { bytesMax: recordingsBytesMax },
    onFailure: (error) => log.error({ err: error }, "the flight record failed"),
    onEntry: (entry, atMs) => recent.add(entry, atMs),
    onResumed: (lost) => log.warn(lost, "the flight record goes on"),
  });
  return {
    ...{ key, epochs, brakes, recorder, recent, signing, isEnrolled: known !== undefined },
    enrol: async () =>
      known ?? enrol({ directory, hubUrl, code: code ?? "", publicKeyHex: key.publicKeyHex }),
  };
}

type Parts = {
  readonly loop: GuardLoop;
  readonly link: HubLink;
  readonly media: MediaProcess;
  readonly localPage: LocalPageProcess | undefined;
};

/** The parts name one another in what they call back; nothing is called before all of them are. */
function join(
  settings: Settings,
  surroundings: Surroundings,
  opened: Enrolled,
  { autopilot, vehicle, companion: joined }: Lines,
): Parts {
  const { clock, log } = surroundings;
  const { enrolment, recorder, epochs } = opened;
  const { gatewayId, assetId, leaseKey } = enrolment;
  const leasePublicKey = leaseKey.publicKey;
  const setup = { gatewayId, assetId, leasePublicKey, vehicle: boundsOf(opened.brakes.ledger) };
  let telemetryAtMs = Number.NEGATIVE_INFINITY;

  const loop: GuardLoop = new GuardLoop({
    initial: initialGatewayState(setup, epochs.highestEpoch),
    clock,
    carry: (effect, atMs) => carrier.carry(effect, atMs),
    onStep: (event, step) => {
      recorder.heard(event, step);
      brakes.heard(event, step);
    },
    onFrozen: (lateMs) => recorder.record({ kind: "pilotage-frozen", lateMs }),
    onTick: (atMs) => {
      autopilot.tick(atMs);
      joined?.companion.tick(atMs);
      void opened.signing?.tick();
      laps.tick();
      recorder.tick();
      if (atMs - telemetryAtMs < telemetryPeriodMs) return;
      telemetryAtMs = atMs;
      const { refusedFrames } = vehicle;
      const signing = { state: opened.signing ? "signed" : "unsigned", refusedFrames } as const;
      link.tell(telemetryOf(loop.state, { signing, brakes: brakes.state }, atMs));
    },
  });
  const brakes = new BrakeWatch({ guard: loop, brakes: opened.brakes, recorder, clock, log });
  const link = joinHub({ settings, opened, surroundings, loop }, () => ({ reception, carrier }));
  const media = joinMedia(settings, surroundings, recorder, () => ({ reception, link }));
  const reception = new Reception({
    media,
    hub: link,
    recorder,
    clock,
    log,
    randomBytes: (count) => randomBytes(count),
    guard: loop,
  });
  const laps = new LapClock({ guard: loop, reception, recorder, log });
  const carrier = new Carrier({
    guard: loop,
    autopilot,
    reception,
    hub: link,
    epochs,
    recorder,
    clock,
    log,
  });
  const localPage =
    settings.localPage &&
    joinLocalPage(settings.localPage, loop, surroundings, () => ({
      vehicle: process.env.PISTA_GATEWAY_VEHICLE ?? assetId,
      modeName: autopilot.modeName,
      isHubUp: link.isUp,
      recent: opened.recent.entries,
    }));
  return { loop, link, media, localPage };
}

/** Not yet open. Until there is a guard the vehicle is neither heard nor spoken to. */
function joinLines(
  settings: Settings,
  { clock, log }: Surroundings,
  { recorder, signing }: Opened,
  guard: () => GuardLoop | undefined,
): Lines {
  const { odometry, ownSystemId: systemId } = settings;
  const self = { ...ownAddress, systemId };
  const around = { clock, log, recorder };
  const joined = odometry && joinCompanion(odometry, self, around, signing, () => vehicle);
  const autopilot = new MavlinkAutopilot({
    self,
    takeOffHeightM,
    earthOrigin: settings.earthOrigin,
    isIndoors: () => settings.isIndoors,
    mayTakeOff: () => guard()?.state.phase === "taking-off",
    send: (message) => vehicle.send(message),
    events: {
      pose: (pose, atMs) => {
        const measuredAtMs = joined ? joined.companion.poseMeasuredAt(atMs) : atMs;
        if (measuredAtMs === undefined) return;
        guard()?.hear({ kind: "pose-received", pose, measuredAtMs, atMs });
      },
      status: (status, atMs) => guard()?.hear({ kind: "vehicle-status", ...status, atMs }),
      refused: (order, reason, atMs) =>
        guard()?.hear({ kind: "autopilot-refused", order, reason, atMs }),
      found: (autopilot, systemId, mode) =>
        log.info({ autopilot, systemId, mode }, "vehicle heard"),
      lost: () => log.warn("vehicle no longer heard"),
      modeChanged: (mode) => log.info({ mode }, "the vehicle's mode changed"),
      said: (text, severity) => {
        recorder.record({ kind: "autopilot-said", cause: text, severity });
        if (severity <= MavSeverity.WARNING) log.warn({ severity }, `vehicle: ${text}`);
        else log.info({ severity }, `vehicle: ${text}`);
      },
      notOurs: (autopilot, type) =>
        log.error({ autopilot, type }, "this version flies ArduPilot Copter and PX4 multicopters"),
      settled: (task, failure, was) => tellSettled(log, task, failure, was),
    },
  });
  const trouble = lineTroubleLog("vehicle", { clock, log });
  const vehicle = createVehicleLink(settings.vehicle, {
    self,
    clock,
    signing,
    onFrame: (frame, atMs) => {
      if (!guard()) return;
      autopilot.receive(frame, atMs);
      joined?.companion.receiveFromVehicle(frame, atMs);
    },
    onBytes: (direction, bytes, atMs) => {
      if (direction === "received") trouble.over();
      recorder.link(direction, bytes, atMs);
    },
    onFault: (error) => trouble.seen(error),
    onOther: (systemId) => log.warn({ systemId }, "another vehicle on this line is not heeded"),
    onRefused: (verdicts) => log.warn({ verdicts }, "MAVLink that is not signed by our key"),
  });
  return { autopilot, vehicle, companion: joined };
}

function joinMedia(
  { bindAddress }: Settings,
  { clock, log }: Surroundings,
  recorder: FlightRecorder,
  later: () => { reception: Reception; link: HubLink },
): MediaProcess {
  return new MediaProcess({
    labels: pilotLanes,
    bindAddress,
    clock,
    events: {
      answered: (peerId, sdp) => later().reception.answered(peerId, sdp),
      answerFailed: (peerId, cause) => later().reception.answerFailed(peerId, cause),
      opened: (peerId, dtlsFingerprint) => later().reception.opened(peerId, dtlsFingerprint),
      closed: (peerId, cause) => later().reception.closed(peerId, cause),
      frame: (peerId, lane, payload) => later().reception.frame(peerId, lane, payload),
      dropped: ({ lane, cause, count }) =>
        recorder.record({ kind: "media-dropped", lane, cause, count }),
      up: (processId) => {
        log.info({ processId }, "media is ready");
        // Not before: a gateway that is there for the hub must be there for its pilots.
        later().link.start();
      },
      down: (error) => {
        log.error({ err: error }, "media died; it is started again");
        later().reception.mediaDown();
      },
    },
  });
}
