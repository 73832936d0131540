import { assertEquals } from "@std/assert";
import { spread } from "./spread.ts";

Deno.test("a spread is the middle, the smallest and the largest", () => {
  assertEquals(spread([5, 1, 9]), { median: 5, least: 1, most: 9 });
});
