import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { formatDuration, parseDuration } from "./duration.ts";

Deno.test("every unit is read", () => {
  assertEquals(parseDuration("0ms"), 0);
  assertEquals(parseDuration("250ms"), 250);
  assertEquals(parseDuration("1s"), 1_000);
  assertEquals(parseDuration("10m"), 600_000);
  assertEquals(parseDuration("24h"), 86_400_000);
});

Deno.test("anything but a whole number and a unit is refused", () => {
  const wrong = [
    "",
    "1",
    "s",
    "1 s",
    " 1s",
    "1s ",
    "1.5s",
    "-1s",
    "+1s",
    "01s",
    "1S",
    "1sec",
    "1d",
  ];
  for (const text of [...wrong, "1e3ms", "1s\n", "1m30s", "٣s", "Infinityms"]) {
    assertThrows(() => parseDuration(text), SyntaxError, "Cannot parse duration");
  }
});

Deno.test("a duration beyond exact counting is refused", () => {
  assertThrows(() => parseDuration("9007199254740992ms"), RangeError);
  assertThrows(() => parseDuration("9".repeat(400) + "h"), RangeError);
});

Deno.test("a duration is written in the largest unit that divides it", () => {
  assertEquals(formatDuration(0), "0ms");
  assertEquals(formatDuration(999), "999ms");
  assertEquals(formatDuration(60_000), "1m");
  assertEquals(formatDuration(61_000), "61s");
  assertEquals(formatDuration(7_200_000), "2h");
});

Deno.test("only whole, non-negative milliseconds can be written", () => {
  for (const wrong of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => formatDuration(wrong), RangeError, "Cannot format duration");
  }
});

Deno.test("property: what is written is read back as the same duration", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (milliseconds) => {
    assertEquals(parseDuration(formatDuration(milliseconds)), milliseconds);
  }));
});

Deno.test("property: any text is a duration or is refused as one", () => {
  const almost = fc.stringMatching(/^[-+ 0-9.e]{0,20}[hms ]{0,3}$/);
  fc.assert(fc.property(fc.oneof(fc.string(), almost), (text) => {
    try {
      const milliseconds = parseDuration(text);
      assertEquals(Number.isSafeInteger(milliseconds) && milliseconds >= 0, true);
    } catch (error) {
      assertEquals(error instanceof SyntaxError || error instanceof RangeError, true, `${error}`);
    }
  }));
});
