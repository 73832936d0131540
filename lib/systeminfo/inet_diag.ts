import ipaddr from "ipaddr.js";
import type { TcpListener } from "./tcp_listeners.ts";

/** The two families of IP sockets. */
export type IpFamily = "IPv4" | "IPv6";

/** AF_INET and AF_INET6. */
const familyNumbers: Readonly<Record<IpFamily, number>> = { IPv4: 2, IPv6: 10 };

const IPPROTO_TCP = 6;
const TCP_LISTEN = 10;
const NLM_F_REQUEST_DUMP = 0x301;

/** Types of netlink messages. */
const messageTypes = { error: 2, done: 3, sockDiagByFamily: 20 } as const;

const headerBytes = 16;
/** `struct inet_diag_req_v2`. */
const requestBytes = 56;
/** `struct inet_diag_msg`, and where in it there is what. */
const socketBytes = 72;
const at = { port: 4, address: 8, receiveQueue: 56 } as const;

/** The attribute in which an IPv6 socket says whether it takes IPv6 alone. */
const INET_DIAG_SKV6ONLY = 11;

/**
 * The netlink message that asks the kernel for all listening TCP sockets of a family
 * (sock_diag(7), `SOCK_DIAG_BY_FAMILY`).
 *
 * All of netlink is in the machine's byte order, which is little-endian wherever Deno runs; ports and
 * addresses alone are in the network's.
 */
export function listenersRequest(family: IpFamily): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + requestBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, messageTypes.sockDiagByFamily, true);
  view.setUint16(6, NLM_F_REQUEST_DUMP, true);
  bytes[headerBytes] = familyNumbers[family];
  bytes[headerBytes + 1] = IPPROTO_TCP;
  view.setUint32(headerBytes + 4, 1 << TCP_LISTEN, true);
  return bytes;
}

/** What a datagram of the kernel's answer holds. */
export interface ListenersAnswer {
  /** The sockets in it, in the kernel's order. */
  readonly listeners: readonly TcpListener[];
  /** Whether more datagrams follow, it was the last one, or the kernel refuses. */
  readonly end: "more" | "done" | "refused";
}

/**
 * Reads a datagram of the answer to {@linkcode listenersRequest} (Linux, net/ipv4/inet_diag.c,
 * inet_sk_diag_fill). In a listening socket, `idiag_rqueue` is the length of its accept queue.
 *
 * @param datagram What was received; what is malformed counts as a refusal.
 */
export function parseListenersAnswer(datagram: Uint8Array): ListenersAnswer {
  const listeners: TcpListener[] = [];
  for (let rest = datagram; rest.length >= headerBytes;) {
    const view = viewOf(rest);
    const length = view.getUint32(0, true);
    const type = view.getUint16(4, true);
    if (type === messageTypes.done) return { listeners, end: "done" };
    const isWhole = length >= headerBytes + socketBytes && length <= rest.length;
    if (type !== messageTypes.sockDiagByFamily || !isWhole) return { listeners, end: "refused" };
    listeners.push(parseSocket(rest.subarray(headerBytes, length)));
    rest = rest.subarray(aligned(length));
  }
  return { listeners, end: "more" };
}

function parseSocket(message: Uint8Array): TcpListener {
  const view = viewOf(message);
  const isIPv6 = message[0] === familyNumbers.IPv6;
  const address = message.subarray(at.address, at.address + (isIPv6 ? 16 : 4));
  return {
    address: ipaddr.process(ipaddr.fromByteArray([...address]).toString()).toString(),
    port: view.getUint16(at.port),
    acceptQueue: view.getUint32(at.receiveQueue, true),
    ipv6Only: isIPv6 ? readIpv6Only(message.subarray(socketBytes)) : null,
  };
}

/** Null where the kernel does not say. */
function readIpv6Only(attributes: Uint8Array): boolean | null {
  for (let rest = attributes; rest.length > 4;) {
    const view = viewOf(rest);
    const length = view.getUint16(0, true);
    if (view.getUint16(2, true) === INET_DIAG_SKV6ONLY) return rest[4] !== 0;
    rest = rest.subarray(Math.max(aligned(length), 4));
  }
  return null;
}

/** Messages and attributes begin at multiples of 4. */
function aligned(length: number): number {
  return (length + 3) & ~3;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
