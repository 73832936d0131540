import { assertEquals } from "@std/assert";
import { datagramsLostAt, isBound } from "./udp_table.ts";

function socket(place: string, drops: number): string {
  return ` 7325: ${place} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ` +
    `3603888 2 000000000c7befcf ${drops}       `;
}

Deno.test("only what our own sockets lost is counted, not what an agent beside them did", () => {
  const table = [
    socket("02004D0A:22B8", 3),
    socket("02004E0A:22B8", 4),
    socket("02004D0A:22B9", 100),
    socket("00000000:22B8", 200),
  ].join("\n");
  assertEquals(datagramsLostAt(8888, ["10.77.0.2", "10.78.0.2"], table), 7);
  assertEquals(datagramsLostAt(8888, [], table), 0);
});

Deno.test("another monitor is bound to our very address and port, an agent to all addresses", () => {
  const place = { address: "10.77.0.2", port: 8888 };
  assertEquals(isBound(place, socket("02004D0A:22B8", 0)), true);
  assertEquals(isBound(place, socket("00000000:22B8", 0)), false);
  assertEquals(isBound(place, socket("02004D0A:22B9", 0)), false);
  assertEquals(isBound(place, null), false);
});
