import { assertEquals } from "@std/assert";
import { droppedAt } from "./dropped.ts";

const line = (address: string, drops: number) =>
  `  325: ${address}:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 ` +
  `3603888 2 000000000c7befcf ${drops}       \n`;

Deno.test("The drops of all agents at the port are added up, and a monitor's are not theirs", () => {
  const agents = line("00000000", 12) + line("00000000", 30);
  assertEquals(droppedAt(8888, agents + line("0100007F", 500)), 42);
});

Deno.test("Drops are unknown where the table is not to be had or does not name the port", () => {
  assertEquals(droppedAt(8888, null), null);
  assertEquals(droppedAt(8888, line("0100007F", 500)), null);
  assertEquals(droppedAt(9999, line("00000000", 12)), null);
});
