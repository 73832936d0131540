import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { HeldPlaces } from "./held_places.ts";

/** One slot whose connections end at once, each held for 10 ms; one more given at each look. */
function givenEvery(ms: number, looks: number, { inFlight = 0, heldMs = 10 } = {}): number {
  const held = new HeldPlaces();
  let places = 0;
  for (let look = 0; look <= looks; look++) {
    places = held.at(0, [Float64Array.of(look)], { heldMs, inFlight }, look * ms);
  }
  return places;
}

Deno.test("nothing is held of a server that is credited with its speed", () => {
  assertEquals(givenEvery(1, 100, { heldMs: 0 }), 0);
});

Deno.test("connections that come faster than they would be served pile up", () => {
  assertAlmostEquals(givenEvery(5, 100), 50);
});

Deno.test("connections that come more slowly than they would be served do not", () => {
  assertEquals(givenEvery(10, 100), 0);
});

Deno.test("those in flight share the server with those that are held", () => {
  const alone = givenEvery(8, 500);
  const shared = givenEvery(8, 500, { inFlight: 10 });
  assertLess(alone + 10, shared);
});

Deno.test("what was given before the first look, or to another backend of the slot, is not held", () => {
  const held = new HeldPlaces();
  const look = (total: number, now: number) =>
    held.at(0, [Float64Array.of(total)], { heldMs: 10, inFlight: 0 }, now);
  assertEquals(look(1_000, 0), 0);
  assertEquals(look(1_004, 0), 4);
  assertEquals(look(2, 0), 0);
});

Deno.test("the workers' connections count together, and no more than five seconds of them", () => {
  const held = new HeldPlaces();
  const look = (one: number, other: number) =>
    held.at(0, [Float64Array.of(one), Float64Array.of(other)], { heldMs: 10, inFlight: 0 }, 0);
  look(0, 0);
  assertEquals(look(2, 3), 5);
  assertEquals(look(2_000, 3_000), 500);
});
