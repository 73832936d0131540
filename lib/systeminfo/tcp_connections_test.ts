import { assertEquals } from "@std/assert";
import { parseEstablishedTcp } from "./tcp_connections.ts";

// Kernel 6.18, shortened to four protocols.
const sample = `Ip: Forwarding DefaultTTL InReceives
Ip: 1 64 294100
Icmp: InMsgs InErrors
Icmp: 1 0
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
Tcp: 1 200 120000 -1 48552 48523 1 512 17 293893 292608 0 0 541 0
UdpLite: InDatagrams
UdpLite: 0
`;

Deno.test("parseEstablishedTcp finds the column by its name", () => {
  assertEquals(parseEstablishedTcp(sample), 17);
});

Deno.test("parseEstablishedTcp gives null where the text does not say", () => {
  for (
    const text of ["", "Tcp: CurrEstab\n", "Tcp: MaxConn\nTcp: -1\n", "Tcp: CurrEstab\nTcp: x\n"]
  ) {
    assertEquals(parseEstablishedTcp(text), null, text);
  }
});
