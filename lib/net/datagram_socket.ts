/**
 * UDP sockets with what `Deno.listenDatagram` has no options for, which is set by the C library on
 * the socket's own descriptor. Where the foreign function interface cannot be had, such an option
 * stays as it is, and the caller is told so.
 *
 * @module
 */
import { parseUdpSockets } from "deno-systeminfo-free";
import { encodeFilter, type Instruction } from "./packet_filter.ts";
import { intOf, type QuietLibc, quietLibc } from "./quiet_libc.ts";
import { isSocketAddress, socketAddressBytes } from "./socket_address.ts";

/** Where to bind a socket. */
export interface DatagramSocketOptions {
  /** An IPv4 address: one of this machine's, or a group's. */
  readonly hostname: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Numbers of Linux that x86-64 and arm64 have in common (asm-generic/socket.h). */
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_RCVBUF = 8;
const SO_ATTACH_FILTER = 26;
/** Needs CAP_NET_ADMIN. */
const SO_RCVBUFFORCE = 33;

/** A bound UDP socket. */
export class DatagramSocket implements Disposable {
  /** Sends and receives. */
  readonly connection: Deno.DatagramConn;
  /** Null where it cannot be found, or the C library cannot be called. */
  readonly #descriptor: number | null;

  private constructor(connection: Deno.DatagramConn, descriptor: number | null) {
    this.connection = connection;
    this.#descriptor = descriptor;
  }

  /**
   * Opens a socket whose address and port others may bind as well (`SO_REUSEADDR`): fit for a group
   * alone, of whose datagrams each such socket gets a copy.
   *
   * @throws {Deno.errors.AddrInUse} If another socket does not share the port.
   */
  static openShared(options: DatagramSocketOptions): DatagramSocket {
    return DatagramSocket.#open(options, true);
  }

  /**
   * Opens a socket whose address and port nobody else can bind: of two sockets bound to one address,
   * Linux gives all datagrams to the last one, whoever's it is (udp(7) compares no user).
   *
   * A socket that is bound to all addresses (0.0.0.0) and shared, as agents of former versions had,
   * does not stand in the way: it is bound beside, sharing for a moment.
   *
   * @param readUdpTable Gives the text of `/proc/net/udp`; null where it cannot be read.
   * @throws {Deno.errors.AddrInUse} If another socket holds the address.
   */
  static openExclusive(
    options: DatagramSocketOptions,
    readUdpTable: () => string | null,
  ): DatagramSocket {
    try {
      return DatagramSocket.#open(options, false);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      if (isHeld(options, readUdpTable()) || quietLibc() === null) throw error;
      const socket = DatagramSocket.#open(options, true);
      if (socket.#set(SO_REUSEADDR, 0)) return socket;
      socket.close();
      throw error;
    }
  }

  static #open({ hostname, port }: DatagramSocketOptions, reuseAddress: boolean): DatagramSocket {
    const options = { transport: "udp", hostname, port, reuseAddress, loopback: true } as const;
    // Sockets of this process may have the same name, but then they were there before.
    const before = reuseAddress ? descriptorsOf({ hostname, port }) : [];
    const connection = Deno.listenDatagram(options);
    const { hostname: address, port: bound } = connection.addr as Deno.NetAddr;
    const found = descriptorsOf({ hostname: address, port: bound });
    const descriptor = found.find((fd) => !before.includes(fd)) ?? null;
    return new DatagramSocket(connection, descriptor);
  }

  /** The address that it is bound to. */
  get address(): string {
    return (this.connection.addr as Deno.NetAddr).hostname;
  }

  /**
   * Has the kernel drop datagrams before they take room in the socket's buffer; one program takes the
   * place of another without a gap.
   *
   * @returns whether it does.
   */
  attachFilter(program: readonly Instruction[]): boolean {
    const libc = quietLibc();
    if (libc === null || this.#descriptor === null) return false;
    const instructions = encodeFilter(program);
    // struct sock_fprog: the number of instructions, and a pointer to them.
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, program.length, true);
    const place = Deno.UnsafePointer.value(Deno.UnsafePointer.of(instructions));
    view.setBigUint64(8, BigInt(place), true);
    return setOption(libc, this.#descriptor, SO_ATTACH_FILTER, bytes);
  }

  /**
   * Asks for a receive buffer of so many bytes. The kernel's own administration counts: a datagram
   * of 300 bytes takes some 800 of them, one of 1,200 some 2,300.
   *
   * @returns what the kernel gave: no more than twice `net.core.rmem_max`, unless the process may
   * administer the network; null where it cannot be asked.
   */
  enlargeReceiveBuffer(bytes: number): number | null {
    // The kernel doubles what it is asked for (socket(7)).
    const half = Math.ceil(bytes / 2);
    if (!this.#set(SO_RCVBUFFORCE, half) && !this.#set(SO_RCVBUF, half)) return null;
    const libc = quietLibc();
    const [value, length] = [new Int32Array(1), Uint32Array.of(4)];
    if (libc === null || this.#descriptor === null) return null;
    const asked = libc.getsockopt(this.#descriptor, SOL_SOCKET, SO_RCVBUF, value, length);
    return intOf(asked) === 0 ? value[0] ?? null : null;
  }

  #set(name: number, value: number): boolean {
    const libc = quietLibc();
    if (libc === null || this.#descriptor === null) return false;
    return setOption(libc, this.#descriptor, name, new Uint8Array(Int32Array.of(value).buffer));
  }

  /** Closes it; what is being received rejects. */
  close(): void {
    this.connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function setOption(
  libc: QuietLibc,
  descriptor: number,
  name: number,
  value: Uint8Array<ArrayBuffer>,
): boolean {
  return intOf(libc.setsockopt(descriptor, SOL_SOCKET, name, value, value.length)) === 0;
}

/** Whether a socket is bound to this very address, so that its datagrams would be ours or its. */
function isHeld({ hostname, port }: DatagramSocketOptions, table: string | null): boolean {
  return table === null ||
    parseUdpSockets(table).some((socket) => socket.address === hostname && socket.port === port);
}

/** This process's descriptors of sockets that are bound to an address and a port. */
function descriptorsOf(endpoint: { readonly hostname: string; readonly port: number }): number[] {
  const libc = quietLibc();
  if (libc === null) return [];
  const name = new Uint8Array(socketAddressBytes);
  const length = new Uint32Array(1);
  return openDescriptors().filter((descriptor) => {
    length[0] = socketAddressBytes;
    const asked = libc.getsockname(descriptor, name, length);
    return intOf(asked) === 0 && isSocketAddress(name, endpoint);
  });
}

function openDescriptors(): number[] {
  try {
    return [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => Number(name));
  } catch {
    return [];
  }
}
