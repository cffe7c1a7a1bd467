export * from "./constants/command-constants.ts";
export * from "./constants/control-constants.ts";
export * from "./constants/protocol-constants.ts";
export * from "./constants/vehicle-constants.ts";
export {
  createDatagramReader,
  createStreamReader,
  type FrameReader,
  type MavlinkFrame,
  type ReaderCounters,
  type ReaderOptions,
} from "./frame-reader.ts";
export {
  createFrameWriter,
  type FrameWriter,
  type OutgoingMessage,
  type WriterOptions,
} from "./frame-writer.ts";
export type * from "./messages.generated.ts";
export {
  type Command,
  type CommandExchange,
  type CommandOutcome,
  type CommandRequest,
  startCommand,
  stepCommand,
} from "./protocols/command.ts";
export type { Address, ExchangeEvent, Parties, Patience, Step } from "./protocols/exchange.ts";
export {
  groundStation,
  type HeartbeatContent,
  type HeartbeatExchange,
  type HeartbeatNews,
  type HeartbeatRequest,
  type HeartbeatStep,
  isArmed,
  isFromAutopilot,
  nextHeartbeatAt,
  type Peer,
  startHeartbeat,
  stepHeartbeat,
} from "./protocols/heartbeat.ts";
export {
  type MissionFault,
  type MissionItem,
  type MissionPatience,
  type MissionRequest,
  type MissionUpload,
  missionItemsMax,
  startMissionClear,
  startMissionUpload,
  stepMissionUpload,
  type UploadOutcome,
} from "./protocols/mission.ts";
export {
  type MissionDownload,
  type MissionDownloadOutcome,
  startMissionDownload,
  stepMissionDownload,
} from "./protocols/mission-download.ts";
export {
  type ParameterExchange,
  type ParameterOutcome,
  type ParameterRequest,
  type ParameterSetRequest,
  startParameterRead,
  startParameterSet,
  stepParameter,
} from "./protocols/parameter.ts";
export {
  type ParameterDownload,
  type ParameterDownloadOutcome,
  type ParameterDownloadRequest,
  parametersMax,
  startParameterDownload,
  stepParameterDownload,
} from "./protocols/parameter-download.ts";
export {
  decodeParameter,
  encodeParameter,
  type Parameter,
  type ParameterEncoding,
  type ParameterFault,
  type ParameterOnWire,
} from "./protocols/parameter-value.ts";
export { statusTexts } from "./protocols/status-text.ts";
export {
  joinTexts,
  type TextsBegun,
  type TextsStep,
  type WholeText,
} from "./protocols/status-text-join.ts";
export {
  answerTimesync,
  ownTimeOf,
  type PeerClock,
  peerClock,
  startTimesync,
  stepTimesync,
  type TimesyncExchange,
  type TimesyncRequest,
} from "./protocols/timesync.ts";
export * from "./scaled-units.ts";
export {
  createSignatureVerifier,
  createSigningClock,
  type FrameSigning,
  parseSigningKey,
  type SignatureCounters,
  type SignatureVerdict,
  type SignatureVerifier,
  type SigningClock,
  type SigningKey,
  type SigningTimestamp,
  signingTimestamp,
  signingTimestampAt,
  type VerifierOptions,
} from "./signing.ts";
export {
  createFrameSplitter,
  type FrameSplitter,
  readTlog,
  type TlogRecord,
  tlogRecord,
} from "./tlog.ts";
export { wellFormed } from "./wire/text.ts";
