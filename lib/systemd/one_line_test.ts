import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { oneLine } from "./one_line.ts";

Deno.test("plain text stays as it is", () => {
  assertEquals(oneLine('10.0.0.1:80 is up, "olá" ✓'), '10.0.0.1:80 is up, "olá" ✓');
});

Deno.test("what breaks a line, drives a terminal or turns the text around is escaped", () => {
  assertEquals(oneLine("a\nb\r\tc"), "a\\nb\\r\\tc");
  assertEquals(oneLine("\x1b[2J\x7f\x9b"), "\\u{1b}[2J\\u{7f}\\u{9b}");
  assertEquals(
    oneLine("\u2028\u2029\u202e\ufeff\ud800"),
    "\\u{2028}\\u{2029}\\u{202e}\\u{feff}\\u{d800}",
  );
});

Deno.test("property: the result is printable whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(/[\p{C}\p{Zl}\p{Zp}]/u.test(oneLine(text)), false);
  }));
});
