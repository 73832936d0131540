import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import stringWidth from "string-width";
import { clip, fill } from "./clip.ts";

const anyText = fc.string({ unit: "grapheme" });
const anyRoom = fc.integer({ min: 0, max: 30 });

Deno.test("a clipped text is never wider than its room, and whole where it fits", () => {
  fc.assert(fc.property(anyText, anyRoom, (text, room) => {
    const clipped = clip(text, room);
    assert(stringWidth(clipped) <= room);
    if (stringWidth(text) <= room) assertEquals(clipped, text);
  }));
});

Deno.test("a filled text is exactly as wide as its room", () => {
  const printable = anyText.filter((text) => !/\p{C}/u.test(text));
  fc.assert(
    fc.property(printable, anyRoom, fc.constantFrom("left", "right"), (text, room, align) => {
      assertEquals(stringWidth(fill(text, room, align as "left")), room);
    }),
  );
});

Deno.test("a character of several code points is not cut in two", () => {
  const family = "👨‍👩‍👧";
  assertEquals(clip(`a${family}b`, 3), "a…");
  assertEquals(clip(`a${family}bc`, 4), `a${family}…`);
});
