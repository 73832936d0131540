import { assert, assertEquals } from "@std/assert";
import { StandstillWatch } from "./standstill.ts";

Deno.test("a program that is heard of in time does not stand still", () => {
  const watch = new StandstillWatch();
  for (let now = 1_000; now < 3_000; now += 50) assert(!watch.note(now));
});

Deno.test("each standstill is noticed once, by the first call after it", () => {
  const watch = new StandstillWatch();
  const notes = [0, 20, 90, 100, 101, 900, 920].map((now) => watch.note(now));
  assertEquals(notes, [false, false, true, false, false, true, false]);
});
