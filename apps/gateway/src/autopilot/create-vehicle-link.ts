import type { VehicleAddress } from "../settings.ts";
import { dialSerial } from "./dial-serial.ts";
import { dialTcp } from "./dial-tcp.ts";
import { type CodecOptions, FrameCodec } from "./frame-codec.ts";
import { OneSystem } from "./one-system.ts";
import { StreamLink } from "./stream-link.ts";
import { UdpLink } from "./udp-link.ts";
import type { VehicleLink, VehicleLinkOptions } from "./vehicle-link.ts";

type Options = Omit<VehicleLinkOptions, "codec" | "isOurs"> &
  Omit<CodecOptions, "cut"> & {
    /** Told once of each other autopilot on the line. */
    readonly onOther: (systemId: number) => void;
  };

/** The link that an address asks for, not yet open. */
export function createVehicleLink(address: VehicleAddress, options: Options): VehicleLink {
  const system = new OneSystem(address.systemId, options.onOther);
  const isOurs: VehicleLinkOptions["isOurs"] = (frame) => system.isOurs(frame);
  if (address.kind === "udp") {
    const codec = new FrameCodec({ ...options, cut: "datagrams" });
    return new UdpLink({ ...options, ...address, codec, isOurs });
  }
  const codec = new FrameCodec({ ...options, cut: "stream" });
  const dial = address.kind === "tcp" ? dialTcp(address) : dialSerial(address);
  return new StreamLink({ ...options, codec, isOurs, dial, address: address.text });
}
