import { assertEquals } from "@std/assert";
import { quote } from "./quote.ts";

Deno.test("a short value is quoted whole, in one line", () => {
  assertEquals(quote(""), '""');
  assertEquals(quote("a\nb"), '"a\\nb"');
});

Deno.test("a long value is cut between characters, and the rest is counted", () => {
  assertEquals(quote("a".repeat(60)), `"${"a".repeat(60)}"`);
  assertEquals(quote("😀".repeat(62)), `"${"😀".repeat(60)}…" (2 more characters)`);
});
