import { assertEquals } from "@std/assert";
import { type Direction, type Outcome, RelayEnd, type Verdict } from "./relay_end.ts";

/** What follows each time that a direction ends. */
const cases: readonly (readonly [string, [Direction, Outcome, Verdict][]])[] = [
  ["an end is passed on, and the second one closes both", [
    ["toClient", "finished", "finish sink"],
    ["toServer", "finished", "close both"],
  ]],
  ["an end that cannot be read makes what the other was sent incomplete", [
    ["toServer", "source failed", "abort sink"],
  ]],
  ["an end that cannot be read does so also after the other direction has finished", [
    ["toServer", "finished", "finish sink"],
    ["toClient", "source failed", "abort sink"],
  ]],
  ["who takes no more may still have something to say", [
    ["toServer", "sink failed", "go on"],
    ["toClient", "finished", "close both"],
  ]],
  ["a reset that a write was told of shows as an end to the read", [
    ["toServer", "sink reset", "go on"],
    ["toClient", "finished", "abort sink"],
  ]],
  ["a reset that a write is told of last is passed on", [
    ["toServer", "finished", "finish sink"],
    ["toClient", "sink reset", "abort source"],
  ]],
];

for (const [name, steps] of cases) {
  Deno.test(name, () => {
    const end = new RelayEnd();
    for (const [direction, outcome, verdict] of steps) {
      assertEquals(end.ended(direction, outcome), verdict);
    }
  });
}

Deno.test("a direction that was resumed has not ended", () => {
  const end = new RelayEnd();
  end.ended("toServer", "finished");
  end.resumed("toServer");
  assertEquals(end.ended("toClient", "finished"), "finish sink");
});
