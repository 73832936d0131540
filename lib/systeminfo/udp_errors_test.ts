import { assertEquals } from "@std/assert";
import { parseUdpOverflows } from "./udp_errors.ts";

// Kernel 6.18.
const text = `Tcp: RtoAlgorithm RtoMin
Tcp: 1 200
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors
Udp: 867 0 40 993 30 0 0 0 2
UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors
UdpLite: 0 0 0 0 9 0 0
`;

Deno.test("parseUdpOverflows sums what found no room", () => {
  assertEquals(parseUdpOverflows(text), 32);
});

Deno.test("parseUdpOverflows gives null where the file does not say", () => {
  assertEquals(parseUdpOverflows(""), null);
  assertEquals(parseUdpOverflows("Udp: InDatagrams\nUdp: 1\n"), null);
  assertEquals(parseUdpOverflows("Udp: InErrors RcvbufErrors\nUdp: 1\n"), null);
  assertEquals(parseUdpOverflows("Udp: RcvbufErrors\nUdp: many\n"), null);
});
