import { assertEquals } from "@std/assert";
import { holdersOf } from "./udp_table.ts";

function socket(place: string, uid: number): string {
  return ` 7325: ${place} 00000000:0000 07 00000000:00000000 00:00000000 00000000 ${uid}        0 ` +
    `3603888 2 000000000c7befcf 0       `;
}

Deno.test("who is bound to our very address and port is told, an agent at the group is not", () => {
  const place = { address: "10.77.0.2", port: 8888 };
  const table = [
    socket("02004D0A:22B8", 990),
    socket("00000000:22B8", 1),
    socket("080808EF:22B8", 2),
    socket("02004D0A:22B9", 3),
    socket("02004D0A:22B8", 65_534),
  ].join("\n");
  assertEquals(holdersOf(place, table), [990, 65_534]);
  assertEquals(holdersOf(place, null), []);
});

Deno.test("a socket that only reserves our address is none that may take what comes there", () => {
  const place = { address: "10.77.0.2", port: 8888 };
  const socketTo = (remote: string, uid: number) =>
    socket("02004D0A:22B8", uid).replace("00000000:0000", remote);
  const table = [socketTo("02004D0A:0009", 990), socketTo("03004D0A:22B8", 65_534)].join("\n");
  assertEquals(holdersOf(place, table), [65_534]);
});
