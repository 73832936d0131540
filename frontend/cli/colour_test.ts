import { assertEquals } from "@std/assert";
import { paletteOf } from "./colour.ts";

Deno.test("a palette without colours leaves texts as they are", () => {
  assertEquals(paletteOf(false).warning("text"), "text");
  assertEquals(paletteOf(true).warning("text"), "\x1b[33mtext\x1b[39m");
});
