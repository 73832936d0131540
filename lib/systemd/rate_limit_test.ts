import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { OncePer } from "./rate_limit.ts";

Deno.test("the first message passes, its repetitions wait for the interval's end", () => {
  const limit = new OncePer({ intervalMs: 1_000 });
  assertEquals(limit.admit("a", "m", 5_000), "m");
  assertEquals(limit.admit("a", "m", 5_999), null);
  assertEquals(limit.admit("a", "n", 6_000), "n (and 1 more)");
});

Deno.test("the count starts anew with every message that passes", () => {
  const limit = new OncePer({ intervalMs: 10 });
  limit.admit("a", "m", 0);
  for (let now = 1; now < 10; now++) limit.admit("a", "m", now);
  assertEquals(limit.admit("a", "m", 10), "m (and 9 more)");
  assertEquals(limit.admit("a", "m", 20), "m");
});

Deno.test("keys do not hold each other back", () => {
  const limit = new OncePer({ intervalMs: 10 });
  assertEquals([limit.admit("a", "m", 0), limit.admit("b", "n", 0)], ["m", "n"]);
});

Deno.test("keys beyond the most remembered share one", () => {
  const limit = new OncePer({ intervalMs: 10, maximumKeys: 2 });
  limit.admit("a", "m", 0);
  limit.admit("b", "m", 0);
  assertEquals(limit.admit("c", "m", 0), "m");
  assertEquals(limit.admit("d", "m", 0), null);
  assertEquals(limit.admit("a", "m", 1), null);
});

Deno.test("keys whose interval is over make room, and what they held back is not forgotten", () => {
  const limit = new OncePer({ intervalMs: 10, maximumKeys: 2 });
  limit.admit("a", "m", 0);
  limit.admit("a", "m", 1);
  limit.admit("b", "m", 5);
  assertEquals(limit.admit("c", "m", 12), "m (and 1 more)");
});

Deno.test("property: every message is either passed or counted by a later one", () => {
  const steps = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "d", "e"), fc.nat(20)));
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 4 }), (messages, maximumKeys) => {
    const limit = new OncePer({ intervalMs: 10, maximumKeys });
    let now = 0;
    let told = 0;
    const tell = (key: string) => {
      const line = limit.admit(key, "m", now);
      if (line !== null) told += 1 + Number(/and (\d+) more/.exec(line)?.[1] ?? 0);
    };
    for (const [key, step] of messages) {
      now += step;
      tell(key);
    }
    // Once all is quiet, one more message of every key brings out all that was held back.
    const keys = ["a", "b", "c", "d", "e", "\0others"];
    for (const key of keys) {
      now += 100;
      tell(key);
    }
    assertEquals(told, messages.length + keys.length);
  }));
});
