/** `sl local_address rem_address st … uid timeout inode`, as tcp, tcp6, udp and udp6 have it. */
const socketLine =
  /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+ +\d+ +\d+ (\d+)/;

/** Listening (TCP) and unconnected (UDP). */
const open = ["0A", "07"];

/**
 * The inodes of the sockets that wait on a local port, by which `/proc/PID/fd` tells whose they are.
 *
 * @param text `/proc/net/tcp`, `tcp6`, `udp` or `udp6` (proc_pid_net(5)).
 * @param port 1 to 65,535.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSocketInodes } from "./socket_inodes.ts";
 *
 * const line = "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0" +
 *   "        0 4711 1 0000000000000000 100 0 0 10 0";
 * assertEquals(parseSocketInodes(line, 80), ["4711"]);
 * ```
 */
export function parseSocketInodes(text: string, port: number): string[] {
  return text.split("\n").flatMap((line) => {
    const [, local, remote, state = "", inode = ""] = socketLine.exec(line) ?? [];
    const isIt = Number.parseInt(local ?? "", 16) === port && remote === "0000" &&
      open.includes(state);
    return isIt ? [inode] : [];
  });
}
