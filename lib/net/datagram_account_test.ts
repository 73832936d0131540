import { assertEquals } from "@std/assert";
import { DatagramAccount } from "./datagram_account.ts";

/** A line of `/proc/net/udp`: a socket at 10.0.0.10 or 10.0.0.11, port 8888. */
function line(lastByte: number, inode: number, drops: number): string {
  const address = `${lastByte.toString(16).toUpperCase().padStart(2, "0")}00000A`;
  return `  1: ${address}:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000     0` +
    `        0 ${inode} 2 00000000a6deea1b ${drops}`;
}

Deno.test("An account follows the sockets that the program has, and adds up", () => {
  let addresses = ["10.0.0.10"];
  let [lines, overflows] = [[line(10, 1, 0)], 100];
  const account = new DatagramAccount({
    port: 8888,
    addresses: () => addresses,
    tables: () => ({ udp: lines.join("\n"), snmp: `Udp: RcvbufErrors\nUdp: ${overflows}\n` }),
  });
  assertEquals(account.look(), { lost: 0, filtered: 0 });
  [lines, overflows] = [[line(10, 1, 5), line(11, 2, 50)], 102];
  assertEquals(account.look(), { lost: 2, filtered: 3 });
  addresses = ["10.0.0.10", "10.0.0.11"];
  assertEquals(account.look(), { lost: 2, filtered: 53 }, "another one is its own by now");
  lines = [line(11, 2, 51)];
  assertEquals(account.look(), { lost: 2, filtered: 54 }, "what a closed one had stays counted");
});
