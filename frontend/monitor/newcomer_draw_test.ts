import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { NewcomerDraw } from "./newcomer_draw.ts";

/** Lets newcomers ask for a place one after another, and says who has one in the end. */
function winnersOf(draw: NewcomerDraw<string>, asking: readonly string[]): Set<string> {
  const winners = new Set<string>();
  for (const source of asking) {
    if (winners.has(source)) continue;
    const rank = draw.rank(source, 0);
    const displaced = draw.hasPlaces ? null : draw.givesWay(rank);
    if (!draw.hasPlaces && displaced === null) continue;
    if (displaced !== null) {
      winners.delete(displaced);
      draw.leave(displaced);
    }
    winners.add(source);
    draw.enter(source, rank);
  }
  return winners;
}

const crowd = Array.from({ length: 99 }, (_, index) => `10.0.0.${index}`);

Deno.test("in a round without a crowd everyone gets in", () => {
  assertEquals(winnersOf(new NewcomerDraw(1, 100), crowd).size, 99);
});

Deno.test("being first, last or insistent makes no difference", () => {
  const insistent = crowd.flatMap((source) => [source, source, source]);
  const orders = [[...crowd, "true"], ["true", ...crowd], [...insistent, "true", ...crowd]];
  for (const asking of orders) {
    const wins = Array.from({ length: 1_000 }, (_, round) => {
      const draw = new NewcomerDraw<string>(7, 10);
      draw.begin(round);
      const winners = winnersOf(draw, asking);
      assertEquals(winners.size, 10);
      return winners.has("true");
    }).filter(Boolean).length;
    // One in ten; five standard deviations are 48.
    assertGreater(wins, 52);
    assertLess(wins, 148);
  }
});

Deno.test("an address gets its first agent in before any gets its second", () => {
  const draw = new NewcomerDraw<string>(3, 2);
  for (const source of ["a", "b"]) draw.enter(`${source} again`, draw.rank(source, 1));
  assert(draw.givesWay(draw.rank("true", 0)) !== null);
  assertEquals(draw.givesWay(draw.rank("c", 2)), null);
});

Deno.test("a place that is given up is free again", () => {
  const draw = new NewcomerDraw<string>(3, 1);
  draw.enter("a", draw.rank("a", 0));
  assert(!draw.hasPlaces);
  draw.leave("a");
  assert(draw.hasPlaces);
});
