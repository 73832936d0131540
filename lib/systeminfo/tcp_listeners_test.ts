import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseTcpListeners, reachesPastListeners } from "./tcp_listeners.ts";

const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";

// Kernel 6.18: three listening sockets, a connection, and one more that must not be reached.
const tcp =
  `${header}   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 40 1 00000000a8e52a61 100 0 0 10 0
   1: 0100007F:0050 00000000:0000 0A 00000000:00000007 00:00000000 00000000     0        0 41 1 00000000a8e52a62 100 0 0 10 0
   2: 0B00000A:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1 00000000a8e52a63 100 0 0 10 0
   3: 0B00000A:01BB 0C00000A:D431 01 00000000:000001A4 00:00000000 00000000     0        0 43 1 00000000a8e52a64 20 4 30 10 -1
   4: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 44 1 00000000a8e52a65 100 0 0 10 0
`;

const tcp6 =
  `${header}   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000002 00:00000000 00000000     0        0 50 1
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 51 1
   2: 0000000000000000FFFF00000B00000A:0052 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 52 1
   3: B80D0120000000000000000002000000:0053 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 53 1
`;

Deno.test("parseTcpListeners reads IPv4 sockets up to the first that does not listen", () => {
  assertEquals(parseTcpListeners(tcp), [
    { address: "0.0.0.0", port: 2024, acceptQueue: 0, ipv6Only: null },
    { address: "127.0.0.1", port: 80, acceptQueue: 7, ipv6Only: null },
    { address: "10.0.0.11", port: 443, acceptQueue: 0, ipv6Only: null },
  ]);
});

Deno.test("parseTcpListeners reads IPv6 sockets, IPv4-mapped ones as IPv4", () => {
  assertEquals(parseTcpListeners(tcp6).map(({ address, port }) => `${address} ${port}`), [
    ":: 80",
    "::1 81",
    "10.0.0.11 82",
    "2001:db8::2 83",
  ]);
});

Deno.test("parseTcpListeners passes over a line that is cut off before its queue is whole", () => {
  const whole = tcp.indexOf("00000000:00000007 ") + "00000000:00000007 ".length;
  assertEquals(parseTcpListeners(tcp.slice(0, whole)).length, 2);
  assertEquals(parseTcpListeners(tcp.slice(0, whole - 1)).length, 1);
});

Deno.test("reachesPastListeners is true from the first socket that does not listen", () => {
  assertEquals(reachesPastListeners(tcp), true);
  assertEquals(reachesPastListeners(tcp.slice(0, tcp.indexOf("   3:"))), false);
  assertEquals(reachesPastListeners(tcp6), false);
  assertEquals(reachesPastListeners(""), false);
});

Deno.test("parseTcpListeners takes any text without throwing", () => {
  fc.assert(fc.property(fc.string(), fc.nat(tcp.length), (text, cut) => {
    parseTcpListeners(text);
    parseTcpListeners(tcp.slice(0, cut) + text + tcp.slice(cut));
  }));
});
