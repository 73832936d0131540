import { assertEquals } from "@std/assert";
import { DatagramLosses } from "./datagram_losses.ts";

const [ours, other] = ["0A00000A", "0B00000A"];

/** A line of `/proc/net/udp`. */
function line(address: string, inode: number, drops: number): string {
  return `  1: ${address}:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000     0` +
    `        0 ${inode} 2 00000000a6deea1b ${drops}`;
}

/** What was not given after each of some looks: lines of sockets, and the machine's overflows. */
function after(...looks: [lines: string[], overflows: number | null][]) {
  const losses = new DatagramLosses();
  return looks.map(([lines, overflows]) => {
    const snmp = overflows === null ? null : `Udp: RcvbufErrors\nUdp: ${overflows}\n`;
    const tables = { udp: lines.join("\n"), snmp };
    const { lost, filtered } = losses.since(tables, 8888, new Set(["10.0.0.10"]));
    return [lost, filtered];
  });
}

Deno.test("What the filter drops is not lost", () => {
  assertEquals(
    after([[line(ours, 1, 0)], 40], [[line(ours, 1, 500)], 40], [[line(ours, 1, 500)], 40]),
    [[0, 0], [0, 500], [0, 0]],
  );
});

Deno.test("What finds no room is lost, with and without a filter's drops beside it", () => {
  assertEquals(
    after([[line(ours, 1, 0)], 0], [[line(ours, 1, 7)], 7], [[line(ours, 1, 107)], 17]),
    [[0, 0], [7, 0], [10, 90]],
  );
});

Deno.test("What other sockets of the machine lose is theirs", () => {
  const sockets = (drops: number) => [line(ours, 1, 0), line(other, 2, drops)];
  assertEquals(after([sockets(0), 0], [sockets(900), 900]), [[0, 0], [0, 0]]);
});

Deno.test("A socket that is opened anew counts from nothing, and takes nothing back", () => {
  assertEquals(
    after([[line(ours, 1, 9)], 9], [[line(ours, 2, 0)], 9], [[line(ours, 2, 4)], 13]),
    [[9, 0], [0, 0], [4, 0]],
  );
});

Deno.test("Where the kernel does not tell them apart, all that is dropped may be lost", () => {
  assertEquals(after([[line(ours, 1, 0)], null], [[line(ours, 1, 3)], null]), [[0, 0], [3, 0]]);
});
