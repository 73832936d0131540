import { assertEquals } from "@std/assert";
import { quantile } from "./quantile.ts";

Deno.test("a percentile is the smallest value that so many do not exceed", () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  assertEquals(quantile(values, 0.5), 100);
  assertEquals(quantile(values, 0.99), 198);
  assertEquals(quantile(values, 1), 200);
  assertEquals(quantile([7], 0.001), 7);
});
