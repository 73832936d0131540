import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Timeline } from "./timeline.ts";

Deno.test("events happen in the order of their times, and of planning where these are equal", () => {
  fc.assert(fc.property(fc.array(fc.nat(20)), (times) => {
    const timeline = new Timeline();
    const seen: [number, number][] = [];
    times.forEach((time, order) => timeline.at(time, () => seen.push([timeline.now, order])));
    timeline.runUntil(100);
    const planned = times.map((time, order): [number, number] => [time, order]);
    assertEquals(seen, planned.toSorted(([one], [other]) => one - other));
  }));
});

Deno.test("what is planned meanwhile happens, what is later than the end does not", () => {
  const timeline = new Timeline();
  const seen: string[] = [];
  timeline.at(5, () => timeline.after(5, () => seen.push("at the end")));
  timeline.at(5, () => timeline.after(6, () => seen.push("later")));
  timeline.at(5, () => timeline.at(1, () => seen.push(`in the past, at ${timeline.now}`)));
  timeline.runUntil(10);
  assertEquals(seen, ["in the past, at 5", "at the end"]);
  timeline.runUntil(11);
  assertEquals(seen.at(-1), "later");
});

Deno.test("something regular happens at once and then at every interval", () => {
  const timeline = new Timeline();
  const seen: number[] = [];
  timeline.every(10, () => seen.push(timeline.now));
  timeline.runUntil(35);
  assertEquals(seen, [0, 10, 20, 30]);
});
