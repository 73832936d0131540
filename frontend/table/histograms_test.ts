import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cellsPerRow, Histograms } from "./histograms.ts";

const bounds = [1, 2.5, 10];

function empty(rows = 3): Histograms {
  return new Histograms(bounds, new Float64Array(rows * cellsPerRow(bounds)));
}

Deno.test("a bucket holds its upper bound", () => {
  const histograms = empty();
  for (const value of [0, 1, 1.1, 2.5, 10, 10.1]) histograms.note(1, value);
  assertEquals(histograms.read([1]).counts, [2, 2, 1, 1]);
});

Deno.test("every value is counted once, in its row, and adds to the sum", () => {
  const observation = fc.record({
    row: fc.nat(2),
    value: fc.double({ min: 0, max: 1e6, noNaN: true }),
  });
  fc.assert(fc.property(fc.array(observation), (observations) => {
    const histograms = empty();
    for (const { row, value } of observations) histograms.note(row, value);
    for (const row of [0, 1, 2]) {
      const own = observations.filter((one) => one.row === row).map(({ value }) => value);
      const { counts, sum } = histograms.read([row]);
      assertEquals(counts.reduce((all, count) => all + count, 0), own.length);
      assert(Math.abs(sum - own.reduce((all, value) => all + value, 0)) <= 1e-6 * (sum + 1));
    }
  }));
});

Deno.test("clearing a row leaves the others alone", () => {
  const histograms = empty();
  for (const row of [0, 1, 2]) histograms.note(row, 2);
  histograms.clear(1);
  assertEquals(histograms.read([1]), { bounds, counts: [0, 0, 0, 0], sum: 0 });
  assertEquals(histograms.read([0, 1, 2]).counts, [0, 2, 0, 0]);
});
