import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ChoiceShares } from "./choice_shares.ts";

Deno.test("before the first choice nobody has a part", () => {
  assertEquals(new ChoiceShares().of(0, 1_000), 0);
});

Deno.test("a slot's part is that of the choices, wherever they began", () => {
  const shares = new ChoiceShares();
  for (let count = 0; count < 1_000; count++) shares.choose(count % 4 === 0 ? 1 : 0, 10 * count);
  assertAlmostEquals(shares.of(1, 10_000), 0.25, 0.01);
  assertAlmostEquals(shares.of(0, 10_000), 0.75, 0.01);
});

Deno.test("what was chosen before fades, what was chosen lately counts", () => {
  const shares = new ChoiceShares();
  for (let count = 0; count < 100; count++) shares.choose(0, 10 * count);
  for (let count = 0; count < 100; count++) shares.choose(1, 15_000 + 10 * count);
  assertAlmostEquals(shares.of(0, 16_000), 0, 0.02);
});
