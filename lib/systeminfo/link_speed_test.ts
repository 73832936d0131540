import { assertEquals } from "@std/assert";
import { parseLinkSpeed } from "./link_speed.ts";

Deno.test("parseLinkSpeed gives bytes per second", () => {
  assertEquals(parseLinkSpeed("10\n"), 1_250_000);
  assertEquals(parseLinkSpeed("100000\n"), 12_500_000_000);
});

Deno.test("parseLinkSpeed gives null for each way of saying that the speed is unknown", () => {
  for (const text of ["-1\n", "0\n", "4294967295\n", "", "fast"]) {
    assertEquals(parseLinkSpeed(text), null, text);
  }
});
