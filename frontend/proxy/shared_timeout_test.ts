import { assert, assertStrictEquals } from "@std/assert";
import { eventually } from "./loopback_fixture.ts";
import { SharedTimeout } from "./shared_timeout.ts";

Deno.test("attempts of the same tenth of the limit share a signal", () => {
  using timeout = new SharedTimeout(1_000);
  const first = timeout.signal(5_000);
  assertStrictEquals(timeout.signal(5_099), first);
  assert(timeout.signal(5_100) !== first);
});

Deno.test("a signal aborts, and is not given to those who come after", async () => {
  using timeout = new SharedTimeout(20);
  const signal = timeout.signal(0);
  await eventually("the signal aborts", () => signal.aborted);
  assert(!timeout.signal(0).aborted);
});

Deno.test("attempts that still have time end with the timeout itself", () => {
  const timeout = new SharedTimeout(60_000);
  const signal = timeout.signal(0);
  timeout[Symbol.dispose]();
  assert(signal.aborted);
  assert(timeout.isOver);
});
