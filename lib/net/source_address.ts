import { intOf, quietLibc } from "./quiet_libc.ts";
import { decodeSocketAddress, encodeSocketAddress, socketAddressBytes } from "./socket_address.ts";

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0x80002;
/** Any port does: a route depends on the address alone. */
const discardPort = 9;

/**
 * The IPv4 address of this machine that a datagram to another IPv4 address leaves from, by the
 * kernel's routes at this moment (ip(7): connecting sends nothing); it takes some 30 µs.
 *
 * @returns null where there is no route, or the kernel cannot be asked.
 * @throws {Error} If it is no IP address.
 */
export function sourceAddressTowards(address: string): string | null {
  const libc = quietLibc();
  const to = encodeSocketAddress({ hostname: address, port: discardPort });
  if (libc === null || to[0] !== AF_INET) return null;
  const fd = intOf(libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0));
  if (fd < 0) return null;
  try {
    if (intOf(libc.connect(fd, to, to.length)) !== 0) return null;
    const [from, length] = [new Uint8Array(socketAddressBytes), Uint32Array.of(socketAddressBytes)];
    const asked = libc.getsockname(fd, from, length);
    return intOf(asked) === 0 ? decodeSocketAddress(from).hostname : null;
  } finally {
    libc.close(fd);
  }
}
