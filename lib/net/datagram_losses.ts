import { parseUdpOverflows, parseUdpSockets } from "deno-systeminfo-free";

/** What the kernel tells, as text; null where it cannot be read. */
export interface LossTables {
  /** `/proc/net/udp`. */
  readonly udp: string | null;
  /** `/proc/net/snmp`. */
  readonly snmp: string | null;
}

/** Datagrams that came to a program's sockets and were not given to it. */
export interface DatagramsNotGiven {
  /** For want of room, as they were not read in time: true ones may be among them. */
  readonly lost: number;
  /** By the sockets' filter, which drops nothing that is true. */
  readonly filtered: number;
}

/**
 * Tells what a program's sockets lost from what their filters dropped.
 *
 * The kernel counts both together per socket (`sk_drops`), but only what found no room in a counter
 * of the whole machine. So of the drops of some time at most that many were losses. Where another
 * program's socket overflows while our filter drops, a filtered datagram may pass for a lost one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DatagramLosses } from "./datagram_losses.ts";
 *
 * const losses = new DatagramLosses();
 * assertEquals(losses.since({ udp: null, snmp: null }, 8888, new Set()), { lost: 0, filtered: 0 });
 * ```
 */
export class DatagramLosses {
  /** The drops of each socket, by its inode, when it was last looked at. */
  #drops = new Map<string, number>();
  #overflows: number | null = null;

  /**
   * What was not given since the last call; at a socket's first appearance, since it was opened.
   *
   * @param port The port of the program's sockets.
   * @param addresses The addresses that they are bound to.
   */
  since(
    { udp, snmp }: LossTables,
    port: number,
    addresses: ReadonlySet<string>,
  ): DatagramsNotGiven {
    const before = this.#drops;
    const sockets = parseUdpSockets(udp ?? "", port)
      .filter(({ address }) => addresses.has(address));
    this.#drops = new Map(sockets.map(({ inode, drops }) => [inode, drops]));
    const dropped = sockets.reduce(
      (sum, { inode, drops }) => sum + Math.max(0, drops - (before.get(inode) ?? 0)),
      0,
    );
    const lost = Math.min(dropped, this.#newOverflows(snmp) ?? dropped);
    return { lost, filtered: dropped - lost };
  }

  /** Null where it cannot be told. */
  #newOverflows(snmp: string | null): number | null {
    const before = this.#overflows;
    this.#overflows = snmp === null ? null : parseUdpOverflows(snmp);
    return before === null || this.#overflows === null ? null : this.#overflows - before;
  }
}
