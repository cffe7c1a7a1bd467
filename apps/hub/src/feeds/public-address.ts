import { BlockList, isIP } from "node:net";

/** IANA's special-purpose IPv4 ranges that are not the public network, multicast and reserved. */
const special4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const;

/**
 * Of IPv6 only global unicast is public (RFC 4291, section 2.4), which leaves out loopback, unique
 * local, link-local, multicast, and IPv4 in its mapped and NAT64 forms; without the ranges in it
 * that carry another address (Teredo in 2001::/23, 6to4) or are for documentation.
 */
const global6 = ["2000::", 3] as const;
const special6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const listOf = (
  family: "ipv4" | "ipv6",
  subnets: readonly (readonly [string, number])[],
): BlockList => {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
};

const notPublic4 = listOf("ipv4", special4);
const public6 = listOf("ipv6", [global6]);
const notPublic6 = listOf("ipv6", special6);

/** [SE1] Whether an IP address is one of the public network. What is no address is none. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !notPublic4.check(address, "ipv4");
    case 6:
      // A zone ("fe80::1%eth0") belongs to link-local addresses alone.
      return (
        !address.includes("%") &&
        public6.check(address, "ipv6") &&
        !notPublic6.check(address, "ipv6")
      );
    default:
      return false;
  }
}
