import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { drawPair, drawSlot, sampler } from "./draw.ts";
import { seededRandom } from "./seeded_random.ts";
import { assertEvenSpread } from "./spread_fixture.ts";

const slots = [3, 5, 8, 13];

Deno.test("every slot is drawn equally often", () => {
  const random = seededRandom(1);
  const counts = slots.map(() => 0);
  for (let time = 0; time < 4000; time++) {
    const at = slots.indexOf(drawSlot(slots, random));
    counts[at] = (counts[at] ?? NaN) + 1;
  }
  assertEvenSpread(counts);
});

Deno.test("every ordered pair of different slots is drawn equally often", () => {
  const random = seededRandom(2);
  const counts = new Map<string, number>();
  for (let time = 0; time < 12_000; time++) {
    const [one, other] = drawPair(slots, random);
    assertNotEquals(one, other);
    const pair = `${one} ${other}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  assertEquals(counts.size, 12);
  assertEvenSpread([...counts.values()]);
});

Deno.test("the pair of a single slot is that slot twice", () => {
  assertEquals(drawPair([7], () => 0.99), [7, 7]);
  assertEquals(drawPair([7], () => 0), [7, 7]);
});

Deno.test("nothing can be drawn from nothing", () => {
  assertThrows(() => drawSlot([], () => 0.5), RangeError, "no candidates");
  assertThrows(() => drawPair([], () => 0.5), RangeError, "no candidates");
});

Deno.test("few candidates are all in the sample, many are drawn from", () => {
  const sampled = sampler();
  const few = Array.from({ length: 32 }, (_, slot) => slot);
  const many = Array.from({ length: 33 }, (_, slot) => slot);
  assertEquals(sampled(few, () => 0), few);
  assertEquals(sampled(many, () => 0), few.map(() => 0));
});

Deno.test("every candidate is in the samples equally often", () => {
  const sampled = sampler();
  const random = seededRandom(3);
  const many = Array.from({ length: 64 }, (_, slot) => slot);
  const counts = many.map(() => 0);
  for (let time = 0; time < 400; time++) {
    for (const slot of sampled(many, random)) counts[slot] = (counts[slot] ?? NaN) + 1;
  }
  assert(counts.every((count) => count > 0));
  assertEvenSpread(counts);
});
