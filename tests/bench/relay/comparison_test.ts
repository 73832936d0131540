import { assertEquals } from "@std/assert";
import { best, judge, ratio } from "./comparison.ts";
import type { Measured } from "./results.ts";

function measured(name: string, samples: Measured["samples"]): Measured {
  return { name, role: "peer", settings: "", samples };
}

Deno.test("the best has the largest rate and the smallest cost, by their medians", () => {
  const one = measured("one", [{ freshRate: 10, freshCpu: 5 }, { freshRate: 12, freshCpu: 5 }]);
  const two = measured("two", [{ freshRate: 1, freshCpu: 1 }, { freshRate: 20, freshCpu: 6 }]);
  assertEquals(best([two, one], "freshRate"), one);
  assertEquals(best([one, two], "freshCpu"), two);
});

Deno.test("who was not measured is not the best", () => {
  const one = measured("one", [{ freshRate: 10 }]);
  assertEquals(best([measured("none", [{}]), one], "freshRate"), one);
  assertEquals(best([one], "p99"), null);
});

Deno.test("a ratio is one of the same round", () => {
  const one = measured("one", [{ p99: 2 }, { p99: 30 }, {}]);
  const two = measured("two", [{ p99: 1 }, { p99: 10 }, { p99: 5 }]);
  assertEquals(ratio(one, two, "p99"), { median: 2.5, least: 2, most: 3 });
  assertEquals(ratio(one, two, "p50"), null);
});

Deno.test("what reaches a limit exactly has reached it", () => {
  assertEquals(judge(1.1, { atLeast: 1, aim: 1.1 }, "more"), "aim reached");
  assertEquals(judge(1, { atLeast: 1, aim: 1.1 }, "more"), "reached");
  assertEquals(judge(0.99, { atLeast: 1, aim: 1.1 }, "more"), "missed");
  assertEquals(judge(1, { atLeast: 1, aim: 0.9 }, "less"), "reached");
  assertEquals(judge(1.01, { atLeast: 1, aim: 0.9 }, "less"), "missed");
});
