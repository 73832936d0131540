/**
 * UDP sockets with what `Deno.listenDatagram` has no options for, which is set by the C library on
 * the socket's own descriptor. Where the foreign function interface cannot be had, such an option
 * stays as it is, and the caller is told so.
 *
 * @module
 */
import { parseUdpSockets } from "deno-systeminfo-free";
import { isReserved } from "./is_reserved.ts";
import { encodeFilter, type Instruction } from "./packet_filter.ts";
import { intOf, type QuietLibc, quietLibc } from "./quiet_libc.ts";
import { encodeSocketAddress, isSocketAddress, socketAddressBytes } from "./socket_address.ts";

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
const SO_REUSEPORT = 15;
const SO_ATTACH_FILTER = 26;
/** Needs CAP_NET_ADMIN. */
const SO_RCVBUFFORCE = 33;

/** With this as its family an address connects a socket to nobody (connect(2)). */
const nobody = new Uint8Array(socketAddressBytes);

/** Nothing is sent from it (RFC 863): who hears that alone hears nothing. */
const discardPort = 9;

/** A bound UDP socket. */
export class DatagramSocket implements Disposable {
  /** Sends and receives. */
  readonly connection: Deno.DatagramConn;
  /** Null where it cannot be found, or the C library cannot be called. */
  readonly #descriptor: number | null;
  #isReserved = false;

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
   * does not stand in the way: it is bound beside, sharing for a moment. Nor does one that is
   * {@linkcode reserve}d by a process of the same user.
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
      const socket = DatagramSocket.#openBeside(options, readUdpTable());
      if (socket === null) throw error;
      return socket;
    }
  }

  /** @returns null where that cannot be had. */
  static #openBeside(options: DatagramSocketOptions, table: string | null): DatagramSocket | null {
    const { hostname, port } = options;
    if (table === null || quietLibc() === null) return null;
    const holders = parseUdpSockets(table, port).filter(({ address }) => address === hostname);
    if (holders.length === 0) {
      const socket = DatagramSocket.#open(options, true);
      return socket.#orNothing(socket.#set(SO_REUSEADDR, 0));
    }
    if (!holders.every(isReserved)) return null;
    const socket = DatagramSocket.#open({ hostname, port: 0 }, false);
    return socket.#orNothing(socket.#moveTo(options));
  }

  #orNothing(isRight: boolean): this | null {
    if (isRight) return this;
    this.close();
    return null;
  }

  /**
   * Binds it anew, to a port that was reserved: Deno binds a socket as it makes it, before anything
   * can be set. A port that the kernel has chosen is let go by connecting to nobody.
   */
  #moveTo(options: DatagramSocketOptions): boolean {
    const name = encodeSocketAddress(options);
    const libc = quietLibc();
    if (libc === null || this.#descriptor === null) return false;
    return this.#connect(nobody) && this.#set(SO_REUSEPORT, 1) &&
      intOf(libc.bind(this.#descriptor, name, name.length)) === 0 && this.#set(SO_REUSEPORT, 0);
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

  /**
   * Hears nothing more and keeps the address from all others, but for a process of the same user,
   * which may open it beside: so it passes on without a moment in which anybody else could have it.
   * (Linux lets only sockets of one user share a port by `SO_REUSEPORT`, socket(7).) The port has to
   * be one that was asked for: one that the kernel has chosen is lost at {@linkcode takeBack}.
   *
   * @returns whether it does; otherwise all is as it was.
   */
  reserve(): boolean {
    const itself = encodeSocketAddress({ hostname: this.address, port: discardPort });
    this.#isReserved = this.#connect(itself) && this.#set(SO_REUSEPORT, 1);
    if (!this.#isReserved) this.#connect(nobody);
    return this.#isReserved;
  }

  /**
   * Hears again, after {@linkcode reserve}, where nobody has taken the address over.
   *
   * @returns whether it does.
   */
  takeBack(): boolean {
    if (!this.#isReserved) return true;
    this.#isReserved = !(this.#set(SO_REUSEPORT, 0) && this.#connect(nobody));
    return !this.#isReserved;
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

  #connect(to: Uint8Array<ArrayBuffer>): boolean {
    const libc = quietLibc();
    if (libc === null || this.#descriptor === null) return false;
    return intOf(libc.connect(this.#descriptor, to, to.length)) === 0;
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
