import { assertEquals } from "@std/assert";
import { parseUdpSockets } from "./udp_sockets.ts";

// Kernel 6.18.
const head =
  "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout " +
  "inode ref pointer drops            ";
const idle = " 7325: 00000000:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000     " +
  "0        0 3617321 2 00000000a6deea1b 0       ";
const full = " 7326: 02004D0A:22B8 00000000:0000 07 00000000:00034000 00:00000000 00000000  " +
  "1000     0 2096831 2 00000000c9a8aaf9 2843    ";

const everywhere = { address: "0.0.0.0", remoteAddress: null };
const here = { address: "10.77.0.2", remoteAddress: null };

Deno.test("parseUdpSockets reads every socket with what it lost", () => {
  assertEquals(parseUdpSockets([head, idle, full, ""].join("\n")), [
    { ...everywhere, port: 8888, uid: 0, inode: "3617321", drops: 0 },
    { ...here, port: 8888, uid: 1000, inode: "2096831", drops: 2843 },
  ]);
});

Deno.test("parseUdpSockets gives the sockets of one port, connected elsewhere or not", () => {
  const connected = full.replace("22B8 00000000:0000", "0035 0100007F:22B8");
  const text = [head, idle, connected, full].join("\n");
  assertEquals(parseUdpSockets(text, 8888).map(({ inode }) => inode), ["3617321", "2096831"]);
  const [remote, ...others] = parseUdpSockets(text, 53);
  assertEquals([remote?.inode, remote?.remoteAddress, others], ["2096831", "127.0.0.1", []]);
  assertEquals(parseUdpSockets(text, 8889), []);
});

Deno.test("parseUdpSockets passes over what it cannot read", () => {
  assertEquals(parseUdpSockets(""), []);
  assertEquals(parseUdpSockets(`${head}\n${full.slice(0, 90)}\nnothing`), []);
});
