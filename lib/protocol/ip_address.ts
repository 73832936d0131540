import ipaddr from "ipaddr.js";
import { cannotEncode, type Format } from "./format.ts";
import { mustHold } from "./malformed.ts";

type Address = ReturnType<typeof ipaddr.parse>;

/** Places that nobody can connect to, or that another spelling already names. */
const illegalRanges = new Set<string>(["unspecified", "multicast", "broadcast", "ipv4Mapped"]);

/**
 * An address to connect to: 4 bytes (IPv4) or 16 (IPv6), all that the field around it has left.
 *
 * Each address has one form: an IPv4 address mapped into IPv6 travels as IPv4, and texts come out
 * as RFC 5952 has them. A zone ("%eth0") means nothing on another machine and cannot be sent.
 */
export const ipAddress: Format<string> = {
  maxBytes: 16,
  write(writer, value, name) {
    const address = parse(value);
    if (address === null || illegalRanges.has(address.range())) {
      throw cannotEncode(name, "an IP address of one machine, without a zone", value);
    }
    writer.bytes(address.toByteArray());
  },
  read(reader) {
    const bytes = reader.take();
    mustHold(bytes.length === 4 || bytes.length === 16, "an address of an unknown family");
    const address = ipaddr.fromByteArray([...bytes]);
    mustHold(!illegalRanges.has(address.range()), "an address that is no single machine's");
    return address.toString();
  },
};

function parse(text: string): Address | null {
  const valid = ipaddr.IPv4.isValidFourPartDecimal(text) ||
    (ipaddr.IPv6.isValid(text) && !text.includes("%"));
  return valid ? ipaddr.process(text) : null;
}
