import { assertEquals } from "@std/assert";
import { Rotation } from "./rotation.ts";

const never = () => {
  throw new Error("chance is not asked");
};

Deno.test("a slot that was never chosen has a place by chance", () => {
  assertEquals(new Rotation().recency(3, 2, () => 0.25), 0.25);
});

Deno.test("who was chosen last comes last, and the others in the order of their choices", () => {
  const rotation = new Rotation();
  for (const slot of [2, 0, 1]) rotation.choose(slot);
  assertEquals([2, 0, 1].map((slot) => rotation.recency(slot, 3, never)), [0, 0.5, 1]);
});

Deno.test("a single candidate, and one that was passed over for long, are not held back", () => {
  const rotation = new Rotation();
  rotation.choose(0);
  assertEquals(rotation.recency(0, 1, never), 0);
  for (let count = 0; count < 10; count++) rotation.choose(1);
  assertEquals(rotation.recency(0, 3, never), 0);
});
