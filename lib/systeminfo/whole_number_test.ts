import { assertEquals } from "@std/assert";
import { parseWholeNumber } from "./whole_number.ts";

Deno.test("parseWholeNumber reads a number with white space around it", () => {
  assertEquals(parseWholeNumber("268435456\n"), 268_435_456);
  assertEquals(parseWholeNumber(" 0 "), 0);
});

Deno.test("parseWholeNumber gives null for what is no whole number", () => {
  for (const text of ["", " ", "max", "-1", "1.5", "1e3", "0x10", "1 2"]) {
    assertEquals(parseWholeNumber(text), null, text);
  }
});

Deno.test("parseWholeNumber gives null for a number that it could not give exactly", () => {
  assertEquals(parseWholeNumber("9007199254740991"), 9_007_199_254_740_991);
  assertEquals(parseWholeNumber("9007199254740992"), null);
});
