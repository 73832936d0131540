import { assert, assertEquals } from "@std/assert";
import type { CheckOutcome } from "../../lib/protocol/check_outcome.ts";
import { CheckVerdict } from "./check_verdict.ts";

const good: CheckOutcome = { kind: "passing" };
const bad: CheckOutcome = { kind: "http", number: 503 };

/** The kinds of verdicts after each of some results, two seconds apart. */
function verdicts(...results: CheckOutcome[]): string[] {
  const verdict = new CheckVerdict(0);
  return results.map((result, at) => {
    verdict.note(result, 2_000 * at);
    return verdict.outcome.kind;
  });
}

Deno.test("before two results agree there is no verdict", () => {
  assertEquals(new CheckVerdict(0).outcome.kind, "pending");
  assertEquals(verdicts(good, bad, good, bad), ["pending", "pending", "pending", "pending"]);
});

Deno.test("two successes in a row make it pass, two failures in a row make it fail", () => {
  assertEquals(verdicts(good, good, bad, bad, good, good), [
    "pending",
    "passing",
    "passing",
    "http",
    "http",
    "passing",
  ]);
});

Deno.test("a single failure between successes changes nothing", () => {
  assertEquals(verdicts(good, good, bad, good, bad, good).at(-1), "passing");
});

Deno.test("only a turn is a change, and the first cause of a failure stays until it is over", () => {
  const verdict = new CheckVerdict(0);
  verdict.note(bad, 0);
  assert(verdict.note(bad, 2_000));
  assert(!verdict.note({ kind: "timeout" }, 4_000));
  assertEquals(verdict.outcome, bad);
});

Deno.test("a service that flaps has to be well for longer each time, within limits", () => {
  const verdict = new CheckVerdict(0);
  let now = 0;
  const needed: number[] = [];
  for (let round = 0; round < 6; round++) {
    for (let count = 0; count < 2; count++) verdict.note(bad, now += 100);
    let count = 0;
    while (verdict.outcome.kind !== "passing") {
      verdict.note(good, now += 100);
      count++;
    }
    needed.push(count);
  }
  assertEquals(needed, [2, 4, 8, 16, 16, 16]);
});

Deno.test("what happened more than a minute ago is forgotten", () => {
  const verdict = new CheckVerdict(0);
  for (const now of [0, 1]) verdict.note(bad, now);
  for (const now of [2, 3]) verdict.note(good, now);
  for (const now of [60_004, 60_005]) verdict.note(bad, now);
  verdict.note(good, 60_006);
  assert(verdict.note(good, 60_007));
});

Deno.test("without a result for three intervals it fails, and two successes end that", () => {
  const verdict = new CheckVerdict(0);
  for (const now of [0, 1]) verdict.note(good, now);
  assert(!verdict.tick(6_000));
  assert(verdict.tick(6_001));
  assertEquals(verdict.outcome.kind, "no-result");
  assert(!verdict.tick(7_000));
  verdict.note(good, 7_000);
  assert(verdict.note(good, 8_000));
});
