import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { eventually } from "./loopback_fixture.ts";
import { SharedTimeout } from "./shared_timeout.ts";

const atOnce = () => Promise.resolve();

Deno.test("attempts between two looks share a signal", () => {
  using timeout = new SharedTimeout(60_000, atOnce);
  const first = timeout.begin();
  assertStrictEquals(timeout.begin(), first);
  timeout.look();
  assert(timeout.begin() !== first);
});

Deno.test("a signal aborts after ten looks and the one that may come at once", () => {
  using timeout = new SharedTimeout(60_000, atOnce);
  const signal = timeout.begin();
  for (let look = 0; look < 10; look++) timeout.look();
  assert(!signal.aborted);
  timeout.look();
  assert(signal.aborted);
  assert(!timeout.begin().aborted);
});

Deno.test("there are looks as long as attempts are under way", () => {
  using timeout = new SharedTimeout(60_000, atOnce);
  timeout.begin();
  timeout.begin();
  timeout.end();
  assertEquals(timeout.look(), true);
  timeout.end();
  assertEquals(timeout.look(), false);
});

Deno.test("it looks by itself", async () => {
  using timeout = new SharedTimeout(20, atOnce);
  const signal = timeout.begin();
  await eventually("the signal aborts", () => signal.aborted);
});

Deno.test("attempts that still have time end with the timeout itself", () => {
  const timeout = new SharedTimeout(60_000, atOnce);
  const signal = timeout.begin();
  timeout[Symbol.dispose]();
  assert(signal.aborted);
  assert(timeout.isOver);
});
