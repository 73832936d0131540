import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { columns } from "./columns.ts";

Deno.test("columns are as wide as their widest cell, two apart", () => {
  assertEquals(columns([["a", "1"], ["long", "2"]]), "  a     1\n  long  2\n");
});

Deno.test("the last column wraps and stays aligned", () => {
  const text = columns([["ab", "word ".repeat(40).trim()]]);
  const [first = "", second = ""] = text.split("\n");
  assertEquals(first.length <= 100 && first.length > 95, true);
  assertEquals(second.slice(0, 10), "      word");
});

Deno.test("no rows are no text", () => {
  assertEquals(columns([]), "");
});

Deno.test("property: every word is there, in order, and no line is too wide", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1 });
  fc.assert(fc.property(words, (all) => {
    const text = columns([["name", all.join(" ")]]);
    assertEquals(text.trim().split(/\s+/), ["name", ...all]);
    assertEquals(text.split("\n").every((line) => line.length <= 100), true);
  }));
});
