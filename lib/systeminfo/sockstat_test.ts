import { assertEquals } from "@std/assert";
import { parseTcpSocketsInUse } from "./sockstat.ts";

// Kernel 6.18.
const sample = `sockets: used 15
TCP: inuse 12 orphan 0 tw 3 alloc 14 mem 108
UDP: inuse 2 mem 0
`;

Deno.test("parseTcpSocketsInUse reads the file of either family", () => {
  assertEquals(parseTcpSocketsInUse(sample), 12);
  assertEquals(parseTcpSocketsInUse("TCP6: inuse 4\nUDP6: inuse 9\n"), 4);
});

Deno.test("parseTcpSocketsInUse gives null where the text does not say", () => {
  assertEquals(parseTcpSocketsInUse(""), null);
  assertEquals(parseTcpSocketsInUse("UDP: inuse 2 mem 0\n"), null);
});
