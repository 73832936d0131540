import { assertEquals } from "@std/assert";
import { StrangerWatch } from "./stranger_watch.ts";

/** Lets a second pass in which so many strangers came through. */
function pass(watch: StrangerWatch, strangers: number): number {
  for (let count = 0; count < strangers; count++) watch.note();
  watch.second();
  return watch.oneIn;
}

Deno.test("Few strangers all come through, for as long as they like", () => {
  const watch = new StrangerWatch();
  for (let second = 0; second < 1_000; second++) assertEquals(pass(watch, 64), 1);
});

Deno.test("Many are thinned out until they have been few for a minute", () => {
  const watch = new StrangerWatch();
  assertEquals(pass(watch, 65), 64);
  // Two that came through stand for some 128 that came.
  for (let second = 0; second < 59; second++) assertEquals(pass(watch, 1), 64);
  assertEquals(pass(watch, 2), 64);
  for (let second = 0; second < 59; second++) assertEquals(pass(watch, 1), 64);
  assertEquals(pass(watch, 0), 1);
});

Deno.test("A change is told, once", () => {
  const watch = new StrangerWatch();
  assertEquals(watch.second(), false);
  for (let count = 0; count < 100; count++) watch.note();
  assertEquals(watch.second(), true);
  assertEquals(watch.second(), false);
});
