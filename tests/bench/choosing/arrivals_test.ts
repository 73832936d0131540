import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { arrivals } from "./arrivals.ts";
import { pages } from "./pages.ts";

const plan = { seed: 1, perSecond: 200, seconds: 100 };

Deno.test("requests come at the rate that was asked for, and until the time is over", () => {
  const planned = arrivals(plan);
  // Four standard deviations of a Poisson count.
  assert(Math.abs(planned.length - 20_000) < 4 * Math.sqrt(20_000), `${planned.length}`);
  assert(planned.every(({ atMs }) => atMs > 0 && atMs < 100_000));
});

Deno.test("gaps between requests are spread as those of independent clients", () => {
  const times = arrivals(plan).map(({ atMs }) => atMs);
  const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
  const longerThanMean = gaps.filter((gap) => gap > 5).length / gaps.length;
  assert(Math.abs(longerThanMean - Math.exp(-1)) < 0.015, `${longerThanMean}`);
});

Deno.test("each page is asked for in its part of the requests", () => {
  const planned = arrivals(plan);
  for (const { name, part } of pages) {
    const share = planned.filter(({ page }) => page === name).length / planned.length;
    assert(Math.abs(share - part) < 0.015, `${name}: ${share}`);
  }
});

Deno.test("the same seed gives the same requests, another seed others", () => {
  assertEquals(arrivals(plan), arrivals(plan));
  assertNotEquals(arrivals(plan), arrivals({ ...plan, seed: 2 }));
});
