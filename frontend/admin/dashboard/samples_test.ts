import { assertEquals } from "@std/assert";
import { Samples } from "./samples.js";

/** A sample of a front end that has the given servers, all with the same figure. */
function append(samples: Samples, time: number, ids: readonly string[]): void {
  const figures = ids.map((id) => [id, { cpu: time }] as const);
  samples.append(time, { rate: time }, figures);
}

Deno.test("a server that comes later and one that goes have gaps, not other times' figures", () => {
  const samples = new Samples();
  append(samples, 1, ["a"]);
  append(samples, 2, ["a", "b"]);
  append(samples, 3, ["b"]);
  assertEquals(samples.times, [1, 2, 3]);
  assertEquals(samples.overview["rate"], [1, 2, 3]);
  assertEquals(samples.backends.get("a")?.["cpu"], [1, 2, null]);
  assertEquals(samples.backends.get("b")?.["cpu"], [null, 2, 3]);
});

Deno.test("a sample that is no later than the last one is left out", () => {
  const samples = new Samples();
  append(samples, 5, ["a"]);
  append(samples, 5, ["a"]);
  append(samples, 4, ["a"]);
  assertEquals(samples.times, [5]);
  assertEquals(samples.backends.get("a")?.["cpu"], [5]);
});

Deno.test("ten minutes are kept, and servers that were not there in all of them are not", () => {
  const samples = new Samples();
  append(samples, 0, ["a"]);
  for (let time = 1; time <= 601; time++) append(samples, time, []);
  assertEquals([samples.times.length, samples.times[0], samples.times.at(-1)], [600, 2, 601]);
  assertEquals(samples.overview["rate"]?.length, 600);
  assertEquals([...samples.backends.keys()], []);
});

Deno.test("what the front end remembers fills the gaps of what the page has seen", () => {
  const samples = new Samples();
  append(samples, 30, ["a"]);
  append(samples, 50, ["a"]);
  samples.merge([10, 30, 40], { rate: [1, 30, 4] }, { b: { cpu: [7, null, 9] } });
  assertEquals(samples.times, [10, 30, 40, 50]);
  assertEquals(samples.overview["rate"], [1, 30, 4, 50]);
  assertEquals(samples.backends.get("a")?.["cpu"], [null, 30, null, 50]);
  assertEquals(samples.backends.get("b")?.["cpu"], [7, null, 9, null]);
});

Deno.test("samples of before a restart of the front end stay, up to ten minutes in all", () => {
  const samples = new Samples();
  for (let time = 1; time <= 600; time++) append(samples, time, ["a"]);
  samples.merge([700, 701], { rate: [7, 8] }, {});
  assertEquals([samples.times.length, samples.times[0], samples.times.at(-1)], [600, 3, 701]);
  assertEquals(samples.backends.get("a")?.["cpu"]?.slice(-3), [600, null, null]);
});
