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
    writer.bytes(machineAddress(value, name).toByteArray());
  },
  read(reader) {
    const bytes = reader.take();
    mustHold(bytes.length === 4 || bytes.length === 16, "an address of an unknown family");
    const address = ipaddr.fromByteArray([...bytes]);
    mustHold(!illegalRanges.has(address.range()), "an address that is no single machine's");
    return address.toString();
  },
};

/**
 * An address of a sender in the same 16 bytes for both families: IPv4 is mapped into IPv6
 * (`::ffff:0:0/96`, RFC 4291, section 2.5.5.2), and comes out as IPv4 again.
 */
export const mappedAddress: Format<string> = {
  maxBytes: 16,
  write(writer, value, name) {
    const address = machineAddress(value, name);
    writer.bytes((isIPv4(address) ? address.toIPv4MappedAddress() : address).toByteArray());
  },
  read(reader) {
    const bytes = reader.take(16);
    if (isMapped(bytes)) return readIPv4(bytes.subarray(12));
    const address = new ipaddr.IPv6([...bytes]);
    mustHold(!illegalRanges.has(address.range()), "a sender that is no single machine");
    return address.toString();
  },
};

/** Whether 16 bytes are in `::ffff:0:0/96`. */
function isMapped(bytes: Uint8Array): boolean {
  for (let at = 0; at < 10; at++) if (bytes[at] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

/**
 * Reads the address that is in every report by hand, as `ipaddr.js` leaves much to collect, and reports
 * may come by the ten thousand.
 *
 * @throws {Malformed} where it is in 0.0.0.0/8, multicast or the broadcast address.
 */
function readIPv4([a = 0, b = 0, c = 0, d = 0]: Uint8Array): string {
  const isBroadcast = a === 255 && b === 255 && c === 255 && d === 255;
  const isMulticast = a >= 224 && a <= 239;
  mustHold(a !== 0 && !isMulticast && !isBroadcast, "a sender that is no single machine");
  return `${a}.${b}.${c}.${d}`;
}

function isIPv4(address: Address): address is ipaddr.IPv4 {
  return address.kind() === "ipv4";
}

/** @throws {RangeError} where the text is not the address of one machine. */
function machineAddress(text: string, name: string): Address {
  const address = parse(text);
  if (address !== null && !illegalRanges.has(address.range())) return address;
  throw cannotEncode(name, "an IP address of one machine, without a zone", text);
}

function parse(text: string): Address | null {
  const valid = ipaddr.IPv4.isValidFourPartDecimal(text) ||
    (ipaddr.IPv6.isValid(text) && !text.includes("%"));
  return valid ? ipaddr.process(text) : null;
}
